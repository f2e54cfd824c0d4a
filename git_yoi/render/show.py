"""A ticket and its thread, as text or as the contract's JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from git_yoi.domain.reviews import NO_COMMIT
from git_yoi.domain.times import to_rfc3339
from git_yoi.render.style import STATE_COLOURS, Style, one_line, text_block
from git_yoi.render.tickets import summary_json

if TYPE_CHECKING:
    from git_yoi.actions.holders import Holder
    from git_yoi.actions.show import Review, Shown, Signature
    from git_yoi.index.thread import ThreadEntry

_INVERSES = {
    "depends-on": "required by",
    "blocks": "blocked by",
    "related": "related",
    "supersedes": "superseded by",
    "duplicate-of": "duplicated by",
}
_SIGNATURE_TEXTS = {"bad": "bad signature"}
_SIGNATURE_COLOURS = {"verified": "green", "unverifiable": "yellow", "bad": "red"}
_SHOWN_AS = frozenset({"create", "edit", "comment", "report", "review", "state", "close", "link", "plan"})


def show_json(shown: Shown) -> dict[str, Any]:
    """The contract's fields; `attachments` and `imported` only where there is something to say."""
    fields = summary_json(shown.ticket, shown.holder)
    holder = fields.pop("holder")
    fields |= {
        "body": shown.body,
        "target": shown.target,
        "holder": holder,
        "relations": [{"kind": kind, "id": other, "note": note} for kind, other, note in shown.relations],
        "incoming": [{"kind": kind, "id": other} for kind, other in shown.incoming],
        "blockers": [asdict(blocker) for blocker in shown.blockers],
        "reviews": [_review_json(review) for review in shown.reviews],
        "merge": _without_none(shown.merge, "method", "strength"),
        "resolution": shown.resolution,
        "entries": [_entry_json(entry, shown.signatures.get(entry.id)) for entry in shown.entries],
    }
    if shown.attachments:
        fields["attachments"] = list(shown.attachments)
    if shown.imported is not None:
        fields["imported"] = shown.imported
    return fields


def _review_json(review: Review) -> dict[str, Any]:
    return {
        "decision": review.decision,
        "commit": None if review.commit == NO_COMMIT else review.commit,
        "reviewer": review.reviewer,
        "at": to_rfc3339(review.at),
        "stale": review.stale,
        "findings": list(review.findings),
    }


def _without_none(values: dict[str, Any] | None, *optional: str) -> dict[str, Any] | None:
    if values is None:
        return None
    return {key: value for key, value in values.items() if value is not None or key not in optional}


def _entry_json(entry: ThreadEntry, signature: Signature | None) -> dict[str, Any]:
    """An entry; where it has no effect, `reason` is the code that says why. Only a signed one has a `signer`."""
    fields: dict[str, Any] = {
        "id": entry.id,
        "kind": _kind(entry),
        "author": entry.author,
        "at": to_rfc3339(entry.at),
        "body": entry.body,
        "from": entry.from_,
        "to": entry.to,
        "effective": entry.rejected is None,
        "reason": entry.rejected or entry.reason,
        "signature": signature.state if signature else "unsigned",
    }
    if signature is not None:
        fields |= {"signer": signature.signer or None, "signed_by_author": signature.by_author}
    if "imported" in entry.details:
        fields["imported"] = entry.details["imported"]
    return fields


def _kind(entry: ThreadEntry) -> str:
    """What kind of entry people see: an imported one's is the nearest of ours."""
    imported = entry.details.get("imported")
    as_kind = imported.get("as_kind") if entry.kind == "import" and isinstance(imported, dict) else None
    return as_kind if as_kind in _SHOWN_AS else entry.kind


def show_text(shown: Shown, style: Style) -> str:
    """The ticket's head, its description, and the thread below."""
    t = shown.ticket
    lines = [f"{style.paint(t.id, 'yellow')}  {style.paint(one_line(t.title), 'bold')}"]
    lines += [f"{label + ':':<11} {value}" for label, value in _head(shown, style) if value]
    if shown.body:
        lines += ["", text_block(shown.body)]
    for entry in shown.entries:
        lines += ["", *_entry_lines(entry, _signature_text(shown, entry, style), style)]
    return "\n".join(lines)


def _holder_text(holder: Holder) -> str:
    unsure = " (not confirmed by the shared remote)" if holder.remote_confirmed is False else ""
    return f"{one_line(holder.actor)}, generation {holder.generation}{unsure}"


def _head(shown: Shown, style: Style) -> list[tuple[str, str]]:
    t, h = shown.ticket, shown.holder
    head = [
        ("state", style.paint(t.state, STATE_COLOURS.get(t.state)) + (" (blocked)" if t.blocked else "")),
        ("priority", t.priority),
        ("labels", one_line(", ".join(t.labels))),
        ("assignees", one_line(", ".join(t.assignees))),
        ("created", f"{to_rfc3339(t.created_at)} by {one_line(t.created_by)}"),
        ("updated", to_rfc3339(t.updated_at)),
        ("holder", _holder_text(h) if h else ""),
        ("branch", one_line(shown.branch or "")),
        ("worktree", one_line(h.worktree) if h and h.worktree else ""),
        ("mark", one_line(t.mark or "")),
    ]
    head += [(kind, other + (f" ({one_line(note)})" if note else "")) for kind, other, note in shown.relations]
    head += [(_INVERSES.get(kind, kind), other) for kind, other in shown.incoming]
    head += [("blocker", f"{b.id} ({b.state}, {b.kind})") for b in shown.blockers]
    head += [("review", _review_text(review)) for review in shown.reviews]
    head += [("file", one_line(str(a.get("name")))) for a in shown.attachments]
    if shown.merge:
        head.append(("merge", one_line(f"{shown.merge['commit'][:12]} into {shown.merge['target']}")))
    if shown.resolution:
        first = next(iter(str(shown.resolution["text"]).splitlines()), "")
        head.append(("resolution", one_line(f"{shown.resolution['as'] or 'closed'}: {first}")))
    return head


def _review_text(review: Review) -> str:
    stale = ", stale: the branch has moved" if review.stale else ""
    findings = f", {len(review.findings)} findings" if review.findings else ""
    return one_line(f"{review.decision} {review.commit[:12]} by {review.reviewer}{findings}{stale}")


def _signature_text(shown: Shown, entry: ThreadEntry, style: Style) -> str:
    """What is said of an entry's signature: nothing where nobody signs."""
    found = shown.signatures.get(entry.id)
    if found is None:
        return f"  {style.paint('unsigned', 'dim')}" if shown.tells_unsigned else ""
    # An imported entry is signed by whoever brought it.
    foreign = found.state == "verified" and not found.by_author and "imported" not in entry.details
    text = "verified, but not by its author" if foreign else _SIGNATURE_TEXTS.get(found.state, found.state)
    who = f": {one_line(found.signer)}" if found.signer else ""
    colour = "red" if foreign else _SIGNATURE_COLOURS.get(found.state)
    return f"  {style.paint(text, colour)}{style.paint(who, 'dim')}"


def _entry_lines(entry: ThreadEntry, signature: str, style: Style) -> list[str]:
    step = one_line(f"{entry.from_ or ''} -> {entry.to}") if entry.to and entry.to != entry.from_ else ""
    kind = _kind(entry)
    head = f"{kind}  {step}" if step and kind != "create" else kind
    by = f"{one_line(entry.author)}  {to_rfc3339(entry.at)}  {entry.id[:12]}"
    lines = [f"{style.paint(head, 'bold')}  {style.paint(by, 'dim')}{signature}"]
    if entry.rejected is not None:
        lines.append(f"    (without effect: {one_line(entry.rejected)})")
    if entry.reason:
        lines.append(text_block(entry.reason, "    "))
    # What a ticket began with stands in its head above, unless it was changed; `log` has it as it was.
    if entry.kind == "create":
        return lines
    lines += [f"    {text}" for text in _details(entry.details)]
    if entry.body:
        lines.append(text_block(entry.body, "    "))
    return lines


def _details(details: dict[str, Any]) -> list[str]:
    """What an event says besides, a line each; findings and validations spelled out."""
    lines: list[str] = []
    for key, value in details.items():
        if key in ("imported", "nonce", "claim", "text", "generation"):
            continue
        for one in value if isinstance(value, list) else [value]:
            text = " ".join(str(part) for part in one.values()) if isinstance(one, dict) else str(one)
            lines.append(one_line(f"{key}: {text}"))
    return lines
