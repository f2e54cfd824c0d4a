"""The server's guard: what a hub lets into its tickets, and what it answers to the rest.

It judges only what a push adds. By the same rule, all that stood there before was judged when it came; so the old tip
on the new one's first-parent chain, and every new commit sound, is all that it takes to keep the whole record sound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from git_yoi.errors import YoiError
from git_yoi.git.ancestry import Parents, added, difference
from git_yoi.git.objects import MissingObjectError, Objects
from git_yoi.git.process import Git
from git_yoi.git.raw import MalformedError
from git_yoi.git.repository import Repository
from git_yoi.hooks.nonces import repeated
from git_yoi.hooks.signers import with_allowed_signers, wrongly_signed
from git_yoi.hooks.sizes import too_large
from git_yoi.hooks.updates import Update, is_ticket_ref, of_tickets
from git_yoi.store.findings import Problem
from git_yoi.store.snapshot import Snapshot
from git_yoi.store.verify import verify


@dataclass(frozen=True, slots=True)
class Hub:
    """The repository as its hook sees it, the ticket ref, and whether entries must be signed (and by whose keys)."""

    repository: Repository
    objects: Objects
    ref: str
    signatures: bool = False
    allowed_signers: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A ref that must not move so, and why."""

    ref: str
    problems: tuple[Problem, ...]


def check(hub: Hub, updates: Iterable[Update]) -> tuple[Refused, ...]:
    """What of a push must not be; nothing where it may. YoiError when it cannot be told: then nothing may."""
    judged = ((update, tuple(_judge(hub, update))) for update in of_tickets(updates, hub.ref))
    return tuple(Refused(update.ref, problems) for update, problems in judged if problems)


def _judge(hub: Hub, update: Update) -> Iterable[Problem]:
    if not is_ticket_ref(update, hub.ref):
        return () if update.new is None else (_local(update),)
    if update.new is None:
        return (Problem("deleted", update.ref, "the tickets are never deleted"),)
    return _arriving(hub, update, update.new)


def _local(update: Update) -> Problem:
    message = "what lies beside the tickets is each clone's own, and stays there (git push --mirror sends it along)"
    return Problem("local", update.ref, message)


def _arriving(hub: Hub, update: Update, new: str) -> Iterator[Problem]:
    """What is wrong with the way from the old tip to the new one, as a whole or else in its entries."""
    git = hub.repository.git
    if (kind := git.text("cat-file", "-t", new)) != "commit":
        yield Problem("format", new, f"this is no record of tickets, but a {kind}")
        return
    parents = added(git, new, update.old)
    spoilt = tuple(too_large(git, new, update.old)) or tuple(_wrong_as_a_whole(hub, update, new, parents))
    yield from spoilt
    if not spoilt:
        unsound = tuple(_unsound(hub, update, new))
        yield from unsound or repeated(git, hub.objects, parents, update.old)
        yield from _unsigned(hub, parents)


def _wrong_as_a_whole(hub: Hub, update: Update, new: str, parents: Parents) -> Iterator[Problem]:
    if (problem := _no_record(hub, new)) is not None:
        yield problem
    elif update.old is not None and not _keeps(parents, new, update.old):
        message = f"{update.old[:12]}, which is published, is not where it goes on from: history would be rewritten"
        yield Problem("rewritten", new, message)


def _no_record(hub: Hub, new: str) -> Problem | None:
    """Why a tip is no record of ours that this program can judge."""
    try:
        Snapshot(hub.objects, new).require_writable()
    except (MissingObjectError, MalformedError) as error:
        return Problem("format", new, f"this is no record of tickets: {error}")
    except YoiError as error:
        return Problem("format", new, "; ".join(part for part in (error.message, error.cause) if part))
    return None


def _keeps(parents: Parents, new: str, old: str) -> bool:
    """Whether the first-parent chain of what is new begins at the old tip."""
    at = new
    while parents.get(at):
        at = parents[at][0]
    return at == old


def _unsound(hub: Hub, update: Update, new: str) -> Iterator[Problem]:
    """Entries that are no entries, are illegal, or stand in a tree that does not follow from them."""
    proof = verify(hub.objects, new, since=update.old, difference=partial(difference, hub.repository.git))
    yield from proof.problems


def _unsigned(hub: Hub, parents: Parents) -> Iterator[Problem]:
    if hub.signatures:
        entries = [oid for oid, above in reversed(list(parents.items())) if len(above) == 1]
        yield from wrongly_signed(_verifying(hub), hub.objects, entries)


def _verifying(hub: Hub) -> Git:
    return with_allowed_signers(hub.repository.root, hub.allowed_signers)
