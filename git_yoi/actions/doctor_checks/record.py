"""The ticket ref and what stands on it: is it where it was left, can it be read, does the index show it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from git_yoi.actions.doctor_checks.case import Ailment, Case
from git_yoi.domain.text import first_line
from git_yoi.errors import YoiError
from git_yoi.git import refs
from git_yoi.store.root import ROOT_IDS

_SHOWN = 5


def rewind(case: Case) -> Iterator[Ailment]:
    """The local ticket ref still has what is known to be on the shared remote."""
    from git_yoi.store.remembered import went_back

    published = case.refs.get(refs.PUBLISHED)
    if published is None or case.ref is None:
        return
    found = went_back(case.repository, case.session.objects, case.tip, published)
    if found is None:
        return
    yield Ailment(
        "rewind",
        case.ref,
        found.text(case.ref),
        f"a ticket ref that stands on {published[:12]}",
        found.fix,
        partial(_restore, case, published) if found.behind else None,
    )


def _restore(case: Case, published: str) -> str:
    """Move the ref forward to what it had: all that it has now is part of that."""
    ref = case.ref or ""
    refs.move_refs(case.repository, [refs.RefChange(ref, case.tip, published)], message="yoi: doctor, rewind")
    return f"{ref} is at {published[:12]} again"


def format_known(case: Case) -> Iterator[Ailment]:
    """The ticket ref is a record, and of a format that this program can write."""
    if case.tip is None:
        return
    from git_yoi.store.snapshot import Snapshot

    try:
        Snapshot(case.session.objects, case.tip).require_writable()
    except YoiError as error:
        observed = ": ".join(part for part in (error.message, error.cause) if part)
        yield Ailment(error.code, case.ref or "", observed, "a record of format 1", error.hint or "git yoi fsck")


def damaged(case: Case) -> Iterator[Ailment]:
    """Every entry and every ticket's file can be read; the proof of it is `fsck`."""
    if case.tip is None:
        return
    from git_yoi.index.damage import damage, located

    for ticket, problem in list(case.session.distrusted().items())[:_SHOWN]:
        observed = f"it arrived with what does not follow: {first_line(problem, 200)}"
        fix = f"git yoi fsck --repair {ticket} -m WHY"
        yield Ailment("damaged", ticket, observed, "entries that follow from what they stand on", fix)
    found = damage(case.index)
    for one in found[:_SHOWN]:
        text = located(case.repository, case.index.tip, one).text
        fix = f"git yoi fsck --repair {one.ticket} -m WHY" if one.ticket else "git yoi fsck"
        yield Ailment("damaged", one.ticket or one.commit or "", first_line(text, 200), "what can be read", fix)
    if len(found) > _SHOWN:
        observed = f"{len(found) - _SHOWN} more entries or tickets are corrupt"
        yield Ailment("damaged", case.ref or "", observed, "what can be read", "git yoi fsck names them all")


def index(case: Case) -> Iterator[Ailment]:
    """The index shows the tickets as they are; where nothing was written or read yet there is none.

    A hub's falls behind with every push, and catches up should somebody read there.
    """
    if case.tip is None or case.tip in ROOT_IDS or not case.repository.private.is_dir():
        return
    from git_yoi.index.health import condition

    found = condition(case.repository, case.tip)
    if found is not None and (found.word == "damaged" or case.begun):
        fix = "git yoi doctor --fix builds it; any reading command does, too"
        where = str(case.repository.private)
        expected = "an index of every ticket as it is now"
        yield Ailment(
            f"index-{found.word}", where, found.text, expected, fix, partial(_rebuild, case, case.tip, found.word)
        )


def _rebuild(case: Case, tip: str, word: str) -> str:
    from git_yoi.index.keeper import Keeper

    ref = case.ref or ""
    keeper = Keeper(case.repository, lambda: refs.read_ref(case.repository, ref), case.session.notice)
    if word == "behind":
        keeper.follow(tip)
        return "the index has caught up"
    keeper.renew(tip)
    return "the index was built anew"
