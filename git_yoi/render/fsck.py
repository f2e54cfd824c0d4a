"""What `fsck` puts out."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from git_yoi.domain.ids import short_id
from git_yoi.domain.text import escape_controls

if TYPE_CHECKING:
    from git_yoi.actions.fsck import Checked
    from git_yoi.actions.repair import Repaired
    from git_yoi.actions.signatures import SignatureCounts


def checked_value(checked: Checked) -> dict[str, object]:
    """The contract's `tip tickets entries problems`, how many findings were repaired since, and the signatures."""
    return {
        "tip": checked.tip,
        "tickets": checked.tickets,
        "entries": checked.entries,
        "problems": [
            {"code": p.code, "where": p.where, "message": p.message, "fix": p.fix, "tickets": sorted(p.tickets)}
            for p in checked.problems
        ],
        "repaired": checked.repaired,
        "signatures": asdict(checked.signatures),
    }


def checked_text(checked: Checked) -> str:
    """One line in sum, after two lines a problem and one on the signatures."""
    lines = [line for p in checked.problems for line in (f"{p.code}  {p.where}  {p.message}", f"    fix: {p.fix}")]
    if checked.entries:
        lines.append(f"signatures: {_signatures(checked.signatures)}")
    count = len(checked.problems)
    said = {0: "the record is proved", 1: "1 problem"}.get(count, f"{count} problems")
    mended = f", {checked.repaired} repaired" if checked.repaired else ""
    size = f"tickets {checked.tickets}, entries {checked.entries}"
    lines.append(f"{checked.tip[:12]}  {size}: {said}{mended}")
    return "\n".join(escape_controls(line) for line in lines)


def _signatures(counts: SignatureCounts) -> str:
    told = [f"{count} {state}" for state, count in asdict(counts).items() if count and state != "not_by_author"]
    if counts.not_by_author:
        told.append(f"{counts.not_by_author} of the verified by somebody else than the author")
    return ", ".join(told)


def repaired_value(repaired: Repaired) -> dict[str, object]:
    """The ticket, the new entry's commit, and what was left out."""
    return {
        "id": repaired.id,
        "state": repaired.state,
        "entry": repaired.entry,
        "skipped": [{"entry": commit, "reason": reason} for commit, reason in repaired.skipped],
    }


def repaired_text(repaired: Repaired) -> str:
    """One line on the ticket, one on each entry that does not count."""
    if repaired.entry is None:
        return f"{short_id(repaired.id)}  {repaired.state}  nothing to repair"
    left_out = [f"    left out: {commit[:12]}  {escape_controls(reason)}" for commit, reason in repaired.skipped]
    return "\n".join([f"{short_id(repaired.id)}  {repaired.state}  repaired", *left_out])
