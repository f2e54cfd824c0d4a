"""Writers at the same moment: nobody's entry is lost, and a lost race is judged anew."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable

import pytest

from git_yoi.actions.close import close
from git_yoi.actions.edit import edit
from git_yoi.actions.label import label
from git_yoi.actions.link import link
from git_yoi.actions.queue import queue
from git_yoi.actions.ready import ready
from git_yoi.actions.session import Session
from git_yoi.actions.write import write
from git_yoi.errors import YoiError
from git_yoi.store.entry_commit import read_entry
from tests.conftest import Repo
from tests.inside import every_state, inside, new, now, queued, session_of

_MANY = """
import sys
from git_yoi.cli.main import main
ticket, name, count = sys.argv[1:]
for number in range(int(count)):
    try:
        main(["comment", ticket, "-m", f"{name} {number}", "--quiet"])
    except SystemExit as left:
        if left.code:
            raise
"""


def _late(monkeypatch: pytest.MonkeyPatch, session: Session, meanwhile: Callable[[], object]) -> Session:
    """Let something happen once, after the session has read its tip for the append and before it moves the ref."""
    # Both writers are this one process, which cannot wait for itself.
    monkeypatch.setattr("git_yoi.store.turn.PATIENCE_SECONDS", 0.0)
    tips: list[str] = []
    real = session.local_tip

    def tip() -> str:
        tips.append(real())
        if len(tips) == 1:
            meanwhile()
        return tips[-1]

    monkeypatch.setattr(Session, "local_tip", lambda asked: tip() if asked is session else real.__func__(asked))  # type: ignore[attr-defined]  # a bound method has it
    return session


def test_eight_processes_adding_fifty_comments_each_lose_none(repo: Repo) -> None:
    ticket = new(repo)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _MANY, ticket, f"writer-{number}", "50"],
            cwd=repo.path,
            env={**os.environ, "GIT_YOI_ACTOR": f"Writer {number} <w{number}@example.org>"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for number in range(8)
    ]
    ended = [process.communicate()[1] for process in running]
    assert [process.returncode for process in running] == [0] * 8, ended
    said = repo.git("log", "--format=%s", "refs/yoi/tickets").splitlines()
    comments = [line for line in said if line.startswith("comment: ")]
    assert Counter(comments) == Counter(f"comment: writer-{w} {n}" for w in range(8) for n in range(50))
    # Each writer's own comments stand in the order in which it wrote them.
    for number in range(8):
        own = [int(line.split()[-1]) for line in reversed(comments) if f"writer-{number} " in line]
        assert own == sorted(own)
    repo.git("fsck", "--strict")


def test_of_two_that_take_the_same_step_the_later_is_refused(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = new(repo)
    late = _late(monkeypatch, session_of(repo), lambda: inside(repo, "ready", ticket))
    with pytest.raises(YoiError) as refused:
        ready(late, ticket)
    assert refused.value.code == "illegal-transition"
    assert repo.git("log", "--format=%s", "refs/yoi/tickets").count("planning -> ready") == 1


def test_edits_of_different_lines_come_together(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = inside(repo, "new", "T", "-m", "one\ntwo\nthree\n", "--quiet").out.strip()
    session = session_of(repo)
    late = _late(monkeypatch, session, lambda: inside(repo, "edit", ticket, "-m", "ONE\ntwo\nthree\n"))
    made = edit(late, ticket, body="one\ntwo\nTHREE\n")
    assert now(repo, ticket).body == "ONE\ntwo\nTHREE\n"
    assert made.entry is not None
    entry = read_entry(session.objects, made.entry)
    assert entry.text is not None
    assert (entry.text.base, entry.text.new) == ("ONE\ntwo\nthree\n", "ONE\ntwo\nTHREE\n")


def test_edits_of_the_same_line_are_stale(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = new(repo)
    late = _late(monkeypatch, session_of(repo), lambda: inside(repo, "edit", ticket, "-m", "Theirs."))
    with pytest.raises(YoiError) as refused:
        edit(late, ticket, body="Ours.")
    assert refused.value.code == "stale-text"
    assert now(repo, ticket).body == "Theirs."


def test_a_queue_that_lost_the_race_sees_the_new_text_and_the_new_blocker(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets, blocker = every_state(repo), new(repo)
    ticket = tickets["ready"]
    late = _late(monkeypatch, session_of(repo), lambda: inside(repo, "link", ticket, "depends-on", blocker))
    with pytest.raises(YoiError) as refused:
        queue(late, ticket)
    assert refused.value.code == "blocked"


def test_two_links_that_would_close_a_circle_together_do_not(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = new(repo), new(repo)
    late = _late(monkeypatch, session_of(repo), lambda: inside(repo, "link", two, "depends-on", one))
    with pytest.raises(YoiError) as refused:
        link(late, one, "depends-on", two)
    assert refused.value.code == "illegal-transition"


def test_labels_added_at_the_same_moment_are_all_there(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = new(repo)
    late = _late(monkeypatch, session_of(repo), lambda: inside(repo, "label", ticket, "--add", "theirs"))
    label(late, ticket, add=["ours"])
    assert now(repo, ticket).labels == ("theirs", "ours")


def test_a_policy_that_changes_meanwhile_counts(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = queued(repo)

    def meanwhile() -> None:
        repo.commit(".yoi.yaml", "roles:\n  coder: [report]\n")
        inside(repo, "comment", ticket, "-m", "moves the ref")

    late = _late(monkeypatch, session_of(repo, role="coder"), meanwhile)
    with pytest.raises(YoiError) as refused:
        close(late, ticket, "x", as_="wontfix")
    assert refused.value.code == "not-authorized"


def test_nothing_is_written_when_the_judge_finds_nothing_to_do(repo: Repo) -> None:
    ticket = new(repo)
    before = repo.refs()
    assert write(session_of(repo), "comment", ticket, lambda _snapshot, _ticket: []).entry is None
    assert repo.refs() == before
