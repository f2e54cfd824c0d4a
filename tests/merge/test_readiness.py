from __future__ import annotations

from dataclasses import replace

import pytest

from git_yoi.domain.relations import Blocker
from git_yoi.domain.reviews import Verdict
from git_yoi.errors import EXIT_CODES
from git_yoi.merge.decide import Seen, Step, decide
from git_yoi.merge.journal import Journal
from git_yoi.merge.readiness import Foreign, Place, Readiness, missing

READY = Readiness(
    ticket="kqmvzrtnlpwoyxus",
    state="inprogress",
    target="main",
    branch="work",
    head="1" * 40,
    tip="2" * 40,
    commits=2,
    verdict=Verdict(None, "Rea"),
)
NOT_APPROVED = Verdict("not-approved", "nobody else has approved it")


def test_a_branch_that_lacks_nothing_is_ready() -> None:
    assert missing(READY) == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": "planning"}, "illegal-transition"),
        ({"state": "closed"}, "illegal-transition"),
        ({"superseded": True}, "fenced"),
        ({"blocked": "why"}, "blocked"),
        ({"blockers": (Blocker("x" * 16, "ready", "depends-on"),)}, "blocked"),
        ({"elsewhere": "origin", "ahead": 1}, "target-ahead"),
        ({"elsewhere": "origin", "tip": None}, "target-ahead"),
        ({"elsewhere": "origin", "tip": None, "asked": True}, "target-ahead"),
        ({"elsewhere": "origin", "newer": 1}, "stale-approval"),
        ({"allowed": False}, "not-authorized"),
        ({"tip": None}, "unborn"),
        ({"head": None}, "not-merged"),
        ({"branch": None, "head": None}, "not-merged"),
        ({"branch": "main"}, "not-merged"),
        ({"commits": 0, "verdict": None}, "not-merged"),
        ({"verdict": NOT_APPROVED}, "not-approved"),
        ({"verdict": Verdict("stale-approval", "x")}, "stale-approval"),
        ({"foreign": (Foreign("z" * 16, "other", 1),)}, "blocked"),
        ({"operations": (Place("/w", ("rebase",)),)}, "dirty"),
        ({"dirty": (Place("/w", ("file",)),)}, "dirty"),
        ({"unrelated": True}, "merge-conflict"),
        ({"conflicts": ("file",)}, "merge-conflict"),
        ({"in_the_way": (Place("/w", ("file",)),)}, "dirty"),
    ],
)
def test_each_thing_that_is_missing_has_its_code(change: dict[str, object], code: str) -> None:
    found = missing(replace(READY, **change))  # type: ignore[arg-type]  # one field each, by name
    assert [one.code for one in found] == [code]
    assert code in EXIT_CODES
    assert found[0].hint
    assert "\n" not in found[0].text


@pytest.mark.parametrize(
    ("state", "verb"), [("planning", "ready"), ("ready", "queue"), ("queued", "start"), ("closed", "show")]
)
def test_a_ticket_that_is_not_in_progress_is_told_the_verb_that_its_state_takes(state: str, verb: str) -> None:
    assert [one.hint for one in missing(replace(READY, state=state))] == [f"git yoi {verb} {READY.ticket[:8]}"]


def test_only_what_was_asked_says_what_the_remote_has_not() -> None:
    for asked in (True, False):
        [found] = missing(replace(READY, elsewhere="origin", tip=None, asked=asked))
        assert ("origin has no branch" in found.message) is asked


def test_nobody_is_told_to_end_without_a_merge_what_somebody_else_works_on() -> None:
    [here] = missing(replace(READY, head=None))
    [shared] = missing(replace(READY, head=None, elsewhere="origin"))
    assert "git yoi done" in here.hint
    assert shared.hint.endswith("git fetch origin work:work")


def test_an_override_stands_in_for_the_approval_and_for_nothing_else() -> None:
    lacking = replace(READY, verdict=NOT_APPROVED, overridden=True)
    assert missing(lacking) == ()
    assert [m.code for m in missing(replace(lacking, blocked="why"))] == ["blocked"]


def test_everything_is_told_with_the_lifecycle_first() -> None:
    found = missing(replace(READY, blocked="x", verdict=NOT_APPROVED, conflicts=tuple("abcdefgh")))
    assert [one.code for one in found] == ["blocked", "not-approved", "merge-conflict"]
    assert found[-1].cause == "a, b, c, d, e and 3 more"


JOURNAL = Journal(
    ticket="k",
    title="t",
    branch="work",
    head="H",
    base="B",
    target="main",
    target_old="T",
    merge="M",
    ticket_ref="refs/yoi/tickets",
    ticket_old="K",
    ticket_new="L",
    worktrees=(),
    entries=(),
)


@pytest.mark.parametrize(
    ("seen", "step"),
    [
        (Seen("T", "K", "H", merged=False, closed=False), Step.MOVE),
        (Seen("T", "K", "H", merged=False, closed=False, whole=False), Step.DROP),
        (Seen("M", "K", "H", merged=True, closed=False), Step.APPEND),
        (Seen("later", "other", None, merged=True, closed=False), Step.APPEND),
        (Seen("M", "L", "H", merged=True, closed=True), Step.FOLLOW),
        (Seen("later", "later", None, merged=True, closed=True), Step.FOLLOW),
        (Seen("T", "L", "H", merged=False, closed=True), Step.FOLLOW),
        (Seen("other", "K", "H", merged=False, closed=False), Step.DROP),
        (Seen("T", "other", "H", merged=False, closed=False), Step.DROP),
        (Seen("T", "K", "other", merged=False, closed=False), Step.DROP),
        (Seen("T", "K", None, merged=False, closed=False), Step.DROP),
        (Seen(None, None, None, merged=False, closed=False), Step.DROP),
    ],
)
def test_what_the_refs_say_decides_the_next_step(seen: Seen, step: Step) -> None:
    assert decide(JOURNAL, seen) is step
