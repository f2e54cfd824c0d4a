"""One exchange with the shared remote: fetch, judge what it did, join, push with a lease, read back, move refs."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from git_yoi.codec.message import Signature
from git_yoi.errors import YoiError
from git_yoi.git import network, refs
from git_yoi.git.network import PushResult, RemoteUpdate
from git_yoi.git.objects import MissingObjectError, Objects
from git_yoi.git.push_urls import require_one_repository
from git_yoi.git.raw import Commit, MalformedError
from git_yoi.git.repository import Repository
from git_yoi.store.join import Joined, join
from git_yoi.store.lineage import Difference, Divergence, on_first_parents, only
from git_yoi.sync.failures import readable, refused, too_busy, unknown

# Somebody else's push in between costs one round; this carries 16 clones that push at once through a slow remote.
PATIENCE_SECONDS = 120.0
# A host of several machines may answer from one that has not heard of the push yet.
_READS = 5


@dataclass(frozen=True, slots=True)
class Exchange:
    """What an exchange needs: the repository, the ticket ref, the shared remote, and who makes (and signs) a join.

    `heard` gets what the remote said to each push that lost a race.
    """

    repository: Repository
    objects: Objects
    ref: str
    remote: str
    who: Callable[[], Signature]
    difference: Difference
    write: Callable[[Commit], str] | None = None
    heard: list[str] = field(default_factory=list)


class Received(NamedTuple):
    """The remote's tip (None: it has no tickets), ours, and the last one known to be published.

    `how` is what became of the remote: present, none, lost, went-back or rewritten.
    """

    tip: str | None
    local: str | None
    published: str | None
    how: str

    @property
    def base(self) -> str | None:
        """What our entries are joined upon: what a remote has lost or gone back from counts still."""
        return self.published if self.how in ("lost", "went-back") else self.tip


class Settled(NamedTuple):
    """How an exchange ended: the join, what was received, and whether something was pushed."""

    joined: Joined
    received: Received
    pushed: bool


def receive(x: Exchange, *, fetched: bool = False) -> Received:
    """Fetch the remote's tickets and say what the remote did to them; nothing of ours moves but the copy of its ref."""
    refspec = refs.fetch_refspec(x.remote, x.ref)
    if not fetched:
        network.fetch(x.repository, x.remote, refspec)
    copy = refs.remote_tickets(x.remote)
    found = refs.read_refs(x.repository, x.ref, copy, refs.PUBLISHED)
    tip, published = found.get(copy), found.get(refs.PUBLISHED)
    if tip not in (None, published, found.get(x.ref)) and network.is_partial(x.repository):
        _complete(x, tip, found.get(x.ref), refspec)
    return Received(tip, found.get(x.ref), published, _became(x, tip, published))


def _complete(x: Exchange, tip: str | None, local: str | None, refspec: str) -> None:
    """A plain `git fetch` in a partial clone brought commits without contents, and git takes them for whole."""
    if tip is not None and network.lacks_objects(x.repository, tip, local):
        network.fetch(x.repository, x.remote, refspec, again=True)


def _became(x: Exchange, tip: str | None, published: str | None) -> str:
    if tip is None:
        return "lost" if published else "none"
    if published in (None, tip) or on_first_parents(x.objects, str(published), tip):
        return "present"
    # What is remembered is a ref of this clone's own: if it cannot be read, that is not the remote's doing.
    with suppress(MissingObjectError, MalformedError):
        if on_first_parents(x.objects, tip, str(published)):
            return "went-back"
    return "rewritten"


def joined_with(x: Exchange, received: Received) -> Joined:
    """Our tip and the remote's as one: a commit that is stored, and referenced by nothing yet."""
    local, base = received.local, received.base
    if local is None:
        return Joined(str(base), "behind", Divergence((), ()))
    if base is None:
        return Joined(local, "ahead", Divergence(only(x.objects, local, lambda _: False), ()))
    if base == local:
        return Joined(local, "same", Divergence((), ()))
    return join(x.objects, local, base, x.who, difference=x.difference, write=x.write)


def settle(
    x: Exchange,
    accept: Callable[[Received], None],
    check: Callable[[Received, Joined], None],
    *,
    send: bool = True,
    fetched: bool = False,
) -> Settled:
    """Repeat fetch, join and push until both sides have the same tip; without `send` only ours moves.

    `fetched`: that was done just now.

    `accept` may refuse what the remote did, `check` what arrived; YoiError from either stops before anything moves.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        with readable(x.remote):
            received = receive(x, fetched=fetched)
            fetched = False
            accept(received)
            joined = joined_with(x, received)
            check(received, joined)
        must_send = send and joined.tip != received.tip
        if not must_send or publish(x, joined.tip, received.tip):
            # What a remote has lost is published still; a pull does not give it back.
            shared = joined.tip if must_send else received.tip if received.base == received.tip else None
            if follow(x, received, joined.tip, shared, pushed=must_send):
                return Settled(joined, received, must_send)
        wait_or_give_up(deadline, x)


def publish(x: Exchange, new: str, seen: str | None, *more: RemoteUpdate) -> bool:
    """Push `new` onto a remote that still has `seen`, and confirm it by reading back; False when the race was lost.

    YoiError: `remote` when it refuses the ref, or is another repository for those who push; `remote-unknown` when
    nobody can tell, or it has not what it took.
    """
    updates = [*more, RemoteUpdate(x.ref, seen, new)]
    pushed = network.push(x.repository, x.remote, updates, atomic=bool(more))
    if pushed.result is PushResult.RACED:
        if not pushed.partly:
            require_one_repository(x.repository, x.remote, {update.ref: update.old for update in updates})
        x.heard.append(pushed.said)
        return False
    # Servers have been seen to answer "ok" to both racers, and to lose an answer: only the ref itself tells.
    try:
        there = _read_back(x, seen, claimed=pushed.result is PushResult.MOVED)
        if there == new:
            return True
        if there != seen:
            return _is_below(x, new, seen)
    except YoiError as error:
        if pushed.result is PushResult.REFUSED or not pushed.sent:
            raise refused(x.remote, x.ref, pushed.said) from error
        said = pushed.said if pushed.result is not PushResult.MOVED else error.cause or error.message
        raise unknown(x.remote, said) from error
    if pushed.result is PushResult.MOVED:
        raise unknown(x.remote, "it says that it took it, and does not have it")
    if pushed.over:
        raise refused(x.remote, x.ref, pushed.said)
    raise unknown(x.remote, pushed.said)


def _read_back(x: Exchange, seen: str | None, *, claimed: bool) -> str | None:
    """What the remote's ref is after a push; one that `claimed` to have moved it from `seen` is asked again."""
    for attempt in range(_READS):
        if attempt:
            time.sleep(0.1 * attempt)
        there = network.ls_remote(x.repository, x.remote, x.ref).get(x.ref)
        if there != seen or not claimed:
            break
    return there


def _is_below(x: Exchange, new: str, seen: str | None) -> bool:
    """Whether the remote went on from `new`, or took somebody else's upon `seen` instead."""
    received = receive(x)
    return received.tip is not None and on_first_parents(x.objects, new, received.tip, floor=seen)


def follow(x: Exchange, received: Received, tip: str, shared: str | None, *, pushed: bool = False) -> bool:
    """Move our refs after the remote's, in one transaction; False when somebody wrote here meanwhile.

    `shared` is what the remote is known to have (None: it has lost it); `pushed`: git may have noted it already.
    """
    copy = refs.remote_tickets(x.remote)
    # A push moves git's copy of the ref along, and a fetch of somebody else may have moved it further.
    seen = refs.read_ref(x.repository, copy) if pushed else received.tip
    wanted = [refs.RefChange(x.ref, received.local, tip)]
    if shared is not None:
        wanted.append(refs.RefChange(refs.PUBLISHED, received.published, shared))
    if shared is not None and seen == received.tip:
        wanted.append(refs.RefChange(copy, seen, shared))
    if all(change.old == change.new for change in wanted):
        return True
    try:
        refs.move_refs(x.repository, wanted, message=f"yoi: sync with {x.remote}")
    except refs.RefMovedError:
        return False
    return True


def wait_or_give_up(deadline: float, x: Exchange) -> None:
    """Let others go first, for a random moment; YoiError `remote` once `deadline` (monotonic seconds) has passed."""
    if time.monotonic() > deadline:
        raise too_busy(x.remote, PATIENCE_SECONDS, x.heard[-1] if x.heard else "this clone's own ref moved")
    # The longer it takes, the more others there are: 16 clones that come back after 0.2 s meet again, all of them.
    tried = PATIENCE_SECONDS - (deadline - time.monotonic())
    time.sleep(random.uniform(0.01, min(0.1 + tried, 4.0)))  # noqa: S311  (jitter between racing clones, no secret)
