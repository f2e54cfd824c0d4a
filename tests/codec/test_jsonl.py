from __future__ import annotations

import json

import pytest

from git_yoi.codec.json_line import CorruptError
from git_yoi.codec.jsonl import read_line, write_line
from git_yoi.domain import events as ev
from git_yoi.domain.entry import Entry, TextChange
from git_yoi.domain.ticket import Actor
from tests.codec.yoi_backend.folders import played

_ID = "kqmvzrtnlpwoyxus"
_ADA = Actor("Ada", "ada@example.org")


def entries() -> list[Entry]:
    def entry(n: int, event: ev.Event, body: str = "", text: TextChange | None = None) -> Entry:
        return Entry(_ID, event, _ADA, 1_750_000_000 + n, "human", f"{n:032x}", body, text=text)

    return [
        entry(1, ev.Create("題", labels=("a b",)), "first\r\n\n"),
        entry(2, ev.Edit(), text=TextChange("first\r\n\n", "second")),
        entry(3, ev.Comment(), "\n\nYoi-Event: comment\nYoi-Nonce: 0\n"),
        entry(4, ev.Attach("f.bin", "e" * 40)),
        entry(5, ev.StateChange("planning", "ready", "why\nnot")),
    ]


def line() -> str:
    made = entries()
    return write_line(played(made), made, lambda _: b"\0\xff")


def test_a_line_reads_back_to_the_same_entries_and_files() -> None:
    text = line()
    assert "\n" not in text
    back = read_line(text)
    assert list(back.entries) == entries()
    assert back.files == {f"{4:032x}": b"\0\xff"}


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"},
        {"version": 2},
        {"id": "../../x"},
        {"id": "kqmvzrtnlpwoyxut"},
        {"entries": []},
        {"entries": [{"kind": "create"}]},
    ],
)
def test_what_is_no_ticket_of_this_version_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(CorruptError):
        read_line(json.dumps(json.loads(line()) | change))


@pytest.mark.parametrize(
    ("index", "change"),
    [
        (0, {"at": "yesterday"}),
        (0, {"author": "Ada"}),
        (0, {"trailers": ["Yoi-Event: create"]}),
        (0, {"trailers": ["X: y", "Yoi-Event: create"]}),
        (3, {"file": "not base64!"}),
        (3, {"file": None}),
    ],
)
def test_a_malformed_entry_is_named_by_its_number(index: int, change: dict[str, object]) -> None:
    document = json.loads(line())
    document["entries"][index] |= change
    with pytest.raises(CorruptError, match=f"entry {index + 1}"):
        read_line(json.dumps(document))


def test_a_line_whose_first_entry_creates_nothing_is_refused() -> None:
    document = json.loads(line())
    del document["entries"][0]
    with pytest.raises(CorruptError, match="create"):
        read_line(json.dumps(document))
