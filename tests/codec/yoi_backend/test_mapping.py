from __future__ import annotations

import json

import pytest

from git_yoi.codec.yoi_backend.update import outstanding
from git_yoi.domain import events as ev
from git_yoi.domain.reviews import NO_COMMIT
from git_yoi.domain.text import MAX_TEXT
from git_yoi.domain.times import to_rfc3339
from tests.codec.yoi_backend.folders import ITEM, NAME, THREAD, folder, mapped, played, whats

_HEAD = "<!-- event: {} author: a at: 2026-05-02T00:00:00Z {}-->\n\nwords\n\n---\n\n"


def item(**values: str) -> str:
    front = {"title": "t", "created_at": "2026-05-01T00:00:00Z", "updated_at": "2026-05-02T00:00:00Z"} | values
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in front.items()) + "---\n\nbody\n"


def test_a_ticket_comes_over_with_everything_that_its_folder_says() -> None:
    made = mapped(folder(item=ITEM, thread=THREAD, resolution="直した。"))
    entries = outstanding(made, None, frozenset())
    ticket = played(entries)
    assert (ticket.id, ticket.title, ticket.state, ticket.priority) == (NAME, "画面の色を直す", "closed", "P1")
    assert ticket.body == "The colours differ.\n\n---\n\n色がちがう。\n"
    assert ticket.assignees == ("mio",)
    assert ticket.resolution is not None
    assert (ticket.resolution.as_, ticket.resolution.text) == ("completed", "直した。")
    assert [e.actor.name for e in entries] == ["mio", "mio", "a panel", "rin", "orchestrator", "mio"]
    assert [to_rfc3339(e.at)[5:13] for e in entries] == [
        "05-01T08",
        "05-01T08",
        "05-01T09",
        "05-02T08",
        "05-02T09",
        "05-03T08",
    ]
    assert [e.body for e in entries[1:]] == [
        "## Created\n\nMade by hand.",
        "## State changed\n\nReady now.",
        "## Review: approve\n\nLooks right at `3f2a9c1d`.",
        "## State changed\n\nMerged.",
        "## Closed\n\n直した。",
    ]
    assert made.problems == []


def test_unknown_front_matter_and_original_words_are_kept() -> None:
    made = mapped(folder(item=ITEM, thread=THREAD))
    front = (made.create.imported or {})["front"]
    assert isinstance(front, dict)
    assert front["risk_flags"] == ["ui", "color"]
    imported = made.entries[1].imported or {}
    assert imported["attributes"] == {
        "event": "state_changed",
        "author": "a panel",
        "at": "2026-05-01T09:00:00Z",
        "from": "planning",
        "to": "ready",
        "reason": "x",
        "field": "state",
    }
    assert (imported["kind"], imported["as_kind"], imported["from"], imported["to"]) == (
        "state_changed",
        "state",
        "planning",
        "ready",
    )


def test_a_review_has_the_one_commit_that_it_names() -> None:
    def commit(body: str) -> str:
        text = f"<!-- event: review author: a at: 2026-05-02T00:00:00Z status: request_changes -->\n\n{body}\n\n---\n"
        event = mapped(folder(item=item(), thread=text)).entries[0].event
        assert isinstance(event, ev.Review)
        assert event.decision == "request-changes"
        return event.commit

    assert commit("at 3f2a9c1d") == "3f2a9c1d"
    assert commit("at 3f2a9c1d, in full 3f2a9c1d" + "0" * 32) == "3f2a9c1d" + "0" * 32
    assert commit("3f2a9c1d or 4e5b6a7f") == NO_COMMIT
    assert commit("on 20260502, deadbeefs, facade, a/3f2a9c1d") == NO_COMMIT


def test_a_review_without_a_decision_is_kept_and_told() -> None:
    made = mapped(folder(item=item(), thread=_HEAD.format("review", "")))
    assert isinstance(made.entries[0].event, ev.Import)
    assert (made.entries[0].imported or {})["as_kind"] == "review"
    assert whats(made) == ["thread.md:1 a review that says neither approve nor request_changes"]


@pytest.mark.parametrize(
    ("values", "group", "state"),
    [
        ({"state": "queued"}, "", "queued"),
        ({"workflow_state": "intake", "status": "open"}, "open", "planning"),
        ({"workflow_state": "done", "status": "closed"}, "closed", "closed"),
        ({"workflow_state": "inprogress", "status": "open"}, "", "inprogress"),
        ({"status": "pending"}, "pending", "planning"),
        ({}, "closed", "closed"),
        ({"state": "done", "status": "closed"}, "", "done"),
    ],
)
def test_states_of_every_vocabulary_are_mapped(values: dict[str, str], group: str, state: str) -> None:
    made = mapped(folder(item=item(**values), group=group))
    assert played(outstanding(made, None, frozenset())).state == state


def test_a_state_that_the_thread_does_not_reach_gets_an_entry_and_is_told() -> None:
    made = mapped(folder(item=item(state="ready"), thread=_HEAD.format("comment", "")))
    entries = outstanding(made, None, frozenset())
    assert isinstance(entries[-1].event, ev.Import)
    assert entries[-1].event.state == "ready"
    assert whats(made) == ["item.md:0 its state is ready, but its thread ends in planning; an entry was added for that"]


def test_a_close_that_nobody_called_done_is_not_called_completed() -> None:
    thread = _HEAD.format("state_changed", "from: planning to: closed reason: closed field: state ")
    ticket = played(outstanding(mapped(folder(item=item(state="closed"), thread=thread)), None, frozenset()))
    assert ticket.resolution is not None
    assert ticket.resolution.as_ is None


def test_an_unknown_event_a_bad_time_and_a_missing_author_are_told_and_their_text_kept() -> None:
    thread = (
        "<!-- event: sparkle author: a at: 2026-05-02T00:00:00Z -->\n\none\n\n---\n\n"
        "<!-- event: comment author: a at: now -->\n\ntwo\n\n---\n\n"
        "<!-- event: comment at: 2026-05-03T00:00:00Z -->\n\nthree\n"
    )
    made = mapped(folder(item=item(), thread=thread))
    assert [e.body for e in made.entries] == ["one", "two", "three"]
    assert [to_rfc3339(e.at)[:10] for e in made.entries] == ["2026-05-02", "2026-05-02", "2026-05-03"]
    assert whats(made) == [
        "thread.md:1 'sparkle' is no event that is known",
        "thread.md:7 'now' is no time; the one before it stands in",
        "thread.md:13 it names no author",
    ]


def test_relations_become_links_and_what_cannot_be_one_is_kept_and_told() -> None:
    def relation(kind: str, target: str, **more: str) -> dict[str, str]:
        return {"ticket_id": NAME, "kind": kind, "target": target, "author": "a", "at": "2026-05-02T00:00:00Z"} | more

    records = [
        relation("depends_on", "00001TESTBBBB", note="先に"),
        relation("entangles", "00001TESTBBBB"),
        relation("related", NAME),
        relation("blocks", "00001GONE00", ticket_id="00001OTHER0"),
    ]
    made = mapped(folder(item=item(), relations=json.dumps({"version": 1, "relations": records})))
    ticket = played(outstanding(made, None, frozenset()))
    assert [(r.kind, r.id, r.note) for r in ticket.relations] == [("depends-on", "00001TESTBBBB", "先に")]
    assert [(e.imported or {})["record"] for e in made.entries] == records
    assert [what.split(" is ")[0].split(" names")[0] for what in whats(made)] == [
        "artifacts/relations.json:0 relation 2",
        "artifacts/relations.json:0 relation 3",
        "artifacts/relations.json:0 relation 4",
    ]


def test_orchestration_notes_become_plans_among_the_thread() -> None:
    notes: list[dict[str, object]] = [
        {"kind": "waiting_capacity_note", "note": "later", "at": "2026-05-01T08:30:00Z"},
        {"kind": "conflicts_with", "related_ticket": "00001TESTBBBB", "at": "2026-05-02T08:30:00Z"},
        {"kind": "accepted_plan", "accepted_plan": {"summary": "do it", "branch": "b"}, "at": "2026-05-02T08:31:00Z"},
    ]
    lines = "".join(json.dumps({"id": "x", "ticket_id": NAME, "author": "orchestrator", **n}) + "\n" for n in notes)
    made = mapped(folder(item=ITEM, thread=THREAD, plan=lines + "{broken\n"))
    plans = [(i, e) for i, e in enumerate(made.entries) if isinstance(e.event, ev.Plan)]
    assert [(i, e.event.kind, e.event.other, e.body) for i, e in plans if isinstance(e.event, ev.Plan)] == [
        (1, "waiting-capacity", None, "later"),
        (4, "conflicts-with", "00001TESTBBBB", ""),
        (5, "accepted-plan", None, "do it"),
    ]
    assert whats(made)[0].startswith("artifacts/orchestration-plan.jsonl:4 not JSON")
    assert [e.event.file for e in made.entries if isinstance(e.event, ev.Attach)] == ["orchestration-plan.jsonl"]


def test_other_artifacts_become_attachments_under_safe_names() -> None:
    files: dict[str, str | bytes] = {
        "artifacts/a/b.md": b"1",
        "artifacts/A--B.md": b"2",
        "artifacts/.git": b"3",
        "artifacts/.gitkeep": b"",
    }
    made = mapped(folder(texts=files, item=item()))
    attached = {e.event.file: (e.imported or {})["path"] for e in made.entries if isinstance(e.event, ev.Attach)}
    assert sorted(attached.values(), key=str) == ["artifacts/.git", "artifacts/A--B.md", "artifacts/a/b.md"]
    assert len({name.casefold() for name in attached}) == 3
    played(outstanding(made, None, frozenset()))


def test_bytes_that_are_no_text_are_told_and_the_file_is_attached_as_it_is() -> None:
    made = mapped(folder(item=item(), thread=_HEAD.format("comment", "").encode().replace(b"words", b"w\xff\0")))
    assert made.entries[0].body == "w\ufffd\ufffd"
    assert [e.event.file for e in made.entries if isinstance(e.event, ev.Attach)] == ["thread.md"]
    assert len(made.problems) == 2


def test_a_text_beyond_the_limit_is_cut_told_and_attached_whole() -> None:
    thread = _HEAD.format("comment", "").replace("words", "色" * (MAX_TEXT // 3 + 5))
    made = mapped(folder(item=item(), thread=thread))
    assert len(made.entries[0].body.encode()) <= MAX_TEXT
    assert "cut" in whats(made)[0]
    assert any(isinstance(e.event, ev.Attach) for e in made.entries)


def test_nonces_follow_from_the_source_alone() -> None:
    one, two = (mapped(folder(item=ITEM, thread=THREAD)) for _ in range(2))
    assert [e.nonce for e in one.entries] == [e.nonce for e in two.entries]
    other = mapped(folder("00001TESTCCCC", item=ITEM, thread=THREAD))
    assert not {e.nonce for e in one.entries} & {e.nonce for e in other.entries}


def test_equal_entries_of_one_thread_have_nonces_of_their_own() -> None:
    made = mapped(folder(item=item(), thread=_HEAD.format("comment", "") * 3))
    assert len({e.nonce for e in made.entries}) == 3


def test_a_thread_that_has_grown_adds_only_what_is_new_wherever_it_stands() -> None:
    first = mapped(folder(item=item(state="planning"), thread=THREAD[: THREAD.index("<!-- event: close")]))
    entries = outstanding(first, None, frozenset())
    ticket, known = played(entries), {e.nonce for e in entries}
    early = _HEAD.format("comment", "")
    grown = mapped(folder(item=item(state="closed"), thread=early + THREAD))
    added = outstanding(grown, ticket, known)
    assert [(e.imported or {})["kind"] for e in added] == ["comment", "close"]
    again = outstanding(grown, played(added, ticket), known | {e.nonce for e in added})
    assert again == []


def test_an_item_that_was_edited_is_followed_until_the_ticket_has_its_own_entries() -> None:
    first = mapped(folder(item=item(labels="[a]")))
    entries = outstanding(first, None, frozenset())
    ticket, known = played(entries), {e.nonce for e in entries}
    changed = mapped(folder(item=item(title="new", labels="[b]", state="queued")))
    ticket = played(outstanding(changed, ticket, known), ticket)
    assert (ticket.title, ticket.labels, ticket.state) == ("new", ("b",), "queued")
    from dataclasses import replace

    own = replace(ticket, own=True)
    again = mapped(folder(item=item(title="newer", state="closed"), thread=_HEAD.format("close", "")))
    added = outstanding(again, own, known)
    assert [e.event for e in added] == [ev.Import(added[0].imported or {}, None)]
    assert played(added, own).state == "queued"
    assert len(again.problems) == 2
