"""`complete` where the remote does not take it: what it did is read from its refs, and told as it is."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.conftest import Repo
from tests.inside import inside
from tests.merge.scene import Work, approved, require_closed_once
from tests.servers import HONEST, Conduct, git_daemon
from tests.sync.hubs import TICKETS, Hub, make_hub
from tests.sync.scene import common, require_agreement, shared


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    """A bare hub at a path."""
    with make_hub(tmp_path) as made:
        return made


def ready(hub: Hub) -> tuple[Repo, Repo, Work]:
    """Two clones, and a ticket of the first that may be completed, which both know of."""
    ada, bea = shared(hub)
    work = approved(ada)
    inside(ada, "sync")
    inside(bea, "sync")
    return ada, bea, work


def require_untouched(hub: Hub, work: Work, before: str, *, code: int, error: str) -> dict[str, str]:
    """A completion is refused with nothing changed there, nor begun here; what its error says."""
    ran = work.complete(code=code)
    assert ran.error == error, ran.out
    assert hub.repo.refs() == before
    assert not (common(work.repo) / "yoi/journal.json").exists()
    assert work.state() == "inprogress"
    # Nothing stands in the way of other work on it.
    inside(work.repo, "comment", work.ticket, "-m", "goes on")
    said: dict[str, str] = ran.json["error"]
    return said


def test_a_target_that_the_remote_has_no_more_is_said_to_be_missing(hub: Hub) -> None:
    ada, _, work = ready(hub)
    hub.repo.git("update-ref", "-d", "refs/heads/main")
    said = require_untouched(hub, work, hub.repo.refs(), code=7, error="target-ahead")
    assert said["message"] == "origin has no branch main"
    assert "refs/remotes/origin/main" not in ada.refs()


@pytest.mark.parametrize("hidden", ["refs/yoi", "refs/heads/main"])
def test_a_lease_that_fails_though_nothing_moved_is_a_refusal(hub: Hub, hidden: str) -> None:
    _, _, work = ready(hub)
    hub.repo.git("config", "receive.hideRefs", hidden)
    said = require_untouched(hub, work, hub.repo.refs(), code=9, error="remote")
    assert "though nothing moved there" in said["message"]
    assert "stale info" in said["cause"]
    hub.repo.git("config", "--unset", "receive.hideRefs")
    work.complete()
    require_closed_once(work.repo, work.ticket)


def test_a_lock_that_stays_on_the_remote_is_a_refusal(hub: Hub) -> None:
    _, _, work = ready(hub)
    lock = hub.path / "refs/heads/main.lock"
    lock.touch()
    said = require_untouched(hub, work, hub.repo.refs(), code=9, error="remote")
    assert "main.lock" in said["cause"] or "failed to" in said["cause"] or "cannot lock" in said["cause"]
    lock.unlink()
    work.complete()


def test_a_second_push_url_that_is_behind_does_not_hide_what_the_first_took(hub: Hub, tmp_path: Path) -> None:
    ada, _, work = ready(hub)
    ada.git("init", "-q", "--bare", tmp_path / "mirror.git")
    ada.git("push", "-q", tmp_path / "mirror.git", "main")
    ada.git("remote", "set-url", "--add", "--push", "origin", hub.url)
    ada.git("remote", "set-url", "--add", "--push", "origin", str(tmp_path / "mirror.git"))
    ran = work.complete()
    assert ran.data["cleaned"] == {"worktree": True, "branch": True, "kept_because": []}
    assert "not every push URL of origin took the merge" in ran.err
    merge = require_closed_once(ada, work.ticket)
    assert hub.tip("refs/heads/main") == merge


@pytest.mark.parametrize("status", ["413", "403", "500"])
def test_a_web_server_that_turns_the_push_down_leaves_nothing_begun(tmp_path: Path, status: str) -> None:
    conduct = Conduct()
    with make_hub(tmp_path, "http", conduct) as hub:
        _, _, work = ready(hub)
        conduct.push = status
        said = require_untouched(hub, work, hub.repo.refs(), code=9, error="remote")
        assert status in said["cause"]
        conduct.push = HONEST
        work.complete()


def test_a_gateway_that_gave_up_may_still_have_somebody_at_work(tmp_path: Path) -> None:
    conduct = Conduct()
    with make_hub(tmp_path, "http", conduct) as hub:
        ada, _, work = ready(hub)
        conduct.push = "504"
        assert work.complete(code=9).error == "remote-unknown"
        claims = sorted(path.name for path in (common(ada) / "yoi/claims").iterdir())
        held = inside(ada, "takeover", work.ticket, "-m", "Mine.", "--json", code=9)
        assert held.error == "remote-unknown"
        assert "did not answer" not in held.out
        assert sorted(path.name for path in (common(ada) / "yoi/claims").iterdir()) == claims
        conduct.push = HONEST
        work.complete()
        require_closed_once(ada, work.ticket)


def test_a_server_that_serves_fetches_alone_leaves_nothing_begun(hub: Hub) -> None:
    ada, _, work = ready(hub)
    with git_daemon(hub.path) as url:
        ada.git("remote", "set-url", "origin", url)
        said = require_untouched(hub, work, hub.repo.refs(), code=9, error="remote")
        assert "access denied or repository not exported" in said["cause"]


def test_what_the_remote_cannot_store_is_not_said_to_be_protected(hub: Hub) -> None:
    _, _, work = ready(hub)
    hub.repo.git("config", "receive.maxInputSize", "10")
    said = require_untouched(hub, work, hub.repo.refs(), code=9, error="remote")
    assert "could not keep the merge" in said["message"]
    assert "maximum" in said["cause"]


def test_a_hook_that_refuses_everything_is_not_said_to_be_about_the_target(hub: Hub) -> None:
    _, _, work = ready(hub)
    hub.hook("pre-receive", 'echo "frozen for the release" >&2; exit 1')
    said = require_untouched(hub, work, hub.repo.refs(), code=7, error="protected")
    assert "main and the tickets alike" in said["message"]
    assert "frozen for the release" in said["cause"]


def test_a_refused_takeover_of_ones_own_ticket_changes_nothing(hub: Hub) -> None:
    ada, _, work = ready(hub)
    record = common(ada) / "yoi/claims" / f"{work.ticket}.json"
    before = record.read_bytes()
    hub.hook("pre-receive", "exit 1")
    assert inside(ada, "takeover", work.ticket, "-m", "Again.", "--json", code=9).error == "remote"
    assert record.read_bytes() == before
    assert hub.tip(TICKETS) == ada.git("rev-parse", TICKETS)


@pytest.mark.parametrize("setting", ["transfer.hideRefs", "uploadpack.hideRefs"])
def test_a_remote_that_hides_the_tickets_is_not_given_the_merge_alone(hub: Hub, setting: str) -> None:
    _, _, work = ready(hub)
    hub.repo.git("config", setting, "refs/yoi")
    said = require_untouched(hub, work, hub.repo.refs(), code=9, error="remote")
    assert said["message"] == "origin does not show the tickets that are shared through it"
    assert "nothing was merged" in said["hint"]
    hub.repo.git("config", "--unset", setting)
    work.complete()
    require_closed_once(work.repo, work.ticket)


def test_a_remote_that_lost_the_tickets_is_given_them_back_and_takes_the_merge(hub: Hub) -> None:
    ada, bea, work = ready(hub)
    hub.repo.git("update-ref", "-d", TICKETS)
    assert work.complete().data["pushed"] is True
    require_closed_once(ada, work.ticket)
    require_agreement(hub, (ada, bea))


def test_a_merge_that_the_remote_took_without_the_closing_is_told_and_gone_on_with(hub: Hub, tmp_path: Path) -> None:
    ada, bea, work = ready(hub)
    git = shutil.which("git")
    (tmp_path / "bin").mkdir()
    script = f"""#!/bin/sh
case " $* " in *" push "*" --atomic "*)
  '{git}' push -q origin "$(printf '%s\\n' "$@" | sed -n 's/^\\([0-9a-f]*\\):refs.heads.main$/\\1/p'):refs/heads/main"
  echo 'fatal: the remote end hung up unexpectedly' >&2; exit 128;; esac
exec '{git}' "$@"
"""
    (tmp_path / "bin/git").write_text(script)
    (tmp_path / "bin/git").chmod(0o755)
    hub.hook("update", 'case "$1" in refs/yoi/*) echo "no tickets today" >&2; exit 1;; esac')
    env = {"PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    told = inside(ada, "complete", work.ticket, "--authorize", "--json", code=9, env=env)
    said = told.json["error"]
    assert told.error == "remote"
    assert said["message"] == f"origin has the merge of ticket {work.ticket[:8]}, and not the ticket's closing"
    assert "no tickets today" in said["cause"]
    assert "nothing was changed" not in told.out
    assert inside(ada, "block", work.ticket, "-m", "x", "--json", code=9).error == "remote-unknown"
    hub.hook("update", "")
    assert work.complete().data["state"] == "closed"
    require_closed_once(ada, work.ticket)
    require_agreement(hub, (ada, bea))


def test_a_remote_may_have_any_name_that_git_takes(hub: Hub) -> None:
    ada, _, work = ready(hub)
    ada.git("remote", "rename", "origin", "up=down")
    ada.git("config", "remote.up=down.mirror", "true")
    inside(ada, "remote", "up=down", "--move")
    inside(ada, "sync")
    work.complete()
    require_closed_once(ada, work.ticket)
