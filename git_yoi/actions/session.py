"""What every action is handed: the repository, who acts, in which role, the clock, and the way to the record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

from git_yoi.config.settings import Settings, read_settings
from git_yoi.domain.ids import MIN_PREFIX, short_id
from git_yoi.errors import YoiError
from git_yoi.git import refs
from git_yoi.git.repository import Repository

if TYPE_CHECKING:
    from git_yoi.domain.entry import Entry
    from git_yoi.domain.events import Event
    from git_yoi.domain.ticket import Actor, Ticket
    from git_yoi.git.objects import Objects
    from git_yoi.index.keeper import Keeper
    from git_yoi.index.view import Index
    from git_yoi.store.append import Appended, Build
    from git_yoi.store.entry_commit import Writer
    from git_yoi.store.lookup import Lookup
    from git_yoi.store.snapshot import Snapshot
    from git_yoi.sync.view import View


@dataclass(frozen=True)
class Session:
    """One command's view; expensive parts are made on first use.

    `clock` gives seconds since the epoch, `random_bytes` that many random bytes; `notice` says a line to people,
    `progress` how far a long check is.
    """

    repository: Repository
    clock: Callable[[], float]
    random_bytes: Callable[[int], bytes]
    notice: Callable[[str], None]
    actor_override: Actor | None = None
    role_override: str | None = None
    progress: Callable[[int, int], None] = lambda _done, _total: None

    @cached_property
    def settings(self) -> Settings:
        """Git's configuration; YoiError `usage` for a role that there is not, where that is the one that counts."""
        found = read_settings(self.repository)
        if found.role and not self.role_override:
            _require_role_name(found.role)
        return found

    @cached_property
    def ref(self) -> str:
        """The name of the ticket ref."""
        return refs.ticket_ref(self.settings.ref)

    @property
    def role(self) -> str:
        """The role that acts: GIT_YOI_ROLE, else `yoi.role`, else human."""
        return self.role_override or self.settings.role or "human"

    @cached_property
    def objects(self) -> Objects:
        """The repository's objects."""
        from git_yoi.git.objects import open_objects

        return open_objects(self.repository)

    def difference(self, tip: str, without: str) -> dict[str, tuple[str, ...]]:
        """The commits of the record that `tip` stands on and `without` does not, each with its parents."""
        from git_yoi.git.ancestry import difference

        return difference(self.repository.git, tip, without)

    @cached_property
    def view(self) -> View:
        """Which tip this command sees."""
        from git_yoi.sync.view import View

        return View(self.repository, self.ref, self.settings.remote)

    def tip(self) -> str:
        """The commit that this command sees: the ticket ref's, or what was fetched; YoiError `not-initialised`."""
        return self.view.tip() or self._nothing()

    def local_tip(self) -> str:
        """The ticket ref's commit; YoiError `not-initialised`."""
        return refs.read_ref(self.repository, self.ref) or self._nothing()

    def _nothing(self) -> NoReturn:
        raise YoiError(
            "not-initialised",
            "this repository has no tickets yet",
            cause=f"there is no {self.ref}",
            hint="git yoi init",
        )

    def snapshot(self) -> Snapshot:
        """The state of all tickets now."""
        from git_yoi.store.snapshot import Snapshot

        return Snapshot(self.objects, self.tip())

    @cached_property
    def actor(self) -> Actor:
        """Who acts, as a commit keeps it: GIT_YOI_ACTOR, else `yoi.actor`, else git's author; YoiError `identity`."""
        from git_yoi.store.actor import actor_as_kept

        kept = actor_as_kept(self._actor_given(), signed=self.settings.sign)
        if not kept.name or not kept.email:
            raise YoiError("identity", "who acts has no name or no mail", hint="GIT_YOI_ACTOR='Ada <ada@example.org>'")
        return kept

    def _actor_given(self) -> Actor:
        from git_yoi.codec.ticket_file import read_actor
        from git_yoi.domain.ticket import Actor
        from git_yoi.git.identity import author

        if self.actor_override is not None:
            return self.actor_override
        if self.settings.actor is not None:
            try:
                self.settings.actor.encode()
                return read_actor(self.settings.actor)
            except ValueError as error:
                raise YoiError("identity", "yoi.actor is not of the form: Name <mail>", cause=str(error)) from error
        who = author(self.repository)
        return Actor(who.name, who.email)

    @cached_property
    def writer(self) -> Writer:
        """The same as `bare_writer`, after what was begun here is finished, and what was fetched is taken."""
        self.finish_leftovers()
        if self.settings.remote is not None:
            from git_yoi.actions.adopt import adopt

            _ = self.bare_writer
            adopt(self)
        return self.bare_writer

    def finish_leftovers(self) -> None:
        """Finish a completion that was killed in this clone (design.md, section 2)."""
        from git_yoi.merge.leftovers import has_leftovers

        if has_leftovers(self.repository.private):
            from git_yoi.merge.finish import Hands
            from git_yoi.merge.recover import settle

            here = self.repository
            settle(here, lambda: Hands(here, self.bare_writer, here.directory, self.clock, self.notice))

    @cached_property
    def bare_writer(self) -> Writer:
        """What appending needs; YoiError `identity`, or `read-only` in a shallow clone."""
        from git_yoi.codec.message import Signature
        from git_yoi.domain.ticket import Actor
        from git_yoi.git.identity import committer
        from git_yoi.store.entry_commit import Writer

        if self.repository.shallow:
            raise YoiError(
                "read-only",
                "a shallow clone is read-only",
                cause="what an entry stands on cannot be checked here",
                hint="git fetch --unshallow",
            )
        try:
            who = committer(self.repository)
            signature = Signature(Actor(who.name, who.email), who.at)
        except YoiError:
            if self.actor_override is None and self.settings.actor is None:
                raise
            signature = Signature(self.actor, int(self.clock()))
        return Writer(self.repository, self.objects, signature, self.settings.sign)

    def new_nonce(self) -> str:
        """128 random bits in hexadecimal."""
        return self.random_bytes(16).hex()

    def entry(self, ticket_id: str, event: Event, body: str = "", *, nonce: str | None = None) -> Entry:
        """An entry by this session's actor, in its role, now."""
        from git_yoi.domain.entry import Entry

        at = self.bare_writer.committer.at
        return Entry(ticket_id, event, self.actor, at, self.role, nonce or self.new_nonce(), body)

    def append(self, build: Build) -> Appended:
        """Add entries to the record (`store.append.append`)."""
        from git_yoi.store.append import append

        done = append(self.writer, self.ref, self.local_tip, self.judged(build))
        self.index_follows(done.tip)
        return done

    def judged(self, build: Build) -> Build:
        """`build`, and after it the check that no entry is for a ticket that is damaged; YoiError `read-only`."""
        return lambda snapshot: self._undamaged(snapshot, build(snapshot))

    def moved(self, tip: str) -> None:
        """Take note that the ticket ref is at `tip`, after an exchange: nothing that was fetched is newer."""
        self.view.believed = False
        self.index_follows(tip)

    def _undamaged(self, snapshot: Snapshot, entries: Sequence[Entry]) -> Sequence[Entry]:
        """The entries; YoiError `read-only` when one but a `repair` is for a ticket that is damaged."""
        for ticket_id in dict.fromkeys(entry.ticket for entry in entries):
            self.require_told(ticket_id)
        lookup = self.lookup(snapshot)
        for ticket_id in dict.fromkeys(e.ticket for e in entries if e.event.name not in ("create", "repair")):
            if problem := lookup.damage(ticket_id) or self.distrusted(ticket_id).get(ticket_id):
                raise YoiError(
                    "read-only",
                    f"ticket {ticket_id} is damaged and cannot be written",
                    cause=problem,
                    hint="`git yoi fsck` tells more",
                )
        return entries

    def require_told(self, ticket_id: str) -> None:
        """YoiError `remote-unknown` for a ticket of which nobody can tell yet whether the remote took its merge."""
        from git_yoi.merge.leftovers import has_leftovers

        if not has_leftovers(self.repository.private):
            return
        from git_yoi.merge.recover import pending

        found = pending(self.repository, self.notice)
        if found is not None and found.ticket == ticket_id:
            raise YoiError(
                "remote-unknown",
                f"the completion of ticket {found.ticket} is under way, and has not come to its end",
                cause=f"it was sent to {found.remote}, and what became of all of it there is not known here yet",
                hint=f"git yoi complete {short_id(found.ticket)} goes on with it, and says what is in the way",
            )

    def distrusted(self, ticket_id: str | None = None) -> dict[str, str]:
        """What was wrong with tickets when they arrived, until a repair has settled it: of one ticket, or of all."""
        from git_yoi.store.distrust import read_distrusted

        found = read_distrusted(self.repository.private)
        if not found:
            return {}
        from git_yoi.index.damage import is_repaired

        asked = found if ticket_id is None else {t: one for t, one in found.items() if t == ticket_id}
        return {t: one.problem for t, one in asked.items() if not is_repaired(self.index(), t, one.commit)}

    @cached_property
    def _keeper(self) -> Keeper:
        from git_yoi.index.keeper import Keeper

        return Keeper(self.repository, self.view.tip, self.notice)

    def index(self) -> Index:
        """The tables of all tickets now; YoiError `not-initialised`."""
        return self._keeper.at(self.tip())

    def index_follows(self, tip: str) -> None:
        """Bring the index up to a tip that the ticket ref was moved to; never fails."""
        self._keeper.follow(tip)

    def lookup(self, snapshot: Snapshot | None = None) -> Lookup:
        """Facts about all tickets, at the snapshot's commit (or a newer one that the ref has reached), or now."""
        tip = snapshot.commit if snapshot else self.tip()
        try:
            from git_yoi.index.lookup import IndexLookup

            return IndexLookup(self._keeper.at(tip))
        except (ImportError, OSError):
            # A Python without sqlite3, or no room even for a scratch file: the tree itself knows, slowly.
            from git_yoi.store.tree_lookup import TreeLookup

            return TreeLookup(snapshot or self.snapshot())

    def resolve(self, given: str, lookup: Lookup | None = None) -> str:
        """The whole id that a prefix names; YoiError `not-found`, `ambiguous` with the candidates, `usage`."""
        if not given:
            raise YoiError("usage", "the id is empty", hint=f"give at least {MIN_PREFIX} characters of an id")
        found = (lookup or self.lookup()).matching(given)
        if len(found) == 1 and (len(given) >= MIN_PREFIX or found[0] == given):
            return found[0]
        if not found:
            raise YoiError("not-found", f"there is no ticket {given[:70]}", hint="git yoi list --all")
        if len(found) == 1:
            raise YoiError("usage", f"{given} is too short", hint=f"give at least {MIN_PREFIX} characters of an id")
        raise YoiError(
            "ambiguous",
            f"{given} names {len(found)} tickets",
            cause=", ".join(found[:10]),
            hint="give more characters of the id",
            data=found,
        )

    def ticket(self, snapshot: Snapshot, ticket_id: str) -> Ticket:
        """A ticket by its whole id; YoiError `not-found`, or `read-only` when its file is damaged."""
        try:
            found = snapshot.ticket(ticket_id)
        except ValueError as error:
            raise YoiError(
                "read-only",
                f"ticket {ticket_id} is damaged",
                cause=str(error),
                hint="`git yoi fsck` names the commit",
            ) from error
        if found is None:
            raise self._no_file(snapshot, ticket_id)
        return found

    def _no_file(self, snapshot: Snapshot, ticket_id: str) -> YoiError:
        problem = self.lookup(snapshot).damage(ticket_id)
        if problem is None:
            return YoiError("not-found", f"there is no ticket {ticket_id}", hint="git yoi list --all")
        return YoiError(
            "read-only", f"ticket {ticket_id} is damaged", cause=problem, hint="`git yoi fsck` names the commit"
        )


def _require_role_name(role: str) -> None:
    from git_yoi.domain.states import ROLES

    if role not in ROLES:
        raise YoiError(
            "usage",
            f"yoi.role is {role}",
            cause=f"a role is one of {', '.join(ROLES)}",
            hint="git config yoi.role ROLE, with one of these",
        )
