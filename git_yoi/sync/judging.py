"""What may be taken from the remote: no history that was rewritten, unless it is asked for, and nothing unsound."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from git_yoi.errors import YoiError
from git_yoi.store.distrust import Distrusted, add_distrusted
from git_yoi.store.findings import Problem
from git_yoi.store.join import Joined
from git_yoi.store.snapshot import Snapshot
from git_yoi.store.verify import Progress
from git_yoi.sync.arrivals import check_arrivals
from git_yoi.sync.exchange import Exchange, Received
from git_yoi.sync.failures import unsound


@dataclass(slots=True)
class Judge:
    """One exchange's checks; `at_stake` names the tickets in progress here, `bad` gets the tickets that came in bad.

    `standing` tells of nonces which entries that both a local and a remote tip have carry them.
    """

    x: Exchange
    at_stake: Callable[[], Sequence[str]]
    accept_rewrite: bool = False
    progress: Progress = lambda _done, _total: None
    standing: Callable[[Collection[str], str, str], Mapping[str, str]] = lambda _nonces, _local, _remote: {}
    bad: dict[str, Problem] = field(default_factory=dict)

    def accept(self, received: Received) -> None:
        """YoiError `rewritten` where published entries are gone from the remote, or stand in another order there."""
        if received.how != "rewritten" or self.accept_rewrite:
            return
        held = list(self.at_stake())
        raise YoiError(
            "rewritten",
            f"the tickets on {self.x.remote} were rewritten: {str(received.published)[:12]} is gone from them",
            cause=f"claims at stake: {', '.join(held)}" if held else "no ticket is in progress here",
            hint="ask who did it; `git yoi sync --accept-rewrite` goes on upon what is there now",
            data={"published": received.published, "remote_tip": received.tip, "claims": held},
        )

    def check(self, received: Received, joined: Joined) -> None:
        """Prove what arrived, and note the tickets that are bad; YoiError `remote`, `format`."""
        if received.base is None or joined.how in ("same", "ahead"):
            return
        x = self.x
        if received.local is not None:
            # A join by a program that does not know all of it would leave out what is newer.
            Snapshot(x.objects, received.local).require_writable()
        arrived = check_arrivals(
            x.objects, received.base, received.local, x.difference, self.progress, partial(self._standing, received)
        )
        if arrived.fatal is not None:
            raise unsound(x.remote, f"{arrived.fatal.where[:12]}: {arrived.fatal.message}")
        self.bad = dict(arrived.tickets)
        try:
            add_distrusted(x.repository.private, {t: Distrusted(p.where, p.message) for t, p in self.bad.items()})
        except OSError as error:
            raise YoiError("io", "what arrived bad cannot be noted", cause=error.strerror or str(error)) from error

    def _standing(self, received: Received, nonces: Collection[str]) -> Mapping[str, str]:
        if received.local is None or received.base is None:
            return {}
        return self.standing(nonces, received.local, received.base)
