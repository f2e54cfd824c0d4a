from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from git_yoi.cli.failure import exit_with
from tests.conftest import Repo
from tests.inside import inside


def test_a_fault_of_our_own_leaves_its_details_in_a_file_that_is_ours_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "other.log").write_text("not ours")
    with pytest.raises(SystemExit) as left:
        exit_with(ZeroDivisionError("of our own \udce9"), ["list"])
    assert left.value.code == 1
    named = re.search(r"^cause: the details are in (\S+)$", capsys.readouterr().err, re.MULTILINE)
    assert named is not None
    log = Path(named[1])
    assert "ZeroDivisionError: of our own \\udce9" in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert (tmp_path / "other.log").read_text() == "not ours"


@pytest.mark.parametrize(
    ("given", "verb"),
    [("worktree rescue a b", " worktree"), ("hooks install x", " hooks"), ("show --nope", " show"), ("--nope", "")],
)
def test_a_wrong_use_is_told_the_page_that_the_manual_has(repo: Repo, given: str, verb: str) -> None:
    refused = inside(repo, *given.split(), code=2)
    assert refused.err.splitlines()[-1] == f"hint: git yoi help{verb}"
    inside(repo, "help", *verb.split())


def test_an_endless_text_ends_in_a_refusal(repo: Repo) -> None:
    before = repo.refs()
    assert repo.yoi("new", "T", "-F", "/dev/zero", "--json", code=2).error == "usage"
    assert repo.yoi("new", "T", "-F", "-", "--json", code=2, data=b"x" * ((1 << 20) + 1)).error == "usage"
    assert repo.refs() == before
