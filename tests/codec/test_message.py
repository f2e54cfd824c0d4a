from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_yoi.codec.json_line import CorruptError
from git_yoi.codec.message import Signature, decode, encode
from git_yoi.domain import events as ev
from git_yoi.domain.entry import Entry
from git_yoi.domain.events import EVENTS
from git_yoi.domain.ticket import Actor
from tests.strategies import bodies, entries, events_of

ADA = Actor("Ada", "ada@example.org")
WHO = Signature(ADA, 1_750_000_000)
NONCE = "5" * 32


def entry(body: str = "", role: str = "human", unknown: tuple[tuple[str, str], ...] = ()) -> Entry:
    return Entry("kkkkkkkkkkkkkkkk", ev.Comment(), ADA, WHO.at, role, NONCE, body, unknown=unknown)


@given(entries())
@settings(max_examples=133, deadline=None)
def test_every_entry_is_read_back_as_it_was_written(written: Entry) -> None:
    message = encode(written)
    assert decode(message, Signature(written.actor, written.at)) == written
    assert message.encode().decode() == message


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_every_kind_of_event_is_read_back(name: str) -> None:
    @given(entries(events_of(EVENTS[name])))
    @settings(max_examples=15, deadline=None)
    def check(written: Entry) -> None:
        assert decode(encode(written), Signature(written.actor, written.at)) == written

    check()


@given(bodies)
@settings(max_examples=100, deadline=None)
def test_a_body_is_kept_byte_for_byte(body: str) -> None:
    message = encode(entry(body)).encode()
    assert decode(message.decode(), WHO).body.encode() == body.encode()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\n",
        "\n\n\n",
        "ends in a line feed\n",
        "a\r\nb\r\n",
        "Yoi-Event: comment",
        "text\n\nYoi-Event: close\nYoi-Ticket: kkkkkkkkkkkkkkkk\nYoi-Nonce: " + "0" * 32,
        "text\n\nYoi-Event: ",
        "---\nid: 1\n---\n",
        "x" * (1 << 20),
        "\u2028\x85\ufeff",
    ],
    ids=repr,
)
def test_bodies_that_look_like_something_else_are_kept(body: str) -> None:
    assert decode(encode(entry(body)), WHO).body == body


@given(st.binary(max_size=300).map(lambda data: data.decode(errors="replace")))
@settings(max_examples=100, deadline=None)
def test_arbitrary_text_is_an_entry_or_corrupt(text: str) -> None:
    for message in (text, f"comment: x\n\n{text}", f"comment: x\n\nYoi-Event: comment\n{text}"):
        try:
            decode(message, WHO)
        except CorruptError:
            continue


@given(entries(), st.data())
@settings(max_examples=133, deadline=None)
def test_a_mutated_message_is_an_entry_or_corrupt(written: Entry, data: st.DataObject) -> None:
    message = encode(written)
    at = data.draw(st.integers(0, len(message)))
    length = data.draw(st.integers(0, 8))
    put = data.draw(st.sampled_from(["", "\n", "\n\n", ": ", "Yoi-Event: merge\n", '"', "[[", "1e999", "\x00", "NaN"]))
    mutated = message[:at] + put + message[at + length :]
    try:
        decode(mutated, WHO)
    except CorruptError:
        return


def test_the_message_reads_well_in_plain_git_log() -> None:
    written = Entry("kkkkkkkkkkkkkkkk", ev.Decision(), ADA, 1, "orchestrator", NONCE, "Split it\nin three")
    assert encode(written) == (
        "decision: Split it\n\nSplit it\nin three\n\n"
        f"Yoi-Event: decision\nYoi-Ticket: kkkkkkkkkkkkkkkk\nYoi-Role: orchestrator\nYoi-Nonce: {NONCE}\n"
    )


@pytest.mark.parametrize(
    "bad",
    [
        entry(role="human\nYoi-Nonce: " + "0" * 32),
        entry(role=""),
        entry(unknown=(("X-Later", "a\nYoi-Event: close"),)),
        entry(unknown=(("X: y\nZ", "a"),)),
        Entry("../etc", ev.Comment(), ADA, 1, "human", NONCE),
        Entry("kkkkkkkkkkkkkkkk", ev.Comment(), ADA, 1, "human", "short"),
        Entry("kkkkkkkkkkkkkkkk", ev.Report("a claim"), ADA, 1, "human", NONCE),
        Entry("kkkkkkkkkkkkkkkk", ev.Block("\ud800"), ADA, 1, "human", NONCE),
    ],
)
def test_what_could_break_out_of_its_line_is_refused(bad: Entry) -> None:
    with pytest.raises(ValueError, match=r"."):
        encode(bad)


GOOD = encode(entry("Words"))


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "comment: x\n",
        GOOD.replace("Yoi-Event: comment", "Yoi-Event: teleport"),
        GOOD.replace("Yoi-Ticket: kkkkkkkkkkkkkkkk\n", ""),
        GOOD.replace("Yoi-Ticket: kkkkkkkkkkkkkkkk\n", "Yoi-Ticket: kkkkkkkkkkkkkkkk\nYoi-Ticket: llllllllllllllll\n"),
        GOOD.replace("Yoi-Ticket: kkkkkkkkkkkkkkkk", "Yoi-Ticket: ../../etc"),
        GOOD.replace(NONCE, NONCE.upper().replace("5", "F")),
        GOOD.replace("Yoi-Role: human", "Yoi-Role: two words"),
        GOOD.replace("Yoi-Role: human", "no trailer"),
        GOOD + "\n",
        GOOD.replace("comment: Words", "comment: Words\nand more", 1),
        GOOD.replace("Yoi-Role", "Yoi-Kind: a\nYoi-Kind: b\nYoi-Role"),
        GOOD.replace("Yoi-Role", 'Yoi-Imported: ["no map"]\nYoi-Role'),
        GOOD.replace("Yoi-Event: comment", "Yoi-Event: block\nYoi-Reason: NaN"),
        GOOD.replace("Yoi-Event: comment", 'Yoi-Event: block\nYoi-Reason: "\\ud800"'),
        GOOD.replace("Yoi-Event: comment", "Yoi-Event: block\nYoi-Reason: " + "[" * 100_000),
        GOOD.replace("Yoi-Event: comment", 'Yoi-Event: import\nYoi-Imported: {"a": 1e999}'),
        GOOD.replace("Yoi-Event: comment", 'Yoi-Event: import\nYoi-Imported: {"a": ' + "[" * 80 + "]" * 80 + "}"),
    ],
)
def test_a_message_that_is_no_entry_is_corrupt(bad: str) -> None:
    with pytest.raises(CorruptError):
        decode(bad, WHO)


def test_an_unknown_trailer_is_kept_and_ignored() -> None:
    message = GOOD.replace("Yoi-Role", "Yoi-Later: something\nYoi-Role")
    assert decode(message, WHO).unknown == (("Yoi-Later", "something"),)
