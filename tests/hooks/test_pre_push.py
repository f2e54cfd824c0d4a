"""`pre-push`: tickets go along with a push to the remote that they are shared through, and never at its cost."""

from __future__ import annotations

import fcntl
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from git_yoi.git.child import Child, is_running
from git_yoi.hooks.pre_push import only_tries
from tests.conftest import Repo, run
from tests.hooks.clients import git, ours, put_hooks, wait_for_watchers, without_program
from tests.inside import inside, new
from tests.merge.scene import approved
from tests.servers import ASKS, Conduct
from tests.sync.hubs import FORMATS, TICKETS, Hub, make_hub
from tests.sync.scene import require_no_locks, shared

# A second more than the limit and the grace: what a busy machine takes for the push itself is not counted.
LIMIT = 1.0


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with make_hub(tmp_path) as made:
        yield made


def begun(hub: Hub, *options: str) -> Repo:
    """A clone with the hooks that shares its tickets, with a ticket that only it has and a branch to push."""
    [clone] = shared(hub, 1, *options)
    put_hooks(clone)
    clone.git("checkout", "-q", "-b", "side")
    clone.commit("side", "side\n")
    new(clone)
    return clone


def tip(repo: Repo) -> str:
    return repo.git("rev-parse", TICKETS)


def require_sent(hub: Hub, clone: Repo, *words: str | Path, env: dict[str, str] | None = None) -> None:
    said = git(clone, "push", "-q", *words, env=env)
    assert said == ["tickets: 1 sent, 0 received (entries)"]
    assert hub.tip() == tip(clone)
    require_no_locks(clone)


@pytest.mark.parametrize(
    "words", [["origin", "side"], ["-u", "origin", "HEAD"], ["origin", "HEAD:refs/tags/t"]], ids=str
)
def test_tickets_go_along(hub: Hub, words: list[str]) -> None:
    clone = begun(hub)
    require_sent(hub, clone, *words)
    assert git(clone, "push", "-q", *words) == []


@pytest.mark.parametrize("words", [["--dry-run"], ["-n"], ["-fn"], ["--dry"]], ids=str)
def test_a_push_that_is_only_tried_sends_nothing(hub: Hub, words: list[str]) -> None:
    clone = begun(hub)
    before = hub.tip()
    clone.git("config", "alias.try", f"push {' '.join(words)}")
    assert git(clone, "push", "-q", *words, "origin", "side") == []
    assert git(clone, "-c", "a.push=b", "try", "-q", "origin", "side:main") == []
    wait_for_watchers(clone)
    assert hub.tip() == before
    require_sent(hub, clone, "origin", "side")


@pytest.mark.parametrize(
    ("line", "tries"),
    [
        ("push origin -n", True),
        ("push -unf", True),
        ("push --no-dry-run", False),
        ("push -n --no-dry-run", False),
        ("push -o -n origin", False),
        ("push -on origin", False),
        ("push --push-option --dry-run origin", False),
        ("push origin -- -n", False),
        ("push --no-verify --delete", False),
        ("fetch -n", False),
    ],
)
def test_what_only_tries_is_told_by_its_command_line(line: str, tries: bool) -> None:
    assert only_tries(["git", "-c", "a=b", *line.split()]) is tries


def test_tickets_go_along_by_url_and_to_another_name_of_it(hub: Hub) -> None:
    clone = begun(hub)
    clone.git("config", "url.file://.insteadOf", "hub:")
    clone.git("remote", "set-url", "origin", f"hub:{hub.path}")
    require_sent(hub, clone, f"file://{hub.path}", "side")
    new(clone)
    clone.git("remote", "add", "again", f"file://{hub.path}")
    require_sent(hub, clone, "again", "side:other")


@pytest.mark.parametrize("options", FORMATS.values(), ids=FORMATS)
def test_from_linked_worktrees_and_subdirectories_in_every_format(tmp_path: Path, options: tuple[str, ...]) -> None:
    with make_hub(tmp_path, "path", None, *options) as hub:
        clone = begun(hub)
        there = tmp_path / "a worktree"
        clone.git("worktree", "add", "-q", "-b", "wörk/x", there)
        (there / "sub").mkdir()
        assert len(git(clone, "push", "-q", "origin", "wörk/x", cwd=there / "sub")) == 1
        assert hub.tip() == tip(clone)


def test_from_a_partial_clone_whose_remote_is_gone_meanwhile(tmp_path: Path) -> None:
    with make_hub(tmp_path, "file") as hub:
        hub.git("config", "uploadpack.allowFilter", "true")
        hub.git("config", "uploadpack.allowAnySHA1InWant", "true")
        clone = begun(hub, "--filter=blob:none")
        require_sent(hub, clone, "origin", "side")
        clone.git("config", "remote.origin.url", "file:///nowhere")
        clone.git("init", "-q", "--bare", tmp_path / "other.git")
        assert git(clone, "push", "-q", tmp_path / "other.git", "side") == []


def test_what_the_remote_has_comes_back(hub: Hub) -> None:
    clone, other = begun(hub), hub.clone(1)
    inside(other, "init")
    inside(other, "sync")
    theirs = new(other)
    inside(other, "sync")
    assert git(clone, "push", "-q", "origin", "side") == ["tickets: 1 sent, 1 received (entries)"]
    assert theirs in inside(clone, "list", "--json").out


@pytest.mark.parametrize("case", ["not shared", "another remote", "turned off", "no limit"])
def test_nothing_is_sent_where_it_should_not(hub: Hub, tmp_path: Path, case: str) -> None:
    clone = begun(hub)
    before, remote = hub.tip(), "origin"
    if case == "not shared":
        clone.git("config", "--unset", "yoi.remote")
    elif case == "another remote":
        clone.git("init", "-q", "--bare", tmp_path / "other.git")
        clone.git("remote", "add", "other", str(tmp_path / "other.git"))
        remote = "other"
    elif case == "no limit":
        clone.git("config", "yoi.hookTimeout", "0")
    env = {"GIT_YOI_HOOKS": "0"} if case == "turned off" else None
    assert git(clone, "push", "-q", remote, "side", env=env) == []
    assert hub.tip() == before
    assert not (tmp_path / "other.git/refs/yoi").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["origin", f"{TICKETS}:{TICKETS}"],
        ["origin", "side", f"{TICKETS}:{TICKETS}"],
        ["--atomic", "origin", "side", TICKETS],
        ["--mirror", "origin"],
    ],
    ids=str,
)
def test_who_pushes_tickets_by_hand_is_left_alone(hub: Hub, words: list[str]) -> None:
    clone = begun(hub)
    assert git(clone, "push", "-q", *words) == []
    assert hub.tip() == tip(clone)


def test_deletions_empty_pushes_and_rehearsals_are_harmless(hub: Hub) -> None:
    clone = begun(hub)
    git(clone, "push", "-q", "origin", "side")
    for words in (["origin", "side"], ["--dry-run", "origin", "side:x"], ["origin", ":side"], ["--tags", "origin"]):
        assert git(clone, "push", "-q", *words) == []
    assert hub.git("for-each-ref", "--format=%(refname)", "refs/heads") == "refs/heads/main"


def test_odd_configuration_of_pushes_changes_nothing(hub: Hub) -> None:
    clone = begun(hub)
    for key, value in {
        "push.default": "matching",
        "push.followTags": "true",
        "push.gpgSign": "if-asked",
        "remote.pushDefault": "origin",
        "fetch.prune": "true",
        "transfer.fsckObjects": "true",
        "remote.origin.push": "refs/heads/*:refs/heads/*",
    }.items():
        clone.git("config", key, value)
    require_sent(hub, clone)


def test_without_tickets_or_the_program_a_push_is_git_alone_or_one_line(hub: Hub) -> None:
    clone = begun(hub)
    env = without_program(clone)
    [said] = git(clone, "push", "-q", "origin", "side", env=env)
    assert "the program is missing" in said
    clone.git("update-ref", "-d", TICKETS)
    assert git(clone, "push", "-q", "origin", "side:again", env=env) == []


def test_a_program_that_was_upgraded_by_half_says_one_line(hub: Hub, tmp_path: Path) -> None:
    clone = begun(hub)
    broken = tmp_path / "broken" / "git_yoi"
    (broken / "cli").mkdir(parents=True)
    for module in (broken / "__init__.py", broken / "cli" / "__init__.py"):
        module.touch()
    (broken / "cli" / "main.py").write_text("def (\n")
    done = run("git", "push", "-q", "origin", "side", cwd=clone.path, env={"PYTHONPATH": str(broken.parent)})
    [said] = done.err.splitlines()
    assert said.startswith("git-yoi: it cannot be run: SyntaxError: ")
    assert said.endswith("; install it again")
    assert (done.code, hub.tip("refs/heads/side")) == (0, clone.git("rev-parse", "side"))


def test_an_object_that_is_missing_here_is_not_the_remote_s_fault(hub: Hub) -> None:
    clone = begun(hub)
    lost = tip(clone)
    (clone.path / ".git/objects" / lost[:2] / lost[2:]).unlink()
    [said] = git(clone, "push", "-q", "origin", "side")
    why = f"nothing can be fetched from origin: {TICKETS} here names an object that is missing"
    assert said == f"tickets were not sent: {why}; git yoi sync"
    error = inside(clone, "sync", "--json", code=9).json["error"]
    assert (error["code"], error["message"]) == ("io", why)


@contextmanager
def silent() -> Iterator[str]:
    """A host that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(16)
        yield f"127.0.0.1:{listening.getsockname()[1]}"


def apart(hub: Hub, clone: Repo, url: str) -> None:
    """Let branches be pushed to the hub, and tickets be fetched from elsewhere."""
    clone.git("remote", "set-url", "origin", url)
    clone.git("remote", "set-url", "--push", "origin", str(hub.path))
    clone.git("config", "yoi.hookTimeout", str(LIMIT))


def require_pushed_in_time(hub: Hub, clone: Repo, why: str, env: dict[str, str] | None = None) -> None:
    """The branch arrives, and within the limit; one line says why the tickets did not."""
    begun_at = time.monotonic()
    [said] = git(clone, "push", "-q", "origin", "side", env=env)
    assert time.monotonic() - begun_at < LIMIT + 10
    assert said.startswith(f"tickets were not sent: {why}")
    assert said.endswith("; git yoi sync")
    assert hub.tip("refs/heads/side") == clone.git("rev-parse", "side")
    require_no_locks(clone)


@pytest.mark.parametrize("scheme", ["git", "http"])
def test_a_remote_that_never_answers(hub: Hub, scheme: str) -> None:
    clone = begun(hub)
    with silent() as host:
        apart(hub, clone, f"{scheme}://{host}/hub.git")
        require_pushed_in_time(hub, clone, "it took longer than 1 s")


def test_an_ssh_that_asks_on_the_terminal_and_waits(hub: Hub, tmp_path: Path) -> None:
    clone, asked = begun(hub), tmp_path / "asked"
    script = tmp_path / "ssh"
    script.write_text(
        f"#!/bin/sh\necho $$ >'{asked}'\n(exec </dev/tty) 2>/dev/null && echo tty >>'{asked}'\nsleep 600\n"
    )
    script.chmod(0o755)
    apart(hub, clone, "ssh://nowhere.invalid/hub.git")
    require_pushed_in_time(hub, clone, "it took longer than 1 s", env={"GIT_SSH": str(script)})
    [pid] = asked.read_text().split()
    # What runs in a container may stay behind as a zombie.
    assert not is_running(Child(int(pid), ""))


def test_nobody_is_asked_for_a_password(tmp_path: Path) -> None:
    conduct = Conduct()
    with make_hub(tmp_path, "http", conduct) as hub:
        clone = begun(hub)
        asked = tmp_path / "asked"
        helper = tmp_path / "helper"
        helper.write_text(f"#!/bin/sh\necho asked >'{asked}'\nsleep 600\n")
        helper.chmod(0o755)
        clone.git("config", "core.askPass", str(helper))
        apart(hub, clone, hub.url)
        conduct.rest = ASKS
        require_pushed_in_time(hub, clone, "the remote origin cannot be reached", env={"GIT_ASKPASS": str(helper)})
        assert not asked.exists()
        clone.git("config", "credential.helper", f"!'{helper}'")
        require_pushed_in_time(hub, clone, "it took longer than 1 s")


@pytest.mark.parametrize("name", ["exchange.lock", "index.lock"])
def test_a_lock_that_another_process_holds(hub: Hub, name: str) -> None:
    clone = begun(hub)
    clone.git("config", "yoi.hookTimeout", str(LIMIT))
    with (clone.path / ".git/yoi" / name).open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if name == "exchange.lock":
            require_pushed_in_time(hub, clone, "it took longer than 1 s")
        else:
            clone.git("config", "yoi.hookTimeout", "30")
            require_sent(hub, clone, "origin", "side")
    inside(clone, "sync")
    assert hub.tip() == tip(clone)


def test_a_hub_that_refuses_tickets_takes_the_branch(hub: Hub) -> None:
    clone = begun(hub)
    hub.hook("update", 'case "$1" in refs/heads/*) ;; *) echo "only branches" >&2; exit 1;; esac')
    [said] = git(clone, "push", "-q", "origin", "side")
    assert said.startswith("tickets were not sent: ")
    assert hub.tip("refs/heads/side") == clone.git("rev-parse", "side")


def test_a_push_that_the_hub_refuses_fails_as_ever(hub: Hub) -> None:
    clone = begun(hub)
    hub.hook("pre-receive", "! grep -q refs/heads/")
    done = run("git", "push", "-q", "origin", "side", cwd=clone.path)
    assert done.code == 1
    assert ours(done) == ["tickets: 1 sent, 0 received (entries)"]


def test_the_users_own_hook_below_ours_reads_what_git_said(hub: Hub, tmp_path: Path) -> None:
    clone = begun(hub)
    hook = clone.path / ".git/hooks/pre-push"
    hook.write_text(f"{hook.read_text()}cat >'{tmp_path}/read'\necho \"$@\" >>'{tmp_path}/read'\n")
    require_sent(hub, clone, "origin", "side")
    head = clone.git("rev-parse", "side")
    zero = "0" * len(head)
    read = (tmp_path / "read").read_text()
    assert read == f"refs/heads/side {head} refs/heads/side {zero}\norigin {hub.path}\n"


def test_a_completion_sets_the_user_s_own_hook_off_and_nothing_of_ours(hub: Hub, tmp_path: Path) -> None:
    [clone] = shared(hub, 1)
    put_hooks(clone)
    hook = clone.path / ".git/hooks/pre-push"
    hook.write_text(f"{hook.read_text()}cat > '{tmp_path}/ran'\n")
    done = approved(clone).complete()
    merge = done.data["merge"]["commit"]
    assert (tmp_path / "ran").read_text().startswith(f"refs/heads/main {merge} refs/heads/main ")
    assert "git-yoi: " not in done.err
    wait_for_watchers(clone)


def test_while_a_completion_is_at_work_nothing_goes_along(hub: Hub) -> None:
    """It moves the same refs of the remote itself, and one of the two would fail."""
    clone = begun(hub)
    before = hub.tip()
    (scratch := clone.path / ".git/yoi/scratch/index.1").mkdir(parents=True)
    assert git(clone, "push", "-q", "origin", "side") == []
    assert hub.tip() == before
    scratch.rmdir()
    clone.commit("more", "more\n")
    require_sent(hub, clone, "origin", "side")
