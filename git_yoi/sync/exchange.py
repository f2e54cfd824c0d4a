"""One exchange with the shared remote: fetch, judge what it did, join, push with a lease, read back, move refs."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from git_yoi.codec.message import Signature
from git_yoi.errors import YoiError
from git_yoi.git import network, refs
from git_yoi.git.network import PushResult, RemoteUpdate
from git_yoi.git.objects import Objects
from git_yoi.git.repository import Repository
from git_yoi.store.join import Joined, join
from git_yoi.store.lineage import Contains, on_first_parents

# Somebody else's push in between costs one round; 60 s carries 16 clones that push at once through a slow remote.
_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Exchange:
    """What an exchange needs: the repository, the ticket ref, the shared remote, and who makes a join."""

    repository: Repository
    objects: Objects
    ref: str
    remote: str
    who: Signature
    in_local: Callable[[str], Contains | None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Received:
    """The remote's tip (None: it has no tickets) and what became of it: present, none, lost, went-back or rewritten."""

    tip: str | None
    how: str
    published: str | None


@dataclass(frozen=True, slots=True)
class Settled:
    """How an exchange ended: the local tip before and after, the join, the remote, and whether it was pushed."""

    before: str
    tip: str
    joined: Joined
    received: Received
    pushed: bool


def receive(x: Exchange) -> Received:
    """Fetch the remote's tickets and say what the remote did to them; nothing of ours moves but the copy of its ref."""
    copy = refs.remote_tickets(x.remote)
    network.fetch(x.repository, x.remote, refs.fetch_refspec(x.remote, x.ref))
    found = refs.read_refs(x.repository, copy, refs.PUBLISHED)
    tip, published = found.get(copy), found.get(refs.PUBLISHED)
    if tip is None:
        return Received(None, "lost" if published else "none", published)
    if published is None or on_first_parents(x.objects, published, tip):
        return Received(tip, "present", published)
    how = "went-back" if on_first_parents(x.objects, tip, published) else "rewritten"
    return Received(tip, how, published)


def settle(
    x: Exchange,
    local_tip: Callable[[], str],
    accept: Callable[[Received], None],
    check: Callable[[str, Joined], None],
    *,
    send: bool = True,
) -> Settled:
    """Repeat fetch, join and push until both sides have the same tip.

    `accept` may refuse what the remote did, `check` what arrived; YoiError from either stops before anything moves.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        received = receive(x)
        accept(received)
        local = local_tip()
        joined = _joined(x, local, received)
        check(local, joined)
        must_send = send and joined.tip != received.tip
        if must_send and not publish(x, joined.tip, received.tip):
            _wait_or_give_up(deadline, x.remote)
            continue
        shared = joined.tip if must_send else received.tip
        if not _follow(x, local, joined.tip, received, shared):
            _wait_or_give_up(deadline, x.remote)
            continue
        return Settled(local, joined.tip, joined, received, must_send)


def _joined(x: Exchange, local: str, received: Received) -> Joined:
    from git_yoi.store.lineage import Divergence

    if received.tip is None:
        return Joined(local, "ahead", Divergence((), ()))
    return join(x.objects, local, received.tip, x.who, in_local=x.in_local(local))


def publish(x: Exchange, new: str, seen: str | None, *more: RemoteUpdate) -> bool:
    """Push `new` onto a remote that still has `seen`, and confirm it by reading back; False when the race was lost.

    YoiError: `remote` when it refuses the ref, `remote-unknown` when nobody can tell.
    """
    pushed = network.push(x.repository, x.remote, [*more, RemoteUpdate(x.ref, seen, new)], atomic=bool(more))
    if pushed.result is PushResult.REFUSED:
        raise refused(x, pushed.said)
    if pushed.result is PushResult.RACED:
        return False
    try:
        # Servers have been seen to answer "ok" to both racers (design.md, section 2): only its ref tells.
        if network.ls_remote(x.repository, x.remote, x.ref).get(x.ref) == new:
            return True
        received = receive(x)
    except YoiError as error:
        raise unknown(x, pushed.said) from error
    return received.tip is not None and on_first_parents(x.objects, new, received.tip)


def _follow(x: Exchange, local: str, tip: str, received: Received, shared: str | None) -> bool:
    """Move our refs after the remote's; False when somebody wrote here meanwhile."""
    changes = [refs.RefChange(x.ref, local, tip)]
    if shared is not None:
        changes.append(refs.RefChange(refs.PUBLISHED, received.published, shared))
        changes.append(refs.RefChange(refs.remote_tickets(x.remote), received.tip, shared))
    try:
        refs.move_refs(x.repository, changes, message=f"yoi: sync with {x.remote}")
    except refs.RefMovedError:
        return False
    return True


def _wait_or_give_up(deadline: float, remote: str) -> None:
    if time.monotonic() > deadline:
        raise YoiError(
            "remote",
            f"the tickets on {remote} moved under every attempt",
            cause=f"others were faster for {_PATIENCE_SECONDS:.0f} s",
            hint="run the same command again",
        )
    time.sleep(random.uniform(0.01, 0.2))  # noqa: S311  (jitter between racing clones, no secret)


def refused(x: Exchange, said: str) -> YoiError:
    """The remote does not take the ticket ref."""
    return YoiError(
        "remote",
        f"{x.remote} refuses {x.ref}",
        cause=said,
        hint="if the host takes branches only: git config yoi.ref refs/heads/yoi-tickets"
        if x.ref == refs.TICKETS and "hook" not in said
        else "nothing was changed here; read what the remote says",
    )


def unknown(x: Exchange, said: str) -> YoiError:
    """A push whose answer was lost, on a remote that cannot be asked now."""
    return YoiError(
        "remote-unknown",
        f"nobody can tell whether {x.remote} took it",
        cause=said,
        hint="run the same command again as soon as the remote answers",
    )
