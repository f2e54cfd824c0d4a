"""What `doctor` puts out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_yoi.domain.text import escape_controls

if TYPE_CHECKING:
    from git_yoi.actions.doctor import Examined


def examined_value(examined: Examined) -> dict[str, object]:
    """The contract's `tip tickets entries problems`, each problem with its parts, and what was mended."""
    return {
        "tip": examined.tip,
        "tickets": examined.tickets,
        "entries": examined.entries,
        "problems": [
            {
                "code": p.code,
                "where": p.where,
                "message": p.message,
                "observed": p.observed,
                "expected": p.expected,
                "fix": p.fix,
                "fixable": p.mend is not None,
            }
            for p in examined.problems
        ],
        "fixed": [{"code": f.code, "where": f.where, "message": f.message} for f in examined.fixed],
    }


def examined_text(examined: Examined) -> str:
    """What was mended, four lines a problem, and one in sum."""
    lines = [f"fixed  {f.code}  {f.where}  {f.message}" for f in examined.fixed]
    for p in examined.problems:
        lines += [f"{p.code}  {p.where}"]
        lines += [f"    {label}: {text}" for label, text in _parts(p.observed, p.expected, p.fix)]
    count = len(examined.problems)
    said = {0: "nothing is wrong", 1: "1 problem"}.get(count, f"{count} problems")
    mendable = sum(p.mend is not None for p in examined.problems)
    more = f"; git yoi doctor --fix mends {mendable}" if mendable else ""
    lines.append(
        f"{(examined.tip or 'no tip')[:12]}  tickets {examined.tickets}, entries {examined.entries}: {said}{more}"
    )
    return "\n".join(escape_controls(line) for line in lines)


def _parts(observed: str, expected: str, fix: str) -> tuple[tuple[str, str], ...]:
    return (("observed", observed), ("expected", expected), ("fix", fix))
