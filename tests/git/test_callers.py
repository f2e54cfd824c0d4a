"""Which git runs a hook, however many programs stand between the two."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from git_yoi.git import callers
from tests.conftest import Repo, run

ASK = f"{sys.executable} -P -c 'from git_yoi.git.callers import calling_git; print(calling_git())'"


@pytest.mark.parametrize("between", ["", 'sh -c "$ASK; :"; : ', "env sh -c \"env sh -c '$ASK; :'; :\"; :"])
def test_it_is_found_above_shells_and_other_programs(plain: Repo, between: str, tmp_path: Path) -> None:
    script = tmp_path / "ask"
    script.write_text(f"#!/bin/sh\n{ASK}\n")
    script.chmod(0o755)
    alias = f"!echo $PPID; {between.replace('$ASK', str(script)) or script}"
    parent, found = run("git", "-c", f"alias.x={alias}", "x", cwd=plain.path).out.splitlines()
    assert f"pid={parent}," in found


def test_where_no_git_is_above_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert callers.calling_git() is None
    monkeypatch.setattr(callers, "_PROC", Path("/nowhere"))
    assert callers.calling_git() is None
