"""The table of the cleanup decision, cell by cell; what the facts are in real repositories is test_clean_up's."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from git_yoi.worktree.judge import Facts, judge

MERGED = Facts(worktree=True, branch=True)

# facts that differ from a clean, merged, finished ticket's; whether worktree and branch go; the reasons' codes
CELLS: list[tuple[dict[str, Any], bool, bool, set[str]]] = [
    ({}, True, True, set()),
    ({"ignored": True}, True, True, set()),
    ({"missing": True}, True, True, set()),
    ({"worktree": False}, False, True, set()),
    ({"branch": False}, True, False, set()),
    ({"worktree": False, "branch": False}, False, False, set()),
    ({"worktree": False, "branch": False, "open": "queued"}, False, False, set()),
    ({"dirty": True}, False, False, {"dirty", "checked-out"}),
    ({"untracked": True}, False, False, {"untracked", "checked-out"}),
    ({"hidden": True}, False, False, {"hidden", "checked-out"}),
    ({"submodules": True}, False, False, {"submodules", "checked-out"}),
    ({"nested": True}, False, False, {"nested", "checked-out"}),
    ({"mounted": Path("/mnt/data")}, False, False, {"mounted", "checked-out"}),
    ({"private_refs": True}, False, False, {"private-refs", "checked-out"}),
    ({"operation": "rebase"}, False, False, {"operation", "checked-out"}),
    ({"locked": ""}, False, False, {"locked", "checked-out"}),
    ({"locked": "on a stick", "missing": True}, False, False, {"locked", "checked-out", "missing"}),
    ({"staged": True, "missing": True}, False, False, {"staged", "checked-out", "missing"}),
    ({"open": "inprogress", "missing": True}, False, False, {"open", "checked-out", "missing"}),
    ({"open": "inprogress", "missing": True, "worktree": False}, False, False, {"open", "missing"}),
    ({"strayed": ""}, False, False, {"detached", "checked-out"}),
    ({"strayed": "other"}, False, False, {"strayed", "checked-out"}),
    ({"main": True}, False, False, {"main", "checked-out"}),
    ({"current": True}, False, False, {"current", "checked-out"}),
    ({"in_use": (42,)}, False, False, {"in-use", "checked-out"}),
    ({"other_device": True}, False, False, {"other-device", "checked-out"}),
    ({"unmerged": True}, False, False, {"unmerged", "checked-out"}),
    ({"unmerged": True, "worktree": False}, False, False, {"unmerged"}),
    ({"open": "inprogress"}, False, False, {"open", "checked-out"}),
    ({"open": "inprogress", "worktree": False}, False, False, {"open"}),
    ({"foreign": "kqmvzrtnlpwoyxus"}, False, False, {"foreign", "checked-out"}),
    ({"unowned": True}, False, False, {"unowned", "checked-out"}),
    ({"protected": True}, False, False, {"protected", "checked-out"}),
    ({"protected": True, "worktree": False}, False, False, {"protected"}),
    ({"unknown": ("cannot be read",)}, False, False, {"unknown", "checked-out"}),
    ({"unknown": ("cannot be read",), "worktree": False}, False, False, {"unknown"}),
    ({"immovable": True}, False, False, {"immovable", "checked-out"}),
    ({"elsewhere": True, "ambiguous": True}, False, False, {"ambiguous", "elsewhere", "checked-out"}),
    ({"elsewhere": True}, True, False, {"elsewhere"}),
    ({"elsewhere": True, "worktree": False}, False, False, {"elsewhere"}),
]


@pytest.mark.parametrize(
    ("changes", "worktree", "branch", "codes"), CELLS, ids=lambda v: str(sorted(v) if isinstance(v, set) else v)[:60]
)
def test_each_cell(changes: dict[str, Any], worktree: bool, branch: bool, codes: set[str]) -> None:
    verdict = judge(replace(MERGED, **changes))
    assert (verdict.remove_worktree, verdict.remove_branch) == (worktree, branch)
    assert {reason.code for reason in verdict.reasons} == codes


@pytest.mark.parametrize(("one", "other"), list(combinations([c for c in CELLS if c[3]], 2)), ids=lambda _: "")
def test_a_second_fact_never_lets_go_what_the_first_one_keeps(one: Any, other: Any) -> None:
    both = {**other[0], **one[0]}
    verdict = judge(replace(MERGED, **both))
    assert not verdict.remove_branch
    if both.get("worktree", True) and not (one[1] and other[1]):
        assert not verdict.remove_worktree


def test_what_was_asked_for_stays() -> None:
    kept = judge(MERGED, keep_worktree=True)
    assert (kept.remove_worktree, kept.remove_branch) == (False, False)
    kept = judge(MERGED, keep_branch=True)
    assert (kept.remove_worktree, kept.remove_branch) == (True, False)


def test_whatever_is_kept_has_a_reason() -> None:
    for changes, _, _, _ in CELLS:
        facts = replace(MERGED, **changes)
        verdict = judge(facts)
        kept = (facts.worktree and not verdict.remove_worktree) or (facts.branch and not verdict.remove_branch)
        assert kept == bool(verdict.reasons)
