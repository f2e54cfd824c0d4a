"""What a thread says of a branch's review: findings and what became of them, and the risks that somebody stated.

No entry records that a finding is fixed. So it is told from what there is: later reviews by the same person, whether
the file has changed since, and who named it in an answer. Nothing is called fixed that nobody called so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from git_yoi.domain.text import first_line
from git_yoi.git.commit_list import changed_between
from git_yoi.git.repository import Repository
from git_yoi.index.thread import ThreadEntry

OPEN, CHANGED = "open", "changed since"
# An approval says of its own remarks that they may stay, and of the reviewer's earlier ones that they are settled.
ACCEPTED, SETTLED, WITHDRAWN = "accepted by the approval", "settled by a later approval", "withdrawn by its reviewer"
_ANSWERING = frozenset({"report", "decision", "comment", "review"})
_MAX_STATED = 2000
_HEADING = re.compile(r"#{1,6}\s+(?P<title>.*)|\*\*(?P<bold>[^*]+)\*\*:?\s*\Z")


@dataclass(frozen=True, slots=True)
class Answer:
    """A later entry that names the file of a finding: its line that does; `at` is seconds since the epoch."""

    kind: str
    author: str
    at: int
    text: str


@dataclass(frozen=True, slots=True)
class FindingState:
    """A reviewer's remark and what became of it: open, its file changed since, accepted, settled, or withdrawn."""

    severity: str
    path: str
    line: int
    text: str
    reviewer: str
    commit: str
    status: str
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Stated:
    """A residual risk in somebody's own words."""

    author: str
    at: int
    text: str


def of_kind(entries: Iterable[ThreadEntry], kind: str) -> list[ThreadEntry]:
    """The entries of a kind that have an effect; an imported one has the kind that it had."""
    return [entry for entry in entries if entry.rejected is None and kind in (entry.kind, _imported_kind(entry))]


def _imported_kind(entry: ThreadEntry) -> object:
    imported = entry.details.get("imported")
    return imported.get("as_kind") if isinstance(imported, dict) else None


def findings_of(repository: Repository, entries: Sequence[ThreadEntry], head: str | None) -> tuple[FindingState, ...]:
    """Every finding of the thread in order."""
    found = []
    for position, entry in enumerate(entries):
        if entry.kind != "review" or entry.rejected is not None:
            continue
        commit = str(entry.details.get("commit", ""))
        remarks: list[dict[str, Any]] = entry.details.get("finding") or []
        moved = changed_between(repository, commit, head) if remarks and head is not None else frozenset()
        for remark in remarks:
            later = [other for other in entries[position + 1 :] if other.rejected is None]
            status = _status(entry, later, changed=remark["path"] in moved)
            answers = tuple(_answers(remark["path"], later))
            found.append(
                FindingState(
                    remark["severity"],
                    remark["path"],
                    remark["line"],
                    remark["text"],
                    entry.author,
                    commit,
                    status,
                    answers,
                )
            )
    return tuple(found)


def _status(entry: ThreadEntry, later: Sequence[ThreadEntry], *, changed: bool) -> str:
    own = [o.details.get("decision") for o in later if o.kind == "review" and o.author == entry.author]
    # The last word counts: an approval that was taken back settles nothing, nor does it accept.
    if own and own[-1] == "revoke":
        return WITHDRAWN if "approve" not in own and entry.details.get("decision") != "approve" else _left(changed)
    if "approve" in own:
        return SETTLED
    if entry.details.get("decision") == "approve" and not own:
        return ACCEPTED
    return _left(changed)


def _left(changed: bool) -> str:
    return CHANGED if changed else OPEN


def _answers(path: str, later: Sequence[ThreadEntry]) -> Iterator[Answer]:
    named = re.compile(rf"(?<![\w./-]){re.escape(path)}(?![\w/-])")
    for entry in later:
        if entry.kind in _ANSWERING:
            line = next((line for line in entry.body.splitlines() if named.search(line)), None)
            if line is not None:
                yield Answer(entry.kind, entry.author, entry.at, first_line(line, 300))


def stated_risks(entries: Sequence[ThreadEntry]) -> tuple[Stated, ...]:
    """What reports and decisions say of risk: their sections of that name, and lines that speak of it."""
    ids = {entry.id for kind in ("report", "decision") for entry in of_kind(entries, kind)}
    return tuple(Stated(e.author, e.at, text) for e in entries if e.id in ids for text in _risks_in(e.body))


def _risks_in(body: str) -> Iterator[str]:
    section: list[str] | None = None
    for line in body.splitlines():
        heading = _HEADING.match(line.strip())
        if heading is not None:
            yield from _whole(section)
            section = [] if "risk" in (heading["title"] or heading["bold"]).lower() else None
        elif section is not None:
            section.append(line)
        elif "risk" in line.lower() and line.strip("-*# "):
            yield line.strip("-*# ")
    yield from _whole(section)


def _whole(section: Sequence[str] | None) -> Iterator[str]:
    text = "\n".join(section or ()).strip()
    if text:
        yield text[:_MAX_STATED]
