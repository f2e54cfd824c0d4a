"""Hypothesis strategies for everything that the record may hold."""

from __future__ import annotations

import string
from dataclasses import fields
from typing import Any

from hypothesis import strategies as st

from git_yoi.domain import events as ev
from git_yoi.domain.entry import Entry
from git_yoi.domain.events import EVENTS, Event, Finding, Form, Validation
from git_yoi.domain.ids import ALPHABET
from git_yoi.domain.json_value import Json
from git_yoi.domain.states import DECISIONS, PRIORITIES, RESOLUTIONS, STATES
from git_yoi.domain.text import line_problem
from git_yoi.domain.ticket import (
    Actor,
    Attachment,
    MergeRecord,
    Relation,
    Resolution,
    ReviewRecord,
    Ticket,
)

# What YAML, Git or a terminal might trip over, often enough to be met in a hundred examples.
_HOSTILE = (
    "\t\n\r\x0b\x0c\x1b\x7f\x80\x85\x9f\xa0\u2028\u2029\u202e\ufeff\ufffe\uffff\U0001f600\U0010ffff\"'\\:#-{}[]%&*!|>@`"
)
_CHARACTERS = st.one_of(
    st.characters(codec="utf-8", exclude_characters="\0"),
    st.sampled_from(_HOSTILE),
    st.sampled_from(string.ascii_letters + " "),
)
texts = st.text(_CHARACTERS, max_size=60)
lines = texts.filter(lambda text: line_problem(text) is None)
words = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=20)
native_ids = st.text(ALPHABET, min_size=16, max_size=16)
ids = native_ids | st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{2,63}", fullmatch=True)
nonces = st.text("0123456789abcdef", min_size=32, max_size=32)
object_ids = st.text("0123456789abcdef", min_size=40, max_size=40)
times = st.integers(0, 253_402_300_799)

_BLOCK = "Yoi-Event: create\nYoi-Ticket: kkkkkkkkkkkkkkkk\nYoi-Role: human\nYoi-Nonce: " + "0" * 32
bodies = st.one_of(
    st.text(_CHARACTERS, max_size=400),
    st.text("\n", max_size=6),
    st.lists(
        st.sampled_from(["", "a", "\r", "Yoi-Event: x", "Ticket: k", _BLOCK, "---", "Signed-off-by: A <a@b>"])
    ).map("\n".join),
    st.lists(st.sampled_from(["a\r\n", "\r\n", "b\r", "c\n", "\n\n"])).map("".join),
    st.builds(lambda text, times: text * times, st.text(_CHARACTERS, min_size=1, max_size=40), st.integers(1, 4000)),
)

_NAME = st.text(_CHARACTERS, min_size=1, max_size=20).map(
    lambda s: s.translate(dict.fromkeys(map(ord, "<>\r\n"))).strip()
)
actors = st.builds(Actor, _NAME.filter(bool), _NAME)

json_values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
json_maps = st.dictionaries(texts, json_values, max_size=3)

findings = st.builds(Finding, words, texts, st.integers(0, 10_000), texts)
seconds = st.floats(0, 1e6, allow_nan=False)
validations = st.builds(Validation, texts, st.integers(-64, 255), seconds)
_SINGLE: dict[Form, st.SearchStrategy[Any]] = {
    Form.WORD: words,
    Form.NUMBER: st.integers(0, 9_999_999_999),
    Form.TEXT: texts,
    Form.LIST: st.lists(texts, max_size=3).map(tuple),
    Form.MAP: json_maps,
    Form.WORDS: st.lists(words, max_size=3).map(tuple),
}


def events_of(kind: type[Event]) -> st.SearchStrategy[Event]:
    """Any event of one kind whose values its trailers can hold, sensible or not."""
    values: dict[str, st.SearchStrategy[Any]] = {}
    for field in fields(kind):
        form = field.metadata["form"]
        if form is Form.MAPS:
            one: st.SearchStrategy[Any] = findings if field.name == "findings" else validations
            values[field.name] = st.lists(one, max_size=2).map(tuple)
        elif field.default is None:
            values[field.name] = st.none() | _SINGLE[form]
        else:
            values[field.name] = _SINGLE[form]
    return st.builds(kind, **values)


any_event: st.SearchStrategy[Event] = st.sampled_from(sorted(EVENTS)).flatmap(lambda name: events_of(EVENTS[name]))

# Events that a real thread might hold: their words are of the vocabulary.
sensible_events: st.SearchStrategy[Event] = st.one_of(
    st.builds(ev.Create, lines, st.sampled_from(PRIORITIES)),
    st.builds(ev.Edit, st.none() | lines, st.none() | st.sampled_from(PRIORITIES)),
    st.builds(ev.Comment),
    st.builds(ev.Label, st.lists(lines, max_size=2).map(tuple), st.lists(lines, max_size=2).map(tuple)),
    st.builds(ev.Link, st.sampled_from(("depends-on", "blocks", "related")), native_ids),
    st.builds(ev.StateChange, st.sampled_from(STATES), st.sampled_from(STATES)),
    st.builds(ev.Accept, st.just("queued"), st.integers(0, 2), lines, object_ids, lines),
    st.builds(ev.Release, st.sampled_from(["0" * 32, "1" * 32])),
    st.builds(ev.Takeover, st.sampled_from(["0" * 32, "1" * 32])),
    st.builds(ev.Block, lines),
    st.builds(ev.Unblock),
    st.builds(ev.Review, st.sampled_from(DECISIONS), object_ids),
    st.builds(ev.Merge, object_ids, lines, object_ids),
    st.builds(ev.Close, st.sampled_from(RESOLUTIONS)),
    st.builds(ev.Reopen),
)


def entries(event: st.SearchStrategy[Event] = any_event) -> st.SearchStrategy[Entry]:
    """Any entry, as its message alone can tell it."""

    def build(one: Event, imported: dict[str, Json] | None, **rest: Any) -> Entry:
        return Entry(event=one, imported=one.imported if isinstance(one, ev.Import) else imported, **rest)

    return st.builds(
        build,
        event,
        st.none() | json_maps,
        ticket=ids,
        actor=actors,
        at=times,
        role=words,
        nonce=nonces,
        body=bodies,
        unknown=st.lists(st.tuples(st.from_regex(r"X-[A-Za-z0-9-]{1,10}", fullmatch=True), lines), max_size=2).map(
            tuple
        ),
    )


_reviews = st.builds(
    ReviewRecord,
    words,
    object_ids,
    st.none() | object_ids,
    actors,
    times,
    st.lists(findings, max_size=2).map(tuple),
)
_merges = st.builds(
    MergeRecord,
    object_ids,
    lines,
    object_ids,
    st.none() | object_ids,
    words,
    st.lists(validations, max_size=2).map(tuple),
    st.none() | words,
    st.none() | words,
)
_KNOWN = frozenset(field.name for field in fields(Ticket)) - {"unknown", "body"}
_keys = st.from_regex(r"x_[a-z_]{1,10}", fullmatch=True).filter(lambda key: key not in _KNOWN)
tickets: st.SearchStrategy[Ticket] = st.builds(
    Ticket,
    id=ids,
    title=texts,
    state=st.sampled_from(STATES),
    priority=st.sampled_from(PRIORITIES),
    labels=st.lists(texts, max_size=3).map(tuple),
    assignees=st.lists(texts, max_size=3).map(tuple),
    created_at=times,
    created_by=actors,
    updated_at=times,
    body=bodies,
    queued_text=st.none() | words,
    generation=st.integers(0, 2**40),
    claim=st.none() | nonces,
    holder=st.none() | actors,
    branch=st.none() | texts,
    base=st.none() | object_ids,
    target=st.none() | texts,
    blocked=st.none() | texts,
    relations=st.lists(st.builds(Relation, words, ids, st.none() | texts), max_size=2).map(tuple),
    attachments=st.lists(st.builds(Attachment, texts, object_ids), max_size=2).map(tuple),
    reviews=st.lists(_reviews, max_size=2).map(tuple),
    merge=st.none() | _merges,
    resolution=st.none() | st.builds(Resolution, st.none() | words, texts, st.lists(words, max_size=2).map(tuple)),
    imported=st.none() | json_maps,
    own=st.booleans(),
    unknown=st.dictionaries(_keys, json_values, max_size=3).map(lambda found: tuple(found.items())),
)
