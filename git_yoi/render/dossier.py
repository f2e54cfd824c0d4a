"""The merge-ready dossier as JSON; `dossier_text` has it as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from git_yoi.actions.dossier_parts import of_kind
from git_yoi.domain.times import to_rfc3339

if TYPE_CHECKING:
    from git_yoi.actions.dossier import Dossier
    from git_yoi.actions.dossier_parts import FindingState
    from git_yoi.git.commit_list import FileCount
    from git_yoi.index.thread import ThreadEntry


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
            "reworded_since_queued": d.reworded,
            "changed": _changed_json(d.files),
        },
        "summary": _entries_json(d.entries, "report"),
        "findings": [_finding_json(finding) for finding in d.findings],
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
        "validated": [asdict(one) for one in d.ticket.merge.validations] if d.ticket.merge else [],
        "risks": list(d.risks),
        "stated_risks": [asdict(one) | {"at": to_rfc3339(one.at)} for one in d.stated],
        "dirty": [{"worktree": place.path, "files": list(place.what)} for place in d.dirty],
        "authority": {"policy": d.authority, "needed": d.needs_authority},
        "ready": d.ready,
        "missing": [{"code": m.code, "text": m.text, "hint": m.hint} for m in d.missing],
    }


def _entries_json(entries: Iterable[ThreadEntry], kind: str) -> list[dict[str, Any]]:
    return [{"id": e.id, "author": e.author, "at": to_rfc3339(e.at), "body": e.body} for e in of_kind(entries, kind)]


def _finding_json(finding: FindingState) -> dict[str, Any]:
    answers = [asdict(answer) | {"at": to_rfc3339(answer.at)} for answer in finding.answers]
    return asdict(finding) | {"answers": answers}


def _changed_json(files: Sequence[FileCount]) -> dict[str, int]:
    added, removed = _lines_of(files)
    return {"files": len(files), "added": added, "removed": removed}


def _lines_of(files: Sequence[FileCount]) -> tuple[int, int]:
    return sum(f.added or 0 for f in files), sum(f.removed or 0 for f in files)
