"""What kind of clone this is, where that has consequences."""

from __future__ import annotations

from collections.abc import Iterator

from git_yoi.actions.doctor_checks.case import Ailment, Case


def shallow(case: Case) -> Iterator[Ailment]:
    """Nothing of the history is cut off."""
    if case.repository.shallow:
        yield Ailment(
            "shallow",
            "shallow",
            "a shallow clone: its history is cut off, so its tickets can be read and not written",
            "a whole history",
            "git fetch --unshallow",
        )


def partial(case: Case) -> Iterator[Ailment]:
    """A clone that fetches objects when they are wanted has those of the tickets that are there now."""
    from git_yoi.git.network import is_partial

    if case.tip is None or not is_partial(case.repository):
        return
    done = case.repository.git.run(
        "--no-replace-objects", "rev-list", "--objects", "--max-count=1", "--missing=print", case.tip, ok=None
    )
    missing = sum(line.startswith("?") for line in done.lines)
    if missing:
        yield Ailment(
            "partial",
            case.ref or "",
            f"a partial clone without {missing} objects of the tickets: reading those asks the remote",
            "everything that the ticket ref's tip names",
            "git yoi fsck, while the remote can be reached, fetches all that is missing",
        )
    else:
        case.session.notice("notice: a partial clone: what older entries hold may have to be fetched when it is read")
