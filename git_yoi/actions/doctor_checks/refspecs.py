"""Whether a plain `git fetch` brings the tickets along, to where they are looked for, and overwrites nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from git_yoi.actions.doctor_checks.case import Ailment, Case
from git_yoi.git import refs


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a remote's refspecs stand, and the one that brings the tickets."""

    case: Case
    remote: str
    wanted: str

    @property
    def key(self) -> str:
        return f"remote.{self.remote}.fetch"


def refspecs(case: Case) -> Iterator[Ailment]:
    """Each remote's refspec for tickets is the right one, once; the shared remote has it."""
    if case.ref is None:
        return
    for remote in case.remotes:
        place = _Place(case, remote, refs.fetch_refspec(remote, case.ref))
        there = case.repository.git.run("config", "--get-all", place.key, ok=(0, 1)).lines
        ours = [spec for spec in there if _destination(spec).startswith(refs.remote_tickets(remote))]
        yield from _overwriting(place, there)
        yield from _wrong(place, ours)
        if not ours and remote == case.shared_remote:
            yield _missing(place)


def _destination(spec: str) -> str:
    return spec.partition(":")[2]


def _missing(place: _Place) -> Ailment:
    return Ailment(
        "refspec-missing",
        place.key,
        "git fetch does not bring the tickets of the shared remote",
        place.wanted,
        f"git config --add {place.key} '{place.wanted}'",
        partial(_set, place, ()),
    )


def _wrong(place: _Place, ours: list[str]) -> Iterator[Ailment]:
    others = tuple(spec for spec in dict.fromkeys(ours) if spec != place.wanted)
    for spec in others:
        yield Ailment(
            "refspec",
            place.key,
            f"the refspec {spec} {_fault(spec, place.wanted)}",
            place.wanted,
            f"put {place.wanted} in its place",
            partial(_set, place, others),
        )
    if not others and len(ours) > 1:
        observed = f"the refspec {place.wanted} stands {len(ours)} times"
        fix = "take all but one of them away"
        yield Ailment("refspec-doubled", place.key, observed, "it stands once", fix, partial(_set, place, ()))


def _fault(spec: str, wanted: str) -> str:
    source = spec.removeprefix("+").partition(":")[0]
    if not source.endswith("*"):
        return "has no glob, so every git fetch fails where the remote has no tickets"
    if source != wanted.removeprefix("+").partition(":")[0]:
        return "is for another ticket ref"
    return "is not the one that is looked for" if spec.startswith("+") else "is not forced, so git fetch may refuse it"


def _set(place: _Place, others: tuple[str, ...]) -> str:
    """Put the right refspec once, in the place of the `others`; other values of the key stay."""
    git = place.case.repository.git
    for spec in others:
        git.run("config", "--local", "--fixed-value", "--unset-all", place.key, spec, ok=(0, 5))
    # One value that equals it is replaced by itself, several by one, none is added.
    git.run("config", "--local", "--fixed-value", "--replace-all", place.key, place.wanted, place.wanted)
    return f"{place.key} has {place.wanted}, once"


def _overwriting(place: _Place, there: list[str]) -> Iterator[Ailment]:
    """A refspec that writes to the local ticket ref itself takes away what was not sent yet."""
    ref = place.case.ref or ""
    # A mirror that somebody keeps writes no tickets: there is nothing to lose.
    for spec in there if place.case.begun else ():
        into = _destination(spec)
        prefix, glob, suffix = into.partition("*")
        hit = ref.startswith(prefix) and ref.endswith(suffix) if glob else into == ref
        if into and hit and spec.startswith("+"):
            yield Ailment(
                "refspec-overwrites",
                place.key,
                f"the refspec {spec} lets git fetch overwrite {ref}, with whatever was not sent yet",
                f"fetch into {refs.remote_tickets(place.remote)} only",
                f"narrow the refspec in {place.key}, to refs/heads/* for one",
            )
