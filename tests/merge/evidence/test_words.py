"""What messages are taken to say, of tickets and of other commits."""

from __future__ import annotations

import pytest

from git_yoi.merge.evidence.words import (
    mentions,
    names,
    names_others_only,
    picked_from,
    says_it_reverts,
    says_it_takes_back,
    speaks_of_undoing,
    tickets_named,
)

OURS = "kqmvzrtnlpwoyxus"
THEIRS = "ppppqqqqrrrrssss"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    "message",
    [
        f"Do\n\nTicket: {OURS}\n",
        f"Do\n\nticket:{OURS.upper()}\r\n",
        f"All (#12)\n\n* One\n\nTicket: {OURS}\n\n* Two\n\nMore.\n",
        f"Both\n\nTicket: {THEIRS}, {OURS}\n",
        f"Both\n\nTicket: {THEIRS}\nTicket: {OURS}\n",
    ],
)
def test_a_ticket_is_named_wherever_a_line_begins_with_it(message: str) -> None:
    assert names(message, OURS)
    assert not names_others_only(message, OURS)


@pytest.mark.parametrize(
    "message",
    [f"About Ticket: {OURS}", f"Ticket: {OURS}x", f"Ticket: {OURS[:8]}", f"Tickets: {OURS}", "Ticket: ", "Ticket: #12"],
)
def test_what_does_not_name_it(message: str) -> None:
    assert not names(message, OURS)


def test_only_a_whole_id_is_anothers() -> None:
    assert names_others_only(f"Do\n\nTicket: {THEIRS}", OURS)
    # Either may be ours, cut short or misspelt.
    assert not names_others_only(f"Do\n\nTicket: {OURS[:6]}", OURS)
    assert not names_others_only("Do\n\nTicket: ?", OURS)
    assert not names_others_only(f"Do\n\nTicket: {THEIRS}", "")
    assert tickets_named("Do") == frozenset()


def test_commits_are_recognised_by_their_beginning() -> None:
    assert mentions(f"See {COMMIT[:7]}.", [COMMIT])
    assert not mentions(f"See {COMMIT[:6]}.", [COMMIT])
    assert not mentions(f"See {COMMIT[1:9]}.", [COMMIT])
    assert says_it_reverts(f'Revert "Do"\n\nThis reverts commit {COMMIT}.', [COMMIT])
    assert says_it_reverts(f"Revert\n\nThis reverts commit {COMMIT}, reversing\nchanges made to {'1' * 40}.", [COMMIT])
    assert not says_it_reverts(f"Not so\n\n{COMMIT}", [COMMIT])


def test_the_source_of_a_pick_stands_in_a_line_of_its_own() -> None:
    assert picked_from(f"Do\n\n(cherry picked from commit {COMMIT})\n") == (COMMIT,)
    assert picked_from(f"Do (cherry picked from commit {COMMIT})\n") == ()


@pytest.mark.parametrize("subject", ['Revert "x"', "Backs out x", "rollback of x", "fix(ui)!: reverts x", "revert: x"])
def test_a_subject_that_takes_back(subject: str) -> None:
    assert says_it_takes_back(f"{subject}\n\nIt was too slow.")


def test_what_does_not_take_back_but_speaks_of_it() -> None:
    assert says_it_takes_back(f"Do\n\nThis reverts commit {COMMIT}.")
    for message in ("Add a revert button", "Undo and redo", "Reverting is tested", "Do\n\nRevert x"):
        assert not says_it_takes_back(message)


@pytest.mark.parametrize("message", ['Revert "x"', "Back out x", "backed-out", "Roll back", "Reapply x", "Undo it"])
def test_words_of_undoing(message: str) -> None:
    assert speaks_of_undoing(message)
