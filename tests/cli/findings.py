"""What `doctor` finds and mends, asked through its JSON."""

from __future__ import annotations

from typing import Any

from tests.conftest import Repo
from tests.inside import inside


def problems(repo: Repo, *more: str) -> list[dict[str, Any]]:
    """What doctor finds; its exit code goes with that, and nothing is changed by it."""
    before = repo.refs()
    done = inside(repo, "doctor", "--json", *more, code=None)
    found = done.data["problems"]
    assert done.code == (8 if found else 0)
    assert all(p["observed"] and p["expected"] and p["fix"] for p in found)
    assert "--fix" in more or repo.refs() == before
    assert isinstance(found, list)
    return found


def codes(repo: Repo, *more: str) -> list[str]:
    """Their codes."""
    return [p["code"] for p in problems(repo, *more)]


def mended(repo: Repo, *more: str) -> list[str]:
    """The codes of what `--fix` mended; a second time nothing is left to mend."""
    fixed = [f["code"] for f in inside(repo, "doctor", "--fix", "--json", *more, code=None).data["fixed"]]
    assert inside(repo, "doctor", "--fix", "--json", *more, code=None).data["fixed"] == []
    return fixed
