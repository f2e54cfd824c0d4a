"""`git yoi doctor`: look at everything around the record, and mend what can be mended without asking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from git_yoi.actions.doctor_checks.case import Ailment, Case
from git_yoi.domain.states import ROLES
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.doctor_checks.case import Check
    from git_yoi.actions.session import Session

# One fix may bring to light what the ailment hid: tickets that are there again, say.
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Fixed:
    """What was mended: the ailment's code and place, and what was done."""

    code: str
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class Examined:
    """The local ticket ref (None: there is none), how much it holds, what is wrong, and what was mended before that."""

    tip: str | None
    tickets: int
    entries: int
    problems: tuple[Ailment, ...]
    fixed: tuple[Fixed, ...]


def doctor(session: Session, *, python: str, fix: bool = False, offline: bool = False) -> Examined:
    """Look at everything; with `fix` mend what is safe, then look again. YoiError `not-initialised`.

    `python` is the interpreter that runs this program; with `offline` no remote is asked.
    """
    case = _case(session, python, offline=offline)
    problems = _examine(case)
    if case.tip is None and not any(problem.where in ("yoi.ref", case.ref) for problem in problems):
        # Nothing explains why there are no tickets: they have not begun.
        case.session.tip()
    fixed: list[Fixed] = []
    for _ in range(_ROUNDS if fix else 0):
        tried = list(_mended(case, problems))
        if not tried:
            break
        case = _case(session, python, offline=offline)
        problems = _examine(case)
        # Only what the second look does not find any more is mended.
        left = {(problem.code, problem.where) for problem in problems}
        done = [one for one in tried if (one.code, one.where) not in left]
        if not done:
            break
        fixed += done
    return Examined(case.tip, *_size(case), tuple(problems), tuple(fixed))


def _case(session: Session, python: str, *, offline: bool) -> Case:
    """A look of its own, with nothing kept from an earlier one."""
    fresh = replace(session)
    try:
        _ = fresh.settings
    except YoiError:
        # A role that there is not is a finding, and must not stand in the way of the others.
        fresh = replace(session, role_override=ROLES[0])
    return Case(fresh, python, offline)


def _examine(case: Case) -> list[Ailment]:
    from git_yoi.actions.doctor_checks.every import CHECKS

    found = [ailment for name, check in CHECKS.items() for ailment in _carried_out(name, check, case)]
    # A check that fails for what another has told already says nothing new.
    told: set[tuple[str, str]] = {(one.code, one.observed) for one in found if one.where not in CHECKS}
    kept = []
    for one in dict.fromkeys(found):
        if one.where not in CHECKS or (one.code, one.observed) not in told:
            kept.append(one)
            told.add((one.code, one.observed))
    return kept


def _carried_out(name: str, check: Check, case: Case) -> list[Ailment]:
    """What a check finds; one that cannot be carried out is a finding itself."""
    found: list[Ailment] = []
    try:
        found += check(case)
    except YoiError as error:
        observed = ": ".join(part for part in (error.message, error.cause) if part)
        found.append(Ailment(error.code, name, observed, "an answer to this check", error.hint or "git yoi fsck"))
    except (OSError, ValueError, LookupError) as error:
        observed = f"it cannot be looked at: {error}"
        found.append(Ailment("io", name, observed, "an answer to this check", "mend that, then run doctor again"))
    return found


def _mended(case: Case, problems: list[Ailment]) -> Iterator[Fixed]:
    for ailment in problems:
        if ailment.mend is not None and (done := _try(case, ailment, ailment.mend)) is not None:
            yield Fixed(ailment.code, ailment.where, done)


def _try(case: Case, ailment: Ailment, mend: Callable[[], str]) -> str | None:
    try:
        return mend()
    except (YoiError, OSError) as error:
        cause = f": {error.cause}" if isinstance(error, YoiError) and error.cause else ""
        case.session.notice(f"notice: {ailment.code} at {ailment.where} could not be mended: {error}{cause}")
        return None


def _size(case: Case) -> tuple[int, int]:
    """How many tickets and entries there are; none where they cannot be counted, which is a finding by then."""
    if case.tip is None:
        return 0, 0
    try:
        query = "SELECT (SELECT count(*) FROM ids), (SELECT count(*) FROM entries)"
        tickets, entries = case.index.rows(query)[0]
    except (YoiError, OSError, ValueError):
        return 0, 0
    return int(tickets), int(entries)
