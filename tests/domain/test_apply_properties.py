from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from git_yoi.codec.ticket_file import decode_ticket, encode_ticket
from git_yoi.domain import events as ev
from git_yoi.domain.apply import Rejection, apply
from git_yoi.domain.entry import Entry, TextChange
from git_yoi.domain.objective import apply_objective
from git_yoi.domain.text import merge_text
from git_yoi.domain.ticket import Ticket
from git_yoi.errors import EXIT_CODES
from tests.strategies import any_event, bodies, entries, sensible_events, texts, tickets


@given(st.none() | tickets, entries(any_event | sensible_events), st.none() | st.tuples(bodies, bodies))
@settings(max_examples=100, deadline=None)
def test_apply_is_total_and_deterministic(before: Ticket | None, entry: Entry, text: tuple[str, str] | None) -> None:
    given_entry = replace(entry, text=TextChange(*text) if text else None)
    first = apply(before, given_entry)
    assert first == apply(before, given_entry)
    assert isinstance(first, Ticket) or first.code in EXIT_CODES


@given(tickets, entries(sensible_events))
@settings(max_examples=60, deadline=None)
def test_what_apply_makes_can_be_kept(before: Ticket, entry: Entry) -> None:
    after = apply(before, replace(entry, ticket=before.id))
    if isinstance(after, Ticket):
        assert after.id == before.id
        assert after.updated_at >= before.updated_at
        assert decode_ticket(encode_ticket(after)) == after


@given(st.lists(entries(sensible_events), max_size=12))
@settings(max_examples=40, deadline=None)
def test_a_thread_keeps_its_promises_at_every_step(thread: list[Entry]) -> None:
    now = Ticket("kkkkkkkkkkkkkkkk", "T", "queued", "P2", (), (), 0, thread[0].actor, 0) if thread else None
    for entry in thread:
        after = apply(now, entry)
        if isinstance(after, Rejection) or now is None:
            continue
        assert after.generation >= now.generation
        assert (after.claim is None) == (after.holder is None) == (after.state != "inprogress")
        if after.state == "inprogress" and now.state != "inprogress":
            assert isinstance(entry.event, ev.Accept)
        if now.state == "queued" and after.state == "inprogress":
            assert after.generation == now.generation + 1
        now = after


@given(entries(any_event))
@settings(max_examples=30, deadline=None)
def test_apply_objective_is_total(entry: Entry) -> None:
    first = apply_objective(None, entry)
    assert first == apply_objective(None, entry)


@given(bodies, bodies)
@settings(max_examples=60, deadline=None)
def test_one_sided_edits_merge_without_loss(base: str, new: str) -> None:
    assert merge_text(base, new, base) == new
    assert merge_text(base, base, new) == new
    assert merge_text(base, new, new) == new


@given(st.lists(st.sampled_from("abcdef"), max_size=8), texts, texts)
@settings(max_examples=60, deadline=None)
def test_edits_far_apart_both_survive(middle: list[str], top: str, bottom: str) -> None:
    kept = [f"keep {n} {letter}" for n, letter in enumerate(["x", "y", "z", *middle])]
    base = "\n".join(["top", *kept, "bottom"]) + "\n"
    ours = base.replace("top\n", f"{top!r} ours\n", 1)
    theirs = base.removesuffix("bottom\n") + f"{bottom!r} theirs\n"
    merged = merge_text(base, ours, theirs)
    assert merged is not None
    assert merged.startswith(f"{top!r} ours\n")
    assert merged.endswith(f"{bottom!r} theirs\n")
    assert merged == merge_text(base, theirs, ours)
