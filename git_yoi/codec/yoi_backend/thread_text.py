"""thread.md of a ticket of ours: entries that came from the tracker as they were, our own in its words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from git_yoi.codec.yoi_backend.header import write_header
from git_yoi.codec.yoi_backend.people import author_of
from git_yoi.codec.yoi_backend.source import FORMAT, Report
from git_yoi.codec.yoi_backend.thread import read_thread
from git_yoi.domain import events as ev
from git_yoi.domain.entry import Entry
from git_yoi.domain.reviews import NO_COMMIT
from git_yoi.domain.times import to_rfc3339

# What the tracker keeps elsewhere (item.md, relations.json, the artifacts), or what an import adds by itself.
_ELSEWHERE = ("item", "item.md", "resolution.md", "relation", "orchestration-plan", "artifact")


@dataclass(frozen=True, slots=True)
class Said:
    """One entry of thread.md; `header` is None for text without one."""

    header: dict[str, str] | None
    body: str


def said_of(entry: Entry, before: str | None, description: str) -> Said | None:
    """The entry as thread.md says it, None where another file does.

    `before` is the state until then; `description` is what item.md says, and the thread need not repeat.
    """
    came = entry.imported or {}
    if came.get("format") == FORMAT:
        return _as_it_came(entry) if came.get("kind") not in _ELSEWHERE else None
    words = _words(entry, before)
    if words is None:
        return None
    kind, more = words
    header = {"event": kind, "author": author_of(entry.actor), "at": to_rfc3339(entry.at)}
    return Said(header | {key: value for key, value in more.items() if value}, _body(entry, description))


def _body(entry: Entry, description: str) -> str:
    """What the entry says; a description that was changed later stands here as it was."""
    said = entry.text.new if entry.text is not None else entry.body or getattr(entry.event, "reason", None) or ""
    return "" if isinstance(entry.event, ev.Create | ev.Edit) and said == description else said


def _as_it_came(entry: Entry) -> Said:
    came = entry.imported or {}
    attributes = came.get("attributes")
    if came.get("kind") == "text" or not isinstance(attributes, dict):
        return Said(None, entry.body)
    return Said({key: str(value) for key, value in attributes.items()}, entry.body)


def _words(entry: Entry, before: str | None) -> tuple[str, dict[str, str]] | None:
    """Their event, and what it says besides; None for what is not the thread's."""
    match entry.event:
        case ev.Create():
            return "create", {}
        case ev.Edit(title=title, priority=priority):
            return "item_edit", {"title": title or "", "priority": priority or ""}
        case ev.Plan(kind=str()) | ev.Label() | ev.Assign() | ev.Attach() | ev.Detach() | ev.Link() | ev.Unlink():
            return None
        case ev.Plan():
            return "plan", {}
        case ev.Decision():
            return "decision", {}
        case ev.Intake():
            return "intake_summary", {}
        case ev.Report(commit=commit):
            return "implementation_report", {"commit": commit or ""}
        case ev.Review():
            return _review(entry.event)
        case ev.Close(as_=kind, by=by):
            return "close", {"status": "closed", "as": kind, "by": " ".join(by)}
    if (step := _step(entry.event, before)) is not None:
        return "state_changed", {**step, "field": "state"}
    name = entry.event.name
    return "comment", {"kind": "" if name == "comment" else name}


def _review(event: ev.Review) -> tuple[str, dict[str, str]]:
    status = event.decision.replace("-", "_")
    commit = "" if event.commit == NO_COMMIT else event.commit
    findings = json.dumps([asdict(f) for f in event.findings]) if event.findings else ""
    return "review", {"status": status, "commit": commit, "base": event.base or "", "findings": findings}


def _step(event: ev.Event, before: str | None) -> dict[str, str] | None:
    """The step of the lifecycle that an event makes, with what it says besides."""
    match event:
        case ev.StateChange(from_=seen, to=to):
            return {"from": seen, "to": to, "reason": "state"}
        case ev.Accept(branch=branch, base=base, target=target):
            more = {"branch": branch, "base": base, "target": target}
            return {"from": "queued", "to": "inprogress", "reason": "accepted", **more}
        case ev.Release():
            return {"from": "inprogress", "to": "queued", "reason": "released"}
        case ev.Takeover():
            return {"from": "inprogress", "to": "inprogress", "reason": "takeover"}
        case ev.Merge(commit=commit, target=target, head=head, strategy=strategy):
            more = {"commit": commit, "target": target, "head": head, "strategy": strategy}
            return {"from": before or "", "to": "done", "reason": "merged", **more}
        case ev.Reopen():
            return {"from": before or "", "to": "planning", "reason": "reopened"}
        case ev.Import(state=str(to)):
            return {"from": before or "", "to": to, "reason": "import"}
    return None


def write_thread(entries: Sequence[Said], lost: list[str]) -> str:
    """Spell thread.md so that every entry is read back as it is; what a text must lose for that is put into `lost`."""
    text = _join(entries)
    report = Report("")
    back = read_thread(text, report)
    if [(e.attributes or None, e.body) for e in back] == [(e.header, e.body) for e in entries]:
        return text
    mended = [_mended(entry) for entry in entries]
    changed = sum(one != other for one, other in zip(entries, mended, strict=True))
    if changed:
        lost.append(f"{changed} texts look like the thread's own headers; their `<!--` was changed to `&lt;!--`")
    return _join(mended)


def _mended(entry: Said) -> Said:
    if entry.header is None or "<!--" not in entry.body:
        return entry
    return replace(entry, body=entry.body.replace("<!--", "&lt;!--"))


def _join(entries: Sequence[Said]) -> str:
    return "\n".join(_spelled(entry) for entry in entries)


def _spelled(entry: Said) -> str:
    header = "" if entry.header is None else write_header(entry.header) + "\n\n"
    return f"{header}{entry.body}\n\n---\n"
