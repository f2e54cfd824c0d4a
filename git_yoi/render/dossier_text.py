"""The merge-ready dossier as Markdown fit to paste into a pull request, however long the branch and its thread are.

Strangers' text is quoted, so that it cannot pass for ours, and made harmless; what is long is cut, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

from git_yoi.actions.dossier_parts import of_kind
from git_yoi.domain.ids import short_id
from git_yoi.domain.text import escape_controls
from git_yoi.domain.times import to_rfc3339
from git_yoi.render.markdown import code, inline, quoted

if TYPE_CHECKING:
    from git_yoi.actions.dossier import Dossier
    from git_yoi.actions.dossier_parts import FindingState
    from git_yoi.git.commit_list import FileCount
    from git_yoi.index.thread import ThreadEntry

T = TypeVar("T")
# A pull request's text ends at 65,536 characters, and nobody reads a hundred lines of a list.
_SHOWN = 50
_SHOWN_ENTRIES = 10


def dossier_text(d: Dossier) -> str:
    """The dossier as Markdown."""
    parts = [
        f"# {short_id(d.ticket.id)}: {inline(d.ticket.title)}",
        _verdict(d),
        _table(d),
        _section("Intent", _intent(d)),
        _section("Summary", _thread(d, "report"), "Not stated: there is no report."),
        _section(f"Commits ({len(d.commits)})", [_commits(d), _files(d)], _no_commits(d)),
        _section("Reviews", _reviews(d), "None."),
        _section("Findings", [_some(d.findings, _finding, "findings")], "None."),
        _section("Validation", [_validation(d), _validated(d)], "The policy of the target names no command."),
        _section("Residual risk", [_risks(d)]),
        _section("Dirty state", [_dirty(d)], "Clean."),
    ]
    return escape_controls("\n\n".join(parts))


def _verdict(d: Dossier) -> str:
    short, merge = short_id(d.ticket.id), d.ticket.merge
    if merge is not None:
        return f"**Merged into {inline(merge.target)} as `{merge.commit[:12]}`.**"
    if d.ready:
        todo = f"a human has to read this and authorize it: `git yoi complete {short} --authorize`"
        return f"**Ready to merge**; {todo if d.needs_authority else 'the merge is authorized'}."
    lines = [f"- `{m.code}`: {inline(m.text)}" + (f" ({inline(m.hint)})" if m.hint else "") for m in d.missing]
    return "**Not ready to merge.** Missing:\n\n" + "\n".join(lines)


def _table(d: Dossier) -> str:
    head = f" at `{d.head[:12]}`" if d.head else ", which is not here"
    merge = d.ticket.merge
    rows = [
        ("Ticket", f"{d.ticket.id}, {d.ticket.state}, {d.ticket.priority}"),
        ("Holder", inline(str(d.ticket.holder)) if d.ticket.holder else "nobody"),
        ("Branch", f"{code(d.ticket.branch)}{head}" if d.ticket.branch else "none"),
        ("Worktree", ", ".join(map(code, d.worktrees)) or "none here"),
        ("Target", code(d.target) + (f", from `{d.base[:12]}`" if d.base else "")),
    ]
    if merge is not None:
        rows.append(("Merged", f"`{merge.commit[:12]}` into {code(merge.target)}"))
    return "\n".join(f"- {name}: {value}" for name, value in rows)


def _section(title: str, parts: Sequence[str], otherwise: str = "") -> str:
    text = "\n\n".join(part for part in parts if part) or otherwise
    return f"## {title}\n\n{text}"


def _intent(d: Dossier) -> list[str]:
    """What was asked for, planned and decided, beside what the branch changes."""
    asked = quoted(d.ticket.body, _rest(d)) or "Not stated: the ticket has no description."
    later = "\n\nIt is not what was queued: the description was changed since." if d.reworded else ""
    changed = f"Changed, to be held against it: {_counts(d.files)}, listed below." if d.files else "Changed: nothing."
    return [f"Asked for:\n\n{asked}{later}", *_thread(d, "plan"), *_thread(d, "decision"), changed]


def _rest(d: Dossier) -> str:
    return f"`git yoi show {short_id(d.ticket.id)}` has it whole"


def _thread(d: Dossier, kind: str) -> list[str]:
    """The newest entries of a kind, oldest of them first."""
    found = of_kind(d.entries, kind)
    left = len(found) - _SHOWN_ENTRIES
    said = [f"({left} older ones are left out: `git yoi show {short_id(d.ticket.id)}`)"] if left > 0 else []
    return said + [_entry(d, kind, e) for e in found[-_SHOWN_ENTRIES:]]


def _entry(d: Dossier, kind: str, entry: ThreadEntry) -> str:
    said = quoted(entry.body, _rest(d))
    return f"{kind.capitalize()} by {inline(entry.author)}, {to_rfc3339(entry.at)}:\n\n{said}"


def _some(items: Sequence[T], line: Callable[[T], str], what: str) -> str:
    """A line for each of the first, and how many are left out."""
    left = len(items) - _SHOWN
    lines = [line(item) for item in items[:_SHOWN]]
    return "\n".join([*lines, f"- ... and {left} {what} more"] if left > 0 else lines)


def _commits(d: Dossier) -> str:
    return _some(d.commits, lambda c: f"- `{c.commit[:12]}` {inline(c.subject)} ({inline(c.author)})", "commits")


def _no_commits(d: Dossier) -> str:
    return "None that the target lacks." if d.ticket.merge is None else "What was merged is not here."


def _counts(files: Sequence[FileCount]) -> str:
    added, removed = sum(f.added or 0 for f in files), sum(f.removed or 0 for f in files)
    return f"{len(files)} file{_s(len(files))}, {added} line{_s(added)} added, {removed} removed"


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def _files(d: Dossier) -> str:
    if not d.files:
        return ""
    return f"{_counts(d.files)}:\n\n" + _some(d.files, _file, "files")


def _file(file: FileCount) -> str:
    return f"- {code(file.path)} " + ("binary" if file.added is None else f"+{file.added} -{file.removed}")


def _reviews(d: Dossier) -> list[str]:
    lines = []
    for r in d.ticket.reviews:
        stale = ", of an older commit" if d.head is not None and r.commit != d.head else ""
        lines.append(f"- {r.decision} of `{r.commit[:12]}` by {inline(str(r.reviewer))}, {to_rfc3339(r.at)}{stale}")
    said = [e for e in of_kind(d.entries, "review") if e.body.strip()][-_SHOWN_ENTRIES:]
    return ["\n".join(lines), *(_entry(d, "review", e) for e in said)]


def _finding(f: FindingState) -> str:
    where = code(f.path) + (f" line {f.line}" if f.line else "")
    lines = [f"- {f.severity}: {where}: {inline(f.text)} ({inline(f.reviewer)}; {f.status})"]
    # The reason why it was fixed, or was not: the newest words are the last ones on it.
    lines += [f"  - {a.kind} by {inline(a.author)}: {inline(a.text)}" for a in f.answers[-3:]]
    return "\n".join(lines)


def _validation(d: Dossier) -> str:
    lines = [f"- {code(c.run.strip())}, at most {c.timeout:g} s" for c in d.validate]
    return "\n".join(["`complete` runs on the merge commit:", "", *lines]) if lines else ""


def _validated(d: Dossier) -> str:
    passed = d.ticket.merge.validations if d.ticket.merge else ()
    lines = [f"- {code(v.command.strip())}: exit code {v.exit_code} in {v.seconds:.1f} s" for v in passed]
    return "\n".join(["It was merged after:", "", *lines]) if lines else ""


def _risks(d: Dossier) -> str:
    """What is known, and what people said of it."""
    known = "\n".join(f"- {risk}" for risk in d.risks)
    minor = [f for f in d.findings if f.severity in ("minor", "note") and f.status.startswith(("open", "changed"))]
    left = _some(minor, _finding, "findings")
    said = [f"{inline(s.author)} wrote, {to_rfc3339(s.at)}:\n\n{quoted(s.text, _rest(d))}" for s in d.stated]
    return "\n\n".join(part for part in (known, left, *(said or ["Not stated in any report."])) if part)


def _dirty(d: Dossier) -> str:
    return "\n".join(f"- {code(place.path)}: {_names(place.what)}" for place in d.dirty)


def _names(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - 20} more" if len(listed) > 20 else ""
    return ", ".join(map(code, listed[:20])) + more
