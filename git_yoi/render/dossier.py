"""The merge-ready dossier: Markdown fit to paste, and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from git_yoi.domain.ids import short_id
from git_yoi.domain.text import escape_controls
from git_yoi.domain.times import to_rfc3339
from git_yoi.render.style import one_line

if TYPE_CHECKING:
    from git_yoi.actions.dossier import Dossier
    from git_yoi.git.commit_list import FileCount
    from git_yoi.index.thread import ThreadEntry

_RISK = "risk"


def dossier_json(d: Dossier) -> dict[str, Any]:
    """Everything in the dossier, with `ready` and `missing`."""
    return {
        "id": d.ticket.id,
        "title": d.ticket.title,
        "state": d.ticket.state,
        "priority": d.ticket.priority,
        "labels": list(d.ticket.labels),
        "holder": str(d.ticket.holder) if d.ticket.holder else None,
        "branch": d.ticket.branch,
        "worktree": d.worktrees[0] if d.worktrees else None,
        "target": d.target,
        "head": d.head,
        "base": d.base,
        "commits": [asdict(c) | {"at": to_rfc3339(c.at)} for c in d.commits],
        "files": [asdict(file) for file in d.files],
        "intent": {
            "description": d.ticket.body,
            "plans": _entries_json(d.entries, "plan"),
            "decisions": _entries_json(d.entries, "decision"),
        },
        "summary": _entries_json(d.entries, "report"),
        "findings": [asdict(finding) for finding in d.findings],
        "reviews": [
            {
                "decision": r.decision,
                "commit": r.commit,
                "reviewer": str(r.reviewer),
                "at": to_rfc3339(r.at),
                "stale": d.head is not None and r.commit != d.head,
            }
            for r in d.ticket.reviews
        ],
        "validation": [{"run": c.run, "timeout": c.timeout} for c in d.validate],
        "risks": list(d.risks),
        "dirty": [{"worktree": place.path, "files": list(place.what)} for place in d.dirty],
        "authority": {"policy": d.authority, "needed": d.needs_authority},
        "ready": d.ready,
        "missing": [{"code": m.code, "text": m.text, "hint": m.hint} for m in d.missing],
    }


def _entries_json(entries: Iterable[ThreadEntry], kind: str) -> list[dict[str, Any]]:
    return [{"id": e.id, "author": e.author, "at": to_rfc3339(e.at), "body": e.body} for e in _of(entries, kind)]


def _of(entries: Iterable[ThreadEntry], kind: str) -> list[ThreadEntry]:
    """The entries of a kind that have an effect; an imported one shows the kind that it had."""
    return [e for e in entries if e.rejected is None and kind in (e.kind, _imported_kind(e))]


def _imported_kind(entry: ThreadEntry) -> object:
    imported = entry.details.get("imported")
    return imported.get("as_kind") if isinstance(imported, dict) else None


def dossier_text(d: Dossier) -> str:
    """The dossier as Markdown; strangers' text is quoted, so that it cannot pass for ours."""
    short = short_id(d.ticket.id)
    parts = [
        f"# {short}: {d.ticket.title}",
        _verdict(d),
        _table(d),
        _section("Intent", [_quoted(d.ticket.body), *_thread(d.entries, "plan"), *_thread(d.entries, "decision")]),
        _section("Summary", _thread(d.entries, "report"), "No report yet."),
        _section(f"Commits ({len(d.commits)})", [_commits(d), _files(d.files)], "None that the target lacks."),
        _section("Reviews", _reviews(d), "None."),
        _section("Findings", [_findings(d)], "None."),
        _section("Validation", [_validation(d)], "The policy of the target names no command."),
        _section("Residual risk", [_risks(d)], "None is known."),
        _section("Dirty state", [_dirty(d)], "Clean."),
    ]
    return escape_controls("\n\n".join(parts))


def _verdict(d: Dossier) -> str:
    if d.ready:
        todo = f": `git yoi complete {short_id(d.ticket.id)} --authorize`" if d.needs_authority else ""
        who = "a human has to authorize it" + todo if d.needs_authority else "the merge is authorized"
        return f"**Ready to merge**; {who}."
    lines = [f"- `{m.code}`: {one_line(m.text)}" + (f" ({m.hint})" if m.hint else "") for m in d.missing]
    return "**Not ready to merge.** Missing:\n\n" + "\n".join(lines)


def _table(d: Dossier) -> str:
    head = f" at `{d.head[:12]}`" if d.head else ""
    rows = [
        ("Ticket", f"{d.ticket.id}, {d.ticket.state}, {d.ticket.priority}"),
        ("Holder", str(d.ticket.holder) if d.ticket.holder else "nobody"),
        ("Branch", f"`{d.ticket.branch}`{head}" if d.ticket.branch else "none"),
        ("Worktree", ", ".join(d.worktrees) or "none here"),
        ("Target", f"`{d.target}`" + (f", from `{d.base[:12]}`" if d.base else "")),
    ]
    return "\n".join(f"- {name}: {value}" for name, value in rows)


def _section(title: str, parts: Sequence[str], otherwise: str = "") -> str:
    text = "\n\n".join(part for part in parts if part) or otherwise
    return f"## {title}\n\n{text}"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())


def _thread(entries: Iterable[ThreadEntry], kind: str) -> list[str]:
    return [f"{kind.capitalize()} by {e.author}, {to_rfc3339(e.at)}:\n\n{_quoted(e.body)}" for e in _of(entries, kind)]


def _commits(d: Dossier) -> str:
    return "\n".join(f"- `{c.commit[:12]}` {one_line(c.subject)} ({c.author})" for c in d.commits)


def _files(files: Sequence[FileCount]) -> str:
    if not files:
        return ""
    added, removed = sum(f.added or 0 for f in files), sum(f.removed or 0 for f in files)
    lines = [f"{len(files)} files, {added} lines added, {removed} removed:", ""]
    lines += [f"- `{_path(f.path)}` " + ("binary" if f.added is None else f"+{f.added} -{f.removed}") for f in files]
    return "\n".join(lines)


def _reviews(d: Dossier) -> list[str]:
    lines = []
    for r in d.ticket.reviews:
        stale = ", of an older commit" if d.head is not None and r.commit != d.head else ""
        lines.append(f"- {r.decision} of `{r.commit[:12]}` by {r.reviewer}, {to_rfc3339(r.at)}{stale}")
    said = [f"Review by {e.author}:\n\n{_quoted(e.body)}" for e in _of(d.entries, "review") if e.body.strip()]
    return ["\n".join(lines), *said]


def _findings(d: Dossier) -> str:
    return "\n".join(
        f"- {f.severity}: `{f.path}`"
        + (f" line {f.line}" if f.line else "")
        + f": {one_line(f.text)} ({f.reviewer}; {f.status})"
        for f in d.findings
    )


def _validation(d: Dossier) -> str:
    lines = [f"- `{c.run.strip()}`, at most {c.timeout:g} s" for c in d.validate]
    return "\n".join(["`complete` runs on the merge commit:", "", *lines]) if lines else ""


def _risks(d: Dossier) -> str:
    """What is known, and the lines of reports that speak of risk themselves."""
    lines = [f"- {risk}" for risk in d.risks]
    for e in (*_of(d.entries, "report"), *_of(d.entries, "decision")):
        said = [line.strip("-*# ") for line in e.body.splitlines() if _RISK in line.lower()]
        lines += [f"- {e.author} wrote: {line}" for line in said if line]
    return "\n".join(lines)


def _dirty(d: Dossier) -> str:
    return "\n".join(f"- {_path(place.path)}: {', '.join(map(_path, place.what[:20]))}" for place in d.dirty)


def _path(path: str) -> str:
    """A path on one line: git allows line feeds in it."""
    return path.replace("\n", "\\n")
