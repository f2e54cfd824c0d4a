"""What no option of a plain writing verb takes: usage, and nothing changed."""

from __future__ import annotations

from itertools import product

import pytest

from git_yoi.domain.events import Create
from tests.conftest import Repo
from tests.inside import every_state, inside, session_of

NOT_TEXT = {"empty": "", "blank": " \n ", "NUL": "a\0b", "not UTF-8": "a\udcff", "too long": "x" * (1 << 20) + "x"}
NOT_LINE = {
    **NOT_TEXT,
    "line break": "a\nb",
    "return": "a\rb",
    "escape": "a\x1b[2Jb",
    "bidi": "a\u202eb",
    "tab": "a\tb",
}

# Where X stands, the bad value is put; STATE is the state of the ticket that ID names.
TEXTS = [
    "comment ID -m X",
    "note ID --kind decision -m X",
    "report ID -m X",
    "edit ID -m X",
    "return QUEUED -m X",
    "block ID -m X",
    "unblock ID -m X",
    "done ID -m X",
    "close ID --as wontfix -m X",
    "reopen CLOSED -m X",
    "review ID --request-changes -m X",
    "review ID --request-changes --finding minor:README:1:X",
]
LINES = [
    "new X",
    "new T --label X",
    "new T --assignee X",
    "edit ID --title X",
    "edit ID --priority X",
    "label ID --add X",
    "label ID --add ok --add X",
    "label ID --remove X",
    "assign ID X",
    "assign ID ok X --clear",
    "link ID X OTHER",
    "link ID related OTHER -m X",
    "unlink ID X OTHER",
    "attach ID X",
    "close ID -m text --as X",
    "comment ID -m text --kind X",
    "comment ID -F X",
    "review ID --approve --commit X",
    "review ID --request-changes --finding X",
    "review ID --request-changes --finding minor:X:1:text",
]


def _refused(repo: Repo, commands: list[str], values: dict[str, str]) -> None:
    tickets = every_state(repo)
    names = {"ID": tickets["inprogress"], "QUEUED": tickets["queued"], "CLOSED": tickets["closed"]}
    names["OTHER"] = tickets["ready"]
    before = repo.refs()
    for command, (kind, value) in product(commands, values.items()):
        words = [names.get(word, word.replace("X", value) if "X" in word else word) for word in command.split()]
        ran = inside(repo, *words, "--json", code=2)
        assert ran.error == "usage", (command, kind)
        assert repo.refs() == before, (command, kind)


def test_a_text_that_cannot_be_kept_is_refused(repo: Repo) -> None:
    _refused(repo, TEXTS, NOT_TEXT)


@pytest.mark.parametrize("part", [0, 1])
def test_a_line_that_cannot_be_kept_is_refused(repo: Repo, part: int) -> None:
    _refused(repo, LINES[part::2], NOT_LINE)


INCOMPLETE = [
    "label ID",
    "label ID --add a --remove a",
    "assign ID",
    "edit ID",
    "comment ID",
    "comment ID -m a -F README",
    "comment ID -F .",
    "report ID",
    "close ID",
    "close ID -m text --as completed --by ID",
    "return ID",
    "block ID",
    "done ID",
    "reopen ID",
    "review ID",
    "review ID --approve --revoke",
    "review ID --revoke --finding minor:a:1:b",
    "link ID related ID",
    "attach ID .",
    "attach ID missing",
    "attach ID .git/HEAD/x",
    "comment",
    "comment ID extra -m text",
    "comment ID --nonsense",
]


def test_an_incomplete_or_contradictory_call_is_refused(repo: Repo) -> None:
    ticket = every_state(repo)["inprogress"]
    before = repo.refs()
    for command in INCOMPLETE:
        ran = inside(repo, *[ticket if word == "ID" else word for word in command.split()], "--json", code=2)
        assert ran.error == "usage", command
        assert ran.json["error"]["hint"], command
        assert repo.refs() == before, command


VERBS = [
    "ready X",
    "queue X",
    "return X -m w",
    "block X -m w",
    "unblock X",
    "done X -m w",
    "close X -m w",
    "reopen X -m w",
    "edit X --title t",
    "comment X -m t",
    "report X -m t",
    "label X --add l",
    "assign X a",
    "attach X README",
    "link X related OTHER",
    "link OTHER related X",
    "close OTHER -m t --as superseded --by X",
    "unlink X related OTHER",
    "review X --approve",
]


def test_an_unknown_id_is_not_found_and_an_ambiguous_one_names_the_candidates(repo: Repo) -> None:
    one, two, other = "kkkkmmmm", "kkkknnnn", repo.new()
    _named(repo, one, two)
    before = repo.refs()
    for verb in VERBS:
        words = [other if word == "OTHER" else word for word in verb.split()]
        unknown = inside(repo, *["zzzzzzzz" if word == "X" else word for word in words], "--json", code=3)
        assert unknown.error == "not-found", verb
        shared = inside(repo, *["kkkk" if word == "X" else word for word in words], "--json", code=3)
        assert shared.error == "ambiguous", verb
        assert one in shared.json["error"]["cause"], verb
    assert repo.refs() == before


def test_a_prefix_too_short_is_ambiguous_only_where_it_names_several(repo: Repo) -> None:
    one, two = "kkkkmmmm", "kkkknnnn"
    _named(repo, one, two, "zzzzmmmm")
    before = repo.refs()
    for verb in ("show X", "comment X -m t"):
        for given, code, error in (
            ("kkk", 3, "ambiguous"),
            ("k", 3, "ambiguous"),
            ("zzz", 2, "usage"),
            ("", 2, "usage"),
        ):
            ran = inside(repo, *[given if word == "X" else word for word in verb.split()], "--json", code=code)
            assert ran.error == error, (verb, given)
            if code == 3:
                assert ran.json["error"]["data"] == [one, two]
        assert ran.json["error"]["message"] == "the id is empty"
    assert repo.refs() == before


def _named(repo: Repo, *ticket_ids: str) -> None:
    session = session_of(repo)
    session.append(lambda _: [session.entry(i, Create("A title"), "Text.") for i in ticket_ids])


def test_the_hint_on_a_value_is_a_sentence(repo: Repo) -> None:
    assert "an assignee is one line" in inside(repo, "new", "T", "--assignee", "a\nb", code=2).err
    assert "a label is one line" in inside(repo, "new", "T", "--label", "a\nb", code=2).err
