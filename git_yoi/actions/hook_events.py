"""What the hooks of a clone set off: reconciling after a merge, and what a push has to do with tickets.

The user's own command is never kept waiting: whatever may talk to a remote or wait for a lock runs in a process of its
own, with nobody to ask and a time limit; and what belongs to the time after a push waits for its end in the background.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.reconcile import Reconciled
    from git_yoi.actions.session import Session
    from git_yoi.actions.unaccepted import Judged
    from git_yoi.git.child import Child
    from git_yoi.hooks.pre_push import Sent

# Nobody is there to answer; an empty answer from a program with a window ends that.
_NOBODY_TO_ASK = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "true",
    "SSH_ASKPASS_REQUIRE": "never",
    "GCM_INTERACTIVE": "never",
}
# Where git said so, the child finds the same repository.
_WHERE = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR"})
# To take its lock files away git needs a moment.
_GRACE_SECONDS = 1.0
_LONGEST_PUSH_SECONDS = 600.0


class Ran(NamedTuple):
    """How a command of ours ended within its time limit: what it had to say, and why it failed, None if it did not."""

    lines: tuple[str, ...]
    failure: str | None


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push had to do with tickets: the exchange (None: none was due), and the commits that nobody accepted."""

    exchange: Ran | None
    judged: Judged | None
    problem: str | None = None

    @property
    def held_back(self) -> bool:
        """Whether the policy wants the push to stop."""
        return self.judged is not None and self.judged.strict and bool(self.judged.found)


def within_limit(session: Session, words: Sequence[str], *, python: str) -> Ran | None:
    """Run `git yoi hooks *words` by the interpreter `python`; None where the time limit is 0: not at all."""
    from git_yoi.git.programs import TIMED_OUT, run_program

    limit = session.settings.hook_timeout
    if not limit:
        return None
    done = run_program(
        _program(python, *words),
        session.repository.directory,
        _environment(session),
        timeout=limit,
        grace=_GRACE_SECONDS,
        spare=_WHERE,
    )
    lines = done.output.splitlines()
    said = tuple(line for line in lines if line.startswith("git-yoi: "))
    if done.exit_code == 0:
        return Ran(said, None)
    if done.exit_code == TIMED_OUT:
        return Ran(said, f"it took longer than {limit:g} s")
    errors = (line.removeprefix("error: ") for line in lines if line.startswith("error: "))
    return Ran(said, next(errors, f"it ended with status {done.exit_code}"))


def _program(python: str, *words: str) -> list[str]:
    return [python, "-P", "-m", "git_yoi", "hooks", *words]


def _environment(session: Session) -> Mapping[str, str]:
    return {**session.repository.environment, **_NOBODY_TO_ASK}


def after_merge(session: Session) -> Reconciled:
    """Close and reopen by what is here, without asking any remote; YoiError as `reconcile`."""
    from git_yoi.actions.reconcile import reconcile

    return reconcile(session, ask_remote=False)


def pre_push(session: Session, remote: str, url: str, said: bytes, *, python: str) -> Pushed:
    """Take the tickets along, then judge what the push brings; `said` are git's lines."""
    from git_yoi.actions.unaccepted import judge
    from git_yoi.hooks.pre_push import carries_tickets, read_push
    from git_yoi.merge.leftovers import has_leftovers

    sent = read_push(said)
    shared = is_shared(session, remote, url) and not _only_tries()
    # Two that move the same refs of the remote at once: one of them would fail, and it may not be the user's.
    alone = not carries_tickets(sent, session.ref) and not has_leftovers(session.repository.private)
    exchange = within_limit(session, ("pre-push", "--exchange"), python=python) if shared and alone else None
    judged, problem = None, None
    try:
        judged = judge(_without_network(session), sent, remote)
    except YoiError as error:
        problem = error.message
    done = Pushed(exchange, judged, problem)
    if shared and not done.held_back:
        _watch(session, sent, python)
    return done


def _only_tries() -> bool:
    """Whether this is a `git push --dry-run`, which sends nothing, so that nothing goes along."""
    from git_yoi.git.callers import calling_git, words_of
    from git_yoi.hooks.pre_push import only_tries

    pusher = calling_git()
    return pusher is not None and only_tries(words_of(pusher))


def _without_network(session: Session) -> Session:
    """The session as it is now, of which git fetches nothing that a partial clone lacks."""
    here = session.repository
    return replace(session, repository=replace(here, environment={**_environment(session), "GIT_NO_LAZY_FETCH": "1"}))


def is_shared(session: Session, remote: str, url: str) -> bool:
    """Whether a push goes to the remote that tickets are shared through, by its name or by its URL."""
    from git_yoi.git.pushed import urls_of

    shared = session.settings.remote
    return shared is not None and (remote == shared or url in urls_of(session.repository, shared))


def _watch(session: Session, sent: Sequence[Sent], python: str) -> None:
    """Leave somebody behind who reconciles once the push has ended, if it moves a target: only then is it known."""
    from git_yoi.git.callers import calling_git
    from git_yoi.git.programs import run_program
    from git_yoi.git.worktrees import main_root
    from git_yoi.hooks.pre_push import reaches

    if not session.settings.hook_timeout or not reaches(sent, _targets(session)):
        return
    pusher = calling_git()
    if pusher is None:
        return
    # In the main worktree, which outlives the one that is pushed from; but not with that as its own directory.
    root = str(main_root(session.repository))
    words = [python, "-P", "-m", "git_yoi", "-C", root, "hooks", "after-push", str(pusher.pid), pusher.started]
    aside = ["/bin/sh", "-c", '"$@" </dev/null >/dev/null 2>&1 &', "sh", *words]
    run_program(aside, Path("/"), _environment(session), timeout=_GRACE_SECONDS)


def _targets(session: Session) -> frozenset[str]:
    from git_yoi.worktree.targets import target_branches

    try:
        return target_branches(session.repository)
    except YoiError:
        # A policy file that cannot be read names no further ones.
        return frozenset({session.settings.target or ""})


def after_push(session: Session, pusher: Child) -> None:
    """Wait for the end of a push, then reconcile with the remote, and send what that wrote; YoiError."""
    from git_yoi.actions.reconcile import reconcile
    from git_yoi.actions.sync import sync
    from git_yoi.git.child import wait_until_gone

    if wait_until_gone(pusher, seconds=_LONGEST_PUSH_SECONDS) and not reconcile(session).sent:
        sync(session)
