"""Whatever git is told to do with pushes and fetches, the tickets travel the same way, and nothing else does."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Repo, run
from tests.inside import inside
from tests.servers import ASKS, Conduct
from tests.sync.hubs import Hub, make_hub
from tests.sync.scene import acceptances, holder, queued_everywhere, require_agreement, shared

Setting = Callable[[Hub, Repo], None]


def settings(*pairs: tuple[str, str]) -> Setting:
    """Keys of the clone's configuration."""

    def put(_hub: Hub, clone: Repo) -> None:
        for key, value in pairs:
            clone.git("config", "--add", key, value)

    return put


def both_sides_check(hub: Hub, clone: Repo) -> None:
    for repo in (hub.repo, clone):
        repo.git("config", "transfer.fsckObjects", "true")


def another_way_to_push(hub: Hub, clone: Repo) -> None:
    link = hub.path.with_name("same.git")
    if not link.exists():
        link.symlink_to(hub.path)
    clone.git("config", "remote.origin.pushurl", str(link))


def instead_of(hub: Hub, clone: Repo) -> None:
    clone.git("config", f"url.{hub.path.parent}/.insteadOf", "team:")
    clone.git("remote", "set-url", "origin", "team:hub.git")


def relative_url(hub: Hub, clone: Repo) -> None:
    clone.git("remote", "set-url", "origin", f"../{hub.path.name}")


def push_instead_of(hub: Hub, clone: Repo) -> None:
    clone.git("config", f"url.{hub.path.parent}/.pushInsteadOf", "file:///nowhere/")
    clone.git("config", f"url.{hub.path.parent}/.insteadOf", "file:///nowhere/")
    clone.git("remote", "set-url", "origin", "file:///nowhere/hub.git")


def failing_hook(_hub: Hub, clone: Repo) -> None:
    hook = Path(clone.git("rev-parse", "--path-format=absolute", "--git-path", "hooks")) / "pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho no >&2\nexit 1\n")
    hook.chmod(0o755)


def failing_hook_elsewhere(hub: Hub, clone: Repo) -> None:
    clone.git("config", "core.hooksPath", str(hub.path.parent / "hooks"))
    failing_hook(hub, clone)


def another_remote_first(hub: Hub, clone: Repo) -> None:
    clone.git("remote", "add", "fork", str(hub.path.with_name("fork.git")))
    clone.git("config", "remote.pushDefault", "fork")
    clone.git("config", "branch.main.pushRemote", "fork")


def no_refspec(_hub: Hub, clone: Repo) -> None:
    clone.git("config", "--unset-all", "remote.origin.fetch")


def everywhere(key: str, value: str) -> Setting:
    """A key of the user's own configuration, for which git takes no repository's word."""

    def put(hub: Hub, _clone: Repo) -> None:
        hub.repo.git("config", "--global", key, value, cwd=hub.path.parent)

    return put


PUSHES = settings(
    ("push.default", "nothing"),
    ("push.followTags", "true"),
    ("push.gpgSign", "if-asked"),
    ("push.recurseSubmodules", "check"),
    ("push.useForceIfIncludes", "true"),
    ("push.pushOption", "ci.skip"),
    ("remote.origin.push", "refs/heads/*:refs/heads/*"),
    ("protocol.version", "0"),
)
FETCHES = settings(
    ("fetch.prune", "true"),
    ("fetch.pruneTags", "true"),
    ("remote.origin.prune", "true"),
    ("fetch.writeCommitGraph", "true"),
    ("fetch.parallel", "0"),
    ("fetch.all", "true"),
    ("fetch.recurseSubmodules", "true"),
    ("submodule.recurse", "true"),
    ("fetch.showForcedUpdates", "false"),
    ("fetch.unpackLimit", "1"),
    ("fetch.negotiationAlgorithm", "skipping"),
    ("remote.origin.tagOpt", "--tags"),
    ("remote.origin.skipFetchAll", "true"),
    ("remote.origin.skipDefaultUpdate", "true"),
    ("protocol.version", "2"),
)
LOOKS = settings(
    ("color.ui", "always"),
    ("color.push", "always"),
    ("advice.pushUpdateRejected", "false"),
    ("fetch.output", "compact"),
    ("log.showSignature", "true"),
    ("log.decorate", "full"),
    ("core.pager", "false"),
    ("core.logAllRefUpdates", "always"),
    ("push.default", "matching"),
    ("protocol.version", "1"),
)
MIRROR = settings(("remote.origin.mirror", "true"), ("remote.origin.push", "+refs/*:refs/backup/*"))
# Settings that do not touch each other are tried together; what may not stand beside another is a case of its own.
SETTINGS: dict[str, tuple[Setting, ...]] = {
    "pushes": (PUSHES, both_sides_check),
    "fetches": (FETCHES, another_remote_first),
    "looks": (LOOKS, another_way_to_push, failing_hook),
    "mirror": (MIRROR,),
    "relative url": (relative_url, failing_hook_elsewhere),
    "insteadOf": (instead_of, no_refspec),
    "pushInsteadOf": (push_instead_of, everywhere("safe.bareRepository", "explicit")),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_the_tickets_travel_and_nothing_else_does(tmp_path: Path, name: str) -> None:
    with make_hub(tmp_path) as hub:
        clones = shared(hub)
        for clone in clones:
            for put in SETTINGS[name]:
                put(hub, clone)
            clone.git("tag", "-a", "-m", "mine", f"tag-of-{clone.path.name}")
            clone.git("branch", "private")
        branches = hub.git("for-each-ref", "refs/heads", "refs/tags")
        [ticket] = queued_everywhere(clones)
        inside(clones[0], "start", ticket, "--no-worktree")
        assert inside(clones[1], "start", ticket, "--json", code=5).error == "taken"
        inside(clones[1], "comment", ticket, "-m", "Too late.")
        require_agreement(hub, clones)
        assert (acceptances(clones[0], ticket), holder(clones[1], ticket)) == (1, "Ada")
        assert hub.git("for-each-ref", "refs/heads", "refs/tags") == branches
        assert [line for line in hub.git("for-each-ref").splitlines() if "refs/backup" in line] == []
        for clone in clones:
            kept = clone.git("for-each-ref", "--format=%(refname)", "refs/heads/private", "refs/tags").splitlines()
            assert kept == ["refs/heads/private", f"refs/tags/tag-of-{clone.path.name}"]


def test_hooks_of_the_user_are_not_asked_about_tickets(tmp_path: Path) -> None:
    # A pre-push hook that runs a test suite for two minutes would make every acceptance take two minutes.
    with make_hub(tmp_path) as hub:
        clones = shared(hub)
        said = tmp_path / "said"
        for name in ("pre-push", "post-checkout", "reference-transaction", "post-merge"):
            hook = clones[0].path / ".git/hooks" / name
            hook.parent.mkdir(exist_ok=True)
            hook.write_text(f'#!/bin/sh\necho "{name}" >> {said}\n')
            hook.chmod(0o755)
        inside(clones[0], "new", "Mine", "-m", "x")
        inside(clones[0], "sync")
        assert "pre-push" not in (said.read_text() if said.exists() else "")


# A terminal that git would find behind every pipe, and ask there for a name and a password.
_AT_TERMINAL = """
import os, pty, sys
from contextlib import suppress
ours, theirs = pty.openpty()
child = os.fork()
if child == 0:
    os.setsid()
    os.close(os.open(os.ttyname(theirs), os.O_RDWR))
    os.execvp(sys.argv[1], sys.argv[1:])
os.close(theirs)
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
with suppress(OSError):
    os.set_blocking(ours, False)
    sys.stderr.write(os.read(ours, 65536).decode())
sys.exit(code)
"""


@pytest.mark.parametrize("verb", ["start", "sync", "init"])
def test_nothing_asks_for_a_password_behind_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    monkeypatch.delenv("GIT_TERMINAL_PROMPT")
    conduct = Conduct()
    with make_hub(tmp_path, "http", conduct) as hub:
        [clone] = shared(hub, 1)
        [ticket] = queued_everywhere([clone])
        conduct.rest = ASKS
        words = [verb, *([ticket] if verb == "start" else []), "--json"]
        ran = run(sys.executable, "-c", _AT_TERMINAL, sys.executable, "-m", "git_yoi", *words, cwd=clone.path)
        assert "Username" not in ran.err
        assert (ran.code, "error" in ran.json) == ((0, False) if verb == "init" else (9, True)), ran
