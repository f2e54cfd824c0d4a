from __future__ import annotations

import json
import warnings
from io import StringIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from git_yoi.codec.json_line import CorruptError, dumps, loads
from git_yoi.codec.ticket_file import (
    decode_objective,
    decode_ticket,
    encode_objective,
    encode_ticket,
)
from git_yoi.domain.json_value import Json
from git_yoi.domain.objective import Objective
from git_yoi.domain.ticket import Actor, Ticket
from tests.strategies import json_values, texts, tickets

SIMPLE = Ticket("kkkkkkkkkkkkkkkk", "A title", "planning", "P2", (), (), 0, Actor("Ada", "a@b"), 0, body="Text\n")


@given(tickets)
@settings(max_examples=100, deadline=None)
def test_a_ticket_is_read_back_as_it_was_written(ticket: Ticket) -> None:
    data = encode_ticket(ticket)
    assert decode_ticket(data) == ticket
    assert encode_ticket(decode_ticket(data)) == data


@given(tickets)
@settings(max_examples=50, deadline=None)
def test_a_yaml_reader_sees_the_same_values(ticket: Ticket) -> None:
    head = encode_ticket(ticket).decode().split("\n---\n", 1)[0].removeprefix("---\n")
    ours = {key: json.loads(value) for key, _, value in (line.partition(": ") for line in head.split("\n"))}
    assert yaml(head) == ours


@given(texts)
@settings(max_examples=100, deadline=None)
def test_any_text_on_its_line_is_the_same_to_json_and_yaml(text: str) -> None:
    line = dumps(text)
    assert len(line.splitlines()) == 1
    assert loads(line) == text
    assert yaml(f"key: {line}\n") == {"key": text}


@given(json_values)
@settings(max_examples=66, deadline=None)
def test_json_values_are_kept(value: Json) -> None:
    assert loads(dumps(value)) == value


def yaml(text: str) -> Any:
    with warnings.catch_warnings():
        # ruamel.yaml's own reader leaves a file object to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        return YAML(typ="safe", pure=True).load(StringIO(text))


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_arbitrary_bytes_are_a_ticket_or_corrupt(data: bytes) -> None:
    for given_bytes in (data, b"---\n" + data, b"---\n" + data + b"\n---\nbody"):
        for read in (decode_ticket, decode_objective):
            with pytest.raises(CorruptError):
                read(given_bytes)


@given(tickets, st.data())
@settings(max_examples=166, deadline=None)
def test_a_mutated_file_is_a_ticket_or_corrupt(ticket: Ticket, data: st.DataObject) -> None:
    raw = encode_ticket(ticket)
    at = data.draw(st.integers(0, min(len(raw), 600)))
    length = data.draw(st.integers(0, 6))
    put = data.draw(
        st.sampled_from([b"", b"\n", b'"', b"[", b"null", b"{}", b"1e999", b"-1", b"\xff", b"\\ud800", b"true"])
    )
    check(raw[:at] + put + raw[at + length :])


@given(tickets, st.data())
@settings(max_examples=166, deadline=None)
def test_a_value_of_another_type_is_a_ticket_or_corrupt(ticket: Ticket, data: st.DataObject) -> None:
    lines = encode_ticket(ticket).decode().split("\n")
    end = lines.index("---", 1)
    at = data.draw(st.integers(1, end - 1))
    value = data.draw(
        json_values | st.sampled_from(["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", 10**400])
    )
    lines[at] = f"{lines[at].partition(': ')[0]}: {json.dumps(value)}"
    check("\n".join(lines).encode())


def check(raw: bytes) -> None:
    """What can be read can be written again; anything else is CorruptError, and nothing else."""
    try:
        ticket = decode_ticket(raw)
    except CorruptError:
        return
    assert decode_ticket(encode_ticket(ticket)) == ticket


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", '"../x"'),
        ("state", '"flying"'),
        ("state", "[]"),
        ("priority", '"P9"'),
        ("labels", '"ui"'),
        ("labels", "[1]"),
        ("created_at", '"yesterday"'),
        ("created_at", '"2026-01-01T00:00:00"'),
        ("created_by", '"nobody"'),
        ("title", "1"),
        ("title", "NaN"),
        ("title", "{"),
    ],
)
def test_a_bad_value_is_corrupt(key: str, value: str) -> None:
    lines = encode_ticket(SIMPLE).decode().split("\n")
    changed = [f"{key}: {value}" if line.startswith(f"{key}: ") else line for line in lines]
    with pytest.raises(CorruptError):
        decode_ticket("\n".join(changed).encode())


@pytest.mark.parametrize(
    "line",
    [
        "own_key: 1\nown_key: 2",
        "no value",
        'merge: {"commit": 1}',
        (
            'merge: {"commit":"","target":"","head":"","base":null,"strategy":"","method":null,"strength":null,'
            '"validations":[{"command":"x","exit_code":0,"seconds":1e999}]}'
        ),
        'reviews: [{"decision": "approve"}]',
        "relations: 5",
        'relations: [{"kind": "blocks", "id": "../x"}]',
        "generation: -1",
        "generation: true",
        'resolution: "text"',
        "imported: []",
        'holder: ""',
        "x: " + "[" * 100 + "]" * 100,
    ],
)
def test_a_bad_line_is_corrupt(line: str) -> None:
    raw = encode_ticket(SIMPLE).decode().replace("\nupdated_at", f"\n{line}\nupdated_at", 1)
    with pytest.raises(CorruptError):
        decode_ticket(raw.encode())


def test_an_unknown_key_is_kept_where_it_is_read_again() -> None:
    raw = encode_ticket(SIMPLE).decode().replace("\n---\n", '\nlater: {"a": [1, 2.5, null]}\n---\n', 1)
    assert encode_ticket(decode_ticket(raw.encode())).decode() == raw


def test_the_shape_of_the_front_matter() -> None:
    assert encode_ticket(SIMPLE).decode() == (
        '---\nid: "kkkkkkkkkkkkkkkk"\ntitle: "A title"\nstate: "planning"\npriority: "P2"\nlabels: []\nassignees: []\n'
        'created_at: "1970-01-01T00:00:00Z"\ncreated_by: "Ada <a@b>"\nupdated_at: "1970-01-01T00:00:00Z"\n---\nText\n'
    )


@given(texts, texts, st.sampled_from(("open", "closed")))
@settings(max_examples=20, deadline=None)
def test_an_objective_is_read_back(title: str, body: str, state: str) -> None:
    goal = Objective("goal", title, state, ("kkkkkkkkkkkkkkkk",), 1, Actor("Ada", "a@b"), 2, body, (("later", 1),))
    assert decode_objective(encode_objective(goal)) == goal


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", ["\udfff"]])
def test_what_json_cannot_say_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        dumps(value)
