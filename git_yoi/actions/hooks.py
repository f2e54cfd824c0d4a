"""`git yoi hooks`: the server's guard, put in, taken out, proved, and run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.hooks.installer import Guard
    from git_yoi.hooks.pre_receive import Refused
    from git_yoi.hooks.probe import Probed


@dataclass(frozen=True, slots=True)
class Changed:
    """The guard after `install`, or what `uninstall` took out; `ref` is the ticket ref here."""

    guards: tuple[Guard, ...]
    ref: str


@dataclass(frozen=True, slots=True)
class Status:
    """The forms in which the guard is there (none: not installed), and whether it fires; `ref` is what it guards."""

    guards: tuple[Guard, ...]
    ref: str
    probed: Probed | None


def install(session: Session, *, python: str) -> Changed:
    """Put the guard in, which `python` runs; YoiError `exists`, and nothing changed."""
    from git_yoi.hooks import installer

    _tell_unguarded(session)
    return Changed((installer.install(session.repository, python),), session.ref)


def _tell_unguarded(session: Session) -> None:
    """Give a notice where the tickets of this hub lie on a branch that nothing says is theirs."""
    from git_yoi.git import refs

    there = refs.read_refs(session.repository, refs.TICKETS, refs.TICKETS_BRANCH)
    if session.settings.ref is None and set(there) == {refs.TICKETS_BRANCH}:
        said = f"{refs.TICKETS_BRANCH} is here, and is not what is guarded"
        session.notice(f"notice: {said}; if it has the tickets: git config yoi.ref {refs.TICKETS_BRANCH}")


def uninstall(session: Session, *, python: str) -> Changed:
    """Take the guard out, and leave the rest as it was."""
    from git_yoi.hooks import installer

    return Changed(installer.uninstall(session.repository, python), session.ref)


def status(session: Session, *, python: str) -> Status:
    """Where the guard is, and, by pushing a forged entry that nothing could take, whether it fires."""
    from git_yoi.hooks.installer import guards
    from git_yoi.hooks.probe import probe

    found = tuple(guards(session.repository, python))
    return Status(found, session.ref, probe(session.repository, session.ref) if found else None)


def pre_receive(session: Session, pushed: bytes) -> tuple[Refused, ...]:
    """What of a push must not be, `pushed` being git's lines; YoiError when that cannot be told."""
    from git_yoi.hooks.updates import of_tickets, read_updates

    updates = of_tickets(read_updates(pushed), session.ref)
    if not updates:
        return ()
    from git_yoi.git.objects import open_objects
    from git_yoi.git.quarantine import inside_push
    from git_yoi.hooks.pre_receive import Hub, check

    here, settings = inside_push(session.repository), session.settings
    hub = Hub(here, open_objects(here), session.ref, settings.require_signatures, settings.allowed_signers)
    return check(hub, updates)
