from __future__ import annotations

import pytest

from git_yoi.errors import YoiError
from git_yoi.hooks.updates import Update, is_ticket_ref, of_tickets, read_updates

ONE, ZERO = "1" * 40, "0" * 40
TICKETS = "refs/yoi/tickets"


def test_zeros_say_that_there_is_no_such_ref() -> None:
    data = f"{ZERO} {ONE} refs/heads/a\n{ONE} {ZERO} refs/heads/b\n".encode()
    assert read_updates(data) == (Update(None, ONE, "refs/heads/a"), Update(ONE, None, "refs/heads/b"))


def test_a_name_that_is_not_utf_8_is_read() -> None:
    [update] = read_updates(f"{ONE} {ONE} refs/heads/".encode() + b"\xff\n")
    assert update.ref == "refs/heads/\udcff"


@pytest.mark.parametrize("line", ["x", f"{ONE} refs/heads/a", f"{ONE} {ONE[:-1]} refs/heads/a", f"{ONE} {ONE}"])
def test_what_is_not_understood_is_not_passed_over(line: str) -> None:
    with pytest.raises(YoiError) as refused:
        read_updates(line.encode())
    assert refused.value.code == "usage"


@pytest.mark.parametrize(
    ("ref", "concerned"),
    [
        (TICKETS, True),
        ("refs/yoi/published", True),
        ("refs/YOI/tickets", True),
        ("refs/heads/own", True),
        ("refs/heads/own2", False),
        ("refs/yoix/tickets", False),
    ],
)
def test_what_concerns_tickets(ref: str, concerned: bool) -> None:
    assert bool(of_tickets([Update(None, ONE, ref)], "refs/heads/own")) is concerned


@pytest.mark.parametrize(
    ("ref", "it_is"),
    [(TICKETS, True), ("refs/heads/own", True), ("refs/yoi/tickets2", False), (TICKETS.upper(), False)],
)
def test_the_ticket_ref_is_the_named_one_and_the_usual_one(ref: str, it_is: bool) -> None:
    assert is_ticket_ref(Update(None, ONE, ref), "refs/heads/own") is it_is
