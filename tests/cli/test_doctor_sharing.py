"""What `doctor` sees of a shared repository: refspecs, the remembered tip, what was fetched, and the remote itself."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from git_yoi.store.tree import ticket_path
from tests.cli.findings import codes, mended, problems
from tests.conftest import Repo
from tests.forge import TICKETS, Forger
from tests.inside import inside, new
from tests.sync.hubs import Hub, make_hub
from tests.sync.scene import shared

PUBLISHED = "refs/yoi/published"
COPY = "refs/yoi/remotes/origin/tickets"
KEY = "remote.origin.fetch"
WANTED = f"+{TICKETS}*:{COPY}*"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with make_hub(tmp_path) as made:
        yield made


@pytest.fixture
def clone(hub: Hub) -> Repo:
    """A clone that shares one ticket."""
    (made,) = shared(hub, 1)
    new(made)
    inside(made, "sync")
    return made


def values(repo: Repo) -> list[str]:
    return repo.git("config", "--get-all", KEY).splitlines()


def test_nothing_is_wrong_in_clones_that_share(hub: Hub) -> None:
    for one in (clones := shared(hub)):
        new(one)
        inside(one, "sync")
    for repo in (*clones, hub.repo):
        inside(repo, "sync", code=None)
        assert codes(repo) == []


def missing(repo: Repo) -> str:
    repo.git("config", "--fixed-value", "--unset-all", KEY, WANTED)
    return "refspec-missing"


def doubled(repo: Repo) -> str:
    repo.git("config", "--add", KEY, WANTED)
    return "refspec-doubled"


def without_glob(repo: Repo) -> str:
    repo.git("config", "--fixed-value", "--replace-all", KEY, f"+{TICKETS}:{COPY}", WANTED)
    return "refspec"


def of_another_ref(repo: Repo) -> str:
    repo.git("config", "--fixed-value", "--replace-all", KEY, f"+refs/heads/yoi-tickets*:{COPY}*", WANTED)
    return "refspec"


def not_forced(repo: Repo) -> str:
    repo.git("config", "--fixed-value", "--replace-all", KEY, WANTED.removeprefix("+"), WANTED)
    return "refspec"


@pytest.mark.parametrize("ailment", [missing, doubled, without_glob, of_another_ref, not_forced])
def test_a_refspec_that_is_not_right_is_put_right(clone: Repo, ailment: object) -> None:
    before = values(clone)
    assert callable(ailment)
    code = ailment(clone)
    (problem,) = problems(clone)
    assert (problem["code"], problem["where"], problem["fixable"]) == (code, KEY, True)
    assert mended(clone) == [code]
    assert (sorted(values(clone)), codes(clone)) == (sorted(before), [])
    clone.git("fetch", "-q")


def test_a_refspec_that_overwrites_what_was_not_sent_is_named_and_left(clone: Repo) -> None:
    clone.git("config", "--add", KEY, "+refs/yoi/*:refs/yoi/*")
    assert (codes(clone), mended(clone)) == (["refspec-overwrites"], [])


@pytest.mark.parametrize("how", ["behind", "gone"])
def test_a_ref_that_was_set_back_is_brought_forward_again(clone: Repo, how: str) -> None:
    known = clone.git("rev-parse", TICKETS)
    clone.git("update-ref", *(["-d", TICKETS] if how == "gone" else [TICKETS, f"{TICKETS}~1"]))
    found = next(p for p in problems(clone) if p["code"] == "rewind")
    assert known[:12] in found["observed"]
    if how == "behind":
        done = inside(clone, "fsck", "--json", code=8)
        (problem,) = done.data["problems"]
        assert (problem["code"], problem["where"]) == ("rewind", TICKETS)
        assert clone.git("rev-parse", TICKETS)[:12] in problem["message"]
        assert (known[:12] in problem["message"], "git yoi sync" in problem["fix"]) == (True, True)
    assert "rewind" in mended(clone)
    assert (clone.git("rev-parse", TICKETS), codes(clone)) == (known, [])
    assert inside(clone, "fsck", "--json").data["problems"] == []


def test_a_ref_that_was_rewritten_is_named_and_left(clone: Repo) -> None:
    known = clone.git("rev-parse", TICKETS)
    clone.git("update-ref", TICKETS, f"{TICKETS}~1")
    clone.git("update-ref", "-d", PUBLISHED)
    clone.git("update-ref", "-d", COPY)
    new(clone, "Another")
    clone.git("update-ref", PUBLISHED, known)
    mine = clone.git("rev-parse", TICKETS)
    for verb in ("doctor", "fsck"):
        (problem,) = inside(clone, verb, "--json", code=8).data["problems"]
        assert problem["code"] == "rewind"
        assert (mine[:12] in problem["message"], known[:12] in problem["message"]) == (True, True)
    assert (mended(clone), clone.git("rev-parse", TICKETS)) == ([], mine)
    inside(clone, "sync")
    assert codes(clone) == []
    assert inside(clone, "fsck", "--json").data["problems"] == []


def test_what_is_published_is_remembered_again(clone: Repo) -> None:
    known = clone.git("rev-parse", PUBLISHED)
    clone.git("update-ref", "-d", PUBLISHED)
    assert codes(clone) == ["published-missing"]
    assert mended(clone) == ["published-missing"]
    assert (clone.git("rev-parse", PUBLISHED), codes(clone)) == (known, [])


def test_what_diverged_is_told_until_it_is_joined(hub: Hub) -> None:
    one, other = shared(hub)
    new(one)
    inside(one, "sync")
    new(other)
    other.git("fetch", "-q")
    assert (codes(other), mended(other)) == (["diverged"], [])
    inside(other, "sync")
    assert codes(other) == []


def test_a_remote_that_was_rewritten_is_told(clone: Repo, hub: Hub) -> None:
    forged = hub.repo.git("commit-tree", f"{TICKETS}^{{tree}}", "-m", "Not what it was")
    hub.repo.git("update-ref", TICKETS, forged)
    clone.git("fetch", "-q")
    assert "rewritten" in codes(clone)
    assert mended(clone) == []


def test_a_relative_url_is_followed_from_everywhere(clone: Repo, hub: Hub, tmp_path: Path) -> None:
    clone.git("remote", "set-url", "origin", f"../{hub.path.name}")
    (clone.path / "below").mkdir()
    clone.git("worktree", "add", "-q", "-b", "other", tmp_path / "linked")
    for place in (clone.path, clone.path / "below", tmp_path / "linked"):
        assert codes(Repo(place)) == []


def test_a_ticket_that_arrived_bad_is_told_until_it_is_repaired(hub: Hub) -> None:
    one, other = shared(hub)
    ticket = new(one)
    inside(one, "sync")
    inside(other, "sync")
    forger = Forger(one)
    state = forger.file(ticket).removesuffix(b"\n").replace(b'state: "planning"', b'state: "queued"')
    forger.put(forger.message(ticket, "state", "Yoi-From: ready", "Yoi-To: queued"), {ticket_path(ticket): state})
    one.git("push", "-q", "origin", TICKETS)
    inside(other, "sync", code=None)
    problem = next(p for p in problems(other) if p["code"] == "damaged")
    assert (problem["where"], "--repair" in problem["fix"]) == (ticket, True)
    inside(other, "fsck", "--repair", ticket, "-m", "It was forged")
    assert "damaged" not in codes(other)


@pytest.mark.parametrize("how", ["lost", "went back"])
def test_a_remote_that_lost_tickets_is_told(clone: Repo, hub: Hub, how: str) -> None:
    hub.repo.git("update-ref", *(["-d", TICKETS] if how == "lost" else [TICKETS, f"{TICKETS}~1"]))
    (problem,) = problems(clone)
    assert (problem["code"], problem["where"]) == ("remote-lost", "origin")
    assert codes(clone, "--offline") == []
    inside(clone, "sync")
    assert codes(clone) == []


def test_a_remote_that_cannot_be_reached_is_a_finding_of_its_own(clone: Repo, hub: Hub) -> None:
    shutil.move(hub.path, hub.path.with_name("elsewhere"))
    (problem,) = problems(clone)
    assert (problem["code"], problem["where"]) == ("remote", "origin")
    assert codes(clone, "--offline") == []


def test_a_remote_that_hides_the_ref_from_those_who_push_would_refuse_it(clone: Repo, hub: Hub) -> None:
    hub.repo.git("config", "receive.hideRefs", "refs/yoi")
    (problem,) = problems(clone)
    assert (problem["code"], TICKETS in problem["observed"]) == ("remote-refuses", True)
    tip = hub.tip()
    assert (mended(clone), hub.tip()) == ([], tip)


def test_a_remote_that_takes_no_pushes_would_refuse_it(clone: Repo) -> None:
    clone.git("config", "remote.origin.receivepack", "git-receive-pack-that-there-is-not")
    (problem,) = problems(clone)
    assert problem["code"] == "remote-refuses"


@pytest.mark.parametrize("hook", ["pre-receive", "update"])
@pytest.mark.parametrize("there", [True, False], ids=["there", "not there"])
def test_a_remote_whose_hooks_decline_the_ref_would_refuse_it(hub: Hub, hook: str, there: bool) -> None:
    repo = hub.clone(0)
    inside(repo, "init")
    new(repo)
    if there:
        inside(repo, "sync")
    else:
        repo.git("config", "yoi.remote", "origin")
    hub.hook(hook, "cat >/dev/null; echo 'no refs but branches'; exit 1")
    before = hub.repo.refs()
    problem = next(p for p in problems(repo) if p["code"] == "remote-refuses")
    assert "no refs but branches" in problem["observed"]
    assert (mended(repo), hub.repo.refs()) == ([], before)
    hub.hook(hook, "")
    inside(repo, "sync")
    assert codes(repo) == []


def test_a_guard_that_takes_the_tickets_is_no_refusal(clone: Repo, hub: Hub) -> None:
    inside(hub.repo, "hooks", "install", "--server")
    before = hub.repo.refs()
    assert (codes(clone), codes(hub.repo), hub.repo.refs()) == ([], [], before)


@pytest.mark.usefixtures("clone")
def test_a_guard_that_does_not_fire_is_told_in_its_repository(hub: Hub) -> None:
    inside(hub.repo, "hooks", "install", "--server")
    for file in (hub.path / "hooks/pre-receive", hub.path / "yoi/hooks/pre-receive"):
        if file.exists():
            file.chmod(0o644)
            file.write_text(file.read_text().replace("hooks pre-receive", "hooks no-such-verb"))
    (problem,) = problems(hub.repo)
    assert (problem["code"], "does not fire" in problem["observed"]) == ("guard", True)


def test_a_guard_whose_program_is_missing_refuses_the_tickets(clone: Repo, hub: Hub) -> None:
    inside(hub.repo, "hooks", "install", "--server")
    for file in (hub.path / "hooks/pre-receive", hub.path / "yoi/hooks/pre-receive"):
        if file.exists():
            file.write_text(
                file.read_text().replace(sys.executable, "/nonexistent").replace("git-yoi hooks", "no-such")
            )
    assert codes(clone) == ["remote-refuses"]
    assert codes(hub.repo) == ["guard"]
    assert mended(hub.repo) == ["guard"]
    assert (codes(hub.repo), codes(clone)) == ([], [])


def test_asking_the_remote_runs_no_hook_and_sends_nothing(clone: Repo, hub: Hub) -> None:
    hook = clone.path / ".git/hooks/pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    for name, value in (("push.followTags", "true"), ("remote.origin.mirror", "true"), ("fetch.prune", "true")):
        clone.git("config", name, value)
    clone.git("tag", "-am", "A tag", "v1")
    new(clone, "Not sent")
    before = hub.repo.refs()
    assert (codes(clone), hub.repo.refs()) == ([], before)


def test_a_target_that_is_ahead_of_the_remote_is_told(clone: Repo) -> None:
    clone.commit("more", "work\n")
    (problem,) = problems(clone)
    assert (problem["code"], problem["fix"]) == ("target-ahead", "git push origin main")
    clone.git("push", "-q", "origin", "main")
    assert codes(clone) == []


def test_a_lost_commit_of_the_record_is_a_finding(clone: Repo) -> None:
    tip = clone.git("rev-parse", TICKETS)
    (clone.path / ".git/objects" / tip[:2] / tip[2:]).unlink()
    assert "missing" in codes(clone, "--offline")
    assert "missing" in codes(clone, "--offline", "--fix")


def test_tickets_under_another_ref_need_its_refspec(hub: Hub) -> None:
    repo = hub.clone(0)
    repo.git("config", "yoi.ref", "refs/heads/yoi-tickets")
    inside(repo, "init")
    new(repo)
    inside(repo, "sync")
    assert codes(repo) == []
    repo.git("config", "--add", KEY, WANTED)
    assert (codes(repo), mended(repo), codes(repo)) == (["refspec"], ["refspec"], [])
