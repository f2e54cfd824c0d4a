"""Work of tickets that nobody has accepted: said, or held back, by the policy of the target."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from git_yoi.domain.events import Create
from tests.conftest import Ran, Repo, run
from tests.hooks.clients import git, ours, put_hooks, wait_for_watchers
from tests.inside import inside, new, queued, session_of
from tests.sync.hubs import Hub, make_hub
from tests.sync.scene import queued_everywhere, shared


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with make_hub(tmp_path) as made:
        yield made


@pytest.fixture
def clone(hub: Hub) -> Repo:
    """A clone with the hooks, which shares nothing yet; on a branch of its own."""
    made = hub.clone(0)
    inside(made, "init")
    put_hooks(made)
    made.git("checkout", "-q", "-b", "side")
    return made


def commit(repo: Repo, *trailers: str, key: str = "Ticket") -> str:
    """An empty commit with trailers; its id."""
    paragraph = "\n".join(f"{key}: {value}" for value in trailers)
    repo.git("commit", "-q", "--allow-empty", "-m", "Work", "-m", paragraph)
    return repo.git("rev-parse", "HEAD")


def policy(repo: Repo, text: str) -> None:
    """Commit a policy file to the target, and leave the branch as it is."""
    repo.git("checkout", "-q", "main")
    repo.commit(".yoi.yaml", text)
    repo.git("checkout", "-q", "side")


def push(repo: Repo, *words: str, env: dict[str, str] | None = None) -> Ran:
    return run("git", "push", "-q", *(words or ("origin", "HEAD")), cwd=repo.path, env=env)


@pytest.mark.parametrize("state", ["planning", "ready", "queued"])
def test_work_of_a_ticket_that_nobody_accepted_is_told_and_goes_on(clone: Repo, hub: Hub, state: str) -> None:
    ticket = queued(clone) if state == "queued" else new(clone)
    if state == "ready":
        inside(clone, "ready", ticket)
    first = commit(clone, ticket)
    commit(clone, ticket)
    head = clone.git("rev-parse", "--short=12", "HEAD")
    said = git(clone, "push", "-q", "origin", "HEAD")
    assert said == [
        f"ticket {ticket[:8]} is {state}, and nobody has accepted it, but this push has work of it ({head} and 1 more)",
        f"the push goes on; git yoi start {ticket[:8]} accepts it"
        + ("" if state == "queued" else " once it is queued"),
    ]
    assert first in hub.git("rev-list", "side")
    # It is on the remote now: who pushes further commits is not told again.
    clone.git("commit", "-q", "--allow-empty", "-m", "More")
    assert git(clone, "push", "-q", "origin", "HEAD") == []


def test_the_policy_holds_it_back_until_the_ticket_is_accepted(clone: Repo, hub: Hub) -> None:
    policy(clone, "hooks: {unaccepted: block}\n")
    ticket = queued(clone)
    commit(clone, ticket)
    done = push(clone)
    assert done.code == 1
    held, advice = ours(done)
    assert held.startswith(f"ticket {ticket[:8]} is queued")
    assert "the push is held back (main:.yoi.yaml has hooks.unaccepted: block)" in advice
    assert f"git yoi start {ticket[:8]}" in advice
    assert "GIT_YOI_HOOKS=0" in advice
    assert hub.tip("refs/heads/side") == ""
    assert push(clone, env={"GIT_YOI_HOOKS": "0"}).code == 0
    hub.git("branch", "-D", "side")
    clone.git("fetch", "-q", "--prune")
    inside(clone, "start", ticket, "--no-worktree")
    assert (push(clone).code, ours(push(clone))) == (0, [])


def test_the_policy_may_leave_it_out(clone: Repo) -> None:
    policy(clone, "hooks: {unaccepted: off}\n")
    commit(clone, new(clone))
    assert git(clone, "push", "-q", "origin", "HEAD") == []


@pytest.mark.parametrize("text", ["hooks: {unaccepted: perhaps}\n", "a: [\n", "hooks: {unaccepted: block}\nx: 1\n"])
def test_a_policy_that_cannot_be_read_warns(clone: Repo, text: str) -> None:
    policy(clone, text)
    commit(clone, new(clone))
    done = push(clone)
    assert (done.code, len(ours(done))) == (0, 2)


def test_a_policy_on_the_pushed_branch_does_not_count(clone: Repo) -> None:
    clone.commit(".yoi.yaml", "hooks: {unaccepted: block}\n")
    commit(clone, new(clone))
    assert push(clone).code == 0


def test_what_names_no_ticket_of_ours_is_none_of_our_business(clone: Repo) -> None:
    ticket = new(clone)
    values = (
        "1234",
        "PROJ-12",
        "k",
        ticket[:3],
        ticket + "k",
        "kkkkkkkkkkkkkkkk",
        f"{ticket} and more",
        "\x1b[31m",
        "",
    )
    commit(clone, *values)
    commit(clone, ticket, key="Tickets")
    clone.git("commit", "-q", "--allow-empty", "-m", f"Ticket: {ticket}", "-m", "Not a trailer.")
    assert git(clone, "push", "-q", "origin", "HEAD") == []


def test_a_trailer_may_name_a_ticket_by_its_beginning(clone: Repo) -> None:
    ticket = new(clone)
    commit(clone, ticket[:8])
    assert ticket[:8] in git(clone, "push", "-q", "origin", "HEAD")[0]


def test_accepted_released_and_finished_tickets_pass(clone: Repo) -> None:
    for way in ("start", "release", "close"):
        ticket = queued(clone, way)
        if way != "close":
            inside(clone, "start", ticket, "--no-worktree")
        if way != "start":
            inside(clone, way, ticket, "-m", "why", *(["--as", "wontfix"] if way == "close" else []))
        commit(clone, ticket)
    assert git(clone, "push", "-q", "origin", "HEAD") == []


def test_only_what_the_push_brings_to_branches_is_looked_at(clone: Repo, hub: Hub) -> None:
    ticket = new(clone)
    commit(clone, ticket)
    clone.git("tag", "t")
    assert git(clone, "push", "-q", "origin", "t") == []
    clone.git("checkout", "-q", "main")
    assert git(clone, "push", "-q", "origin", "main:other") == []
    assert git(clone, "push", "-q", "origin", ":other") == []
    assert len(git(clone, "push", "-q", str(hub.path), "side:by-url")) == 2
    clone.git("init", "-q", "--bare", hub.path.with_name("second.git"))
    clone.git("remote", "add", "second", str(hub.path.with_name("second.git")))
    assert len(git(clone, "push", "-q", "second", "side")) == 2


def test_few_lines_tell_of_many_tickets(clone: Repo) -> None:
    session = session_of(clone)
    tickets = [f"many-{number}" for number in range(40)]
    session.append(lambda _: [session.entry(ticket, Create("Many"), "What to do.") for ticket in tickets])
    commit(clone, *tickets)
    said = git(clone, "push", "-q", "origin", "HEAD")
    assert len(said) == 5
    assert said[3] == "and 37 more tickets"


def test_a_branch_of_a_ticket_that_nobody_accepted_is_told_without_a_commit(clone: Repo) -> None:
    ticket = queued(clone)
    clone.git("config", "branch.side.yoiTicket", ticket)
    [said, _] = git(clone, "push", "-q", "origin", "side:x")
    assert said.endswith("work of it (branch side)")


def test_an_offline_acceptance_counts_once_the_remote_has_it(hub: Hub) -> None:
    clones = shared(hub)
    [ticket] = queued_everywhere(clones)
    ada = clones[0]
    put_hooks(ada)
    policy_in(ada, hub)
    held = inside(ada, "start", ticket, "--offline", "--no-worktree", "--json").data
    ada.git("checkout", "-q", held["branch"])
    commit(ada, ticket)
    # Nobody asks: then it is not durable. Asked, it is confirmed on the way.
    ada.git("config", "yoi.hookTimeout", "0")
    done = push(ada)
    assert done.code == 1
    assert "accepted in this clone alone" in ours(done)[0]
    assert "git yoi sync" in ours(done)[1]
    ada.git("config", "--unset", "yoi.hookTimeout")
    assert git(ada, "push", "-q", "origin", "HEAD") == ["tickets: 1 sent, 0 received (entries)"]


def test_an_offline_acceptance_that_was_too_late_is_held_back(hub: Hub) -> None:
    clones = shared(hub)
    [ticket] = queued_everywhere(clones)
    ada, bea = clones
    put_hooks(ada)
    policy_in(ada, hub)
    held = inside(ada, "start", ticket, "--offline", "--no-worktree", "--json").data
    inside(bea, "start", ticket, "--no-worktree")
    ada.git("checkout", "-q", held["branch"])
    ada.git("commit", "-q", "--allow-empty", "-m", "Too late")
    done = push(ada, "origin", "HEAD:mine")
    assert done.code == 1
    said = ours(done)
    assert any("claim is lost: Bea" in line for line in said)
    assert f"ticket {ticket[:8]} is Bea <bea@example.org>'s, who was first" in said[-2]
    assert hub.tip("refs/heads/mine") == ""


def policy_in(repo: Repo, hub: Hub) -> None:
    """A policy that blocks, on both sides."""
    repo.commit(".yoi.yaml", "hooks: {unaccepted: block}\n")
    git(repo, "push", "-q", "--no-verify", str(hub.path), "main")
    repo.git("fetch", "-q", "origin")
    wait_for_watchers(repo)


def test_after_a_takeover_the_one_before_may_still_push(hub: Hub) -> None:
    clones = shared(hub)
    [ticket] = queued_everywhere(clones)
    ada, bea = clones
    put_hooks(ada)
    held = inside(ada, "start", ticket, "--no-worktree", "--json").data
    inside(bea, "takeover", ticket, "-m", "Ada is away")
    ada.git("checkout", "-q", held["branch"])
    commit(ada, ticket)
    said = git(ada, "push", "-q", "origin", "HEAD")
    assert not [line for line in said if "the push" in line]


def test_a_record_that_cannot_be_read_lets_the_push_go(clone: Repo) -> None:
    policy(clone, "hooks: {unaccepted: block}\n")
    commit(clone, new(clone))
    clone.git("update-ref", "refs/yoi/tickets", clone.git("rev-parse", "main"))
    done = push(clone)
    assert done.code == 0, done
    assert len(ours(done)) <= 1
