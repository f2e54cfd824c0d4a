"""A ticket's folder as entries of ours: the description, the thread, the records between, the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from git_yoi.codec.yoi_backend import artifacts, front_matter, thread
from git_yoi.codec.yoi_backend.drafts import Drafts
from git_yoi.codec.yoi_backend.events import ThreadMapper, plan_entry, relation_entry
from git_yoi.codec.yoi_backend.fields import Fields, read_fields
from git_yoi.codec.yoi_backend.names import attachment_name
from git_yoi.codec.yoi_backend.people import TRACKER
from git_yoi.codec.yoi_backend.source import Folder, Item, Problem, Report
from git_yoi.domain.entry import Entry
from git_yoi.domain.events import Attach, Create
from git_yoi.domain.json_value import Json

RESOLUTION = "resolution.md"
ARTIFACTS = "artifacts/"
# The first is what keeps an empty folder in git; the other two have become entries.
_NOT_ATTACHED = ("artifacts/.gitkeep", artifacts.RELATIONS, artifacts.PLAN)


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a folder comes to: `create` first, then `entries` in the order of the record.

    `fields` are what the ticket must be like at the end; `resolution` is resolution.md's text, if there is one.
    """

    drafts: Drafts
    fields: Fields
    create: Entry
    entries: tuple[Entry, ...]
    resolution: str | None
    length: int

    @property
    def problems(self) -> list[Problem]:
        """Everything that could not be mapped."""
        return self.drafts.report.problems


def map_folder(
    folder: Folder, ticket: str, other_id: Callable[[str], str | None], blob_of: Callable[[bytes], str]
) -> Mapped:
    """Make entries of a folder for our id `ticket`; `other_id` gives our id of another of their tickets."""
    report = Report(folder.name, list(folder.problems))
    drafts = Drafts(ticket, folder.name, report, other_id, blob_of)
    texts = {name: _text(folder, name, report) for name in folder.files if not _is_attachment(name)}
    item = front_matter.read_item(texts.get(front_matter.FILE, ""), report)
    if front_matter.FILE not in texts:
        report.problems.append(Problem(folder.name, front_matter.FILE, 0, "it is missing"))
    events = thread.read_thread(texts.get(thread.FILE, ""), report)
    fields = read_fields(item, folder, events, drafts)
    create = _create(drafts, item, fields, folder)
    mapper = ThreadMapper(drafts)
    drafts.last_time = fields.created_at
    said = [mapper.entry(event) for event in events]
    drafts.last_time = fields.updated_at
    entries = _woven(said, _records(drafts, texts)) + _attachments(drafts, folder, fields.updated_at)
    return Mapped(drafts, fields, create, tuple(entries), _resolution(drafts, texts), len(events))


def _is_attachment(name: str) -> bool:
    return name not in (front_matter.FILE, thread.FILE, RESOLUTION, artifacts.RELATIONS, artifacts.PLAN)


def _text(folder: Folder, name: str, report: Report) -> str:
    data = folder.files[name].removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        report.add(name, line, "it is not UTF-8; what is not, is replaced by U+FFFD", keep=True)
        return data.decode(errors="replace")


def _create(drafts: Drafts, item: Item, fields: Fields, folder: Folder) -> Entry:
    imported: dict[str, Json] = {"id": folder.name, "kind": "item", "as_kind": "create", "author": fields.author}
    if folder.group:
        imported["group"] = folder.group
    event = Create(fields.title, fields.priority, fields.labels, fields.assignees)
    entry = drafts.entry(event, fields.author, fields.created_at, imported, place="item", body=fields.body)
    nonce = drafts.entry(event, "", 0, fields.content(), place="item").nonce
    # Its nonce is about what a person would edit: a state, or a time of change, is other entries' affair.
    return replace(entry, nonce=nonce, imported={**(entry.imported or {}), "front": item.front})


def _records(drafts: Drafts, texts: dict[str, str]) -> list[Entry]:
    report = drafts.report
    relations = artifacts.read_relations(texts[artifacts.RELATIONS], report) if artifacts.RELATIONS in texts else []
    plan = artifacts.read_plan(texts[artifacts.PLAN], report) if artifacts.PLAN in texts else []
    return [relation_entry(drafts, r) for r in relations] + [plan_entry(drafts, r) for r in plan]


def _woven(said: Iterable[Entry], records: list[Entry]) -> list[Entry]:
    """The thread in its own order, with each record before the first entry that is later than it."""
    waiting = sorted(records, key=lambda entry: entry.at)
    woven: list[Entry] = []
    for entry in said:
        while waiting and waiting[0].at < entry.at:
            woven.append(waiting.pop(0))
        woven.append(entry)
    return woven + waiting


def _attachments(drafts: Drafts, folder: Folder, at: int) -> list[Entry]:
    """Every other file, and those whose text could not be kept whole."""
    kept = sorted(n for n in folder.files if (_is_attachment(n) or n in drafts.report.raw))
    taken: set[str] = set()
    entries: list[Entry] = []
    for path in kept:
        data = folder.files[path]
        if path in _NOT_ATTACHED and (not data or path not in drafts.report.raw):
            continue
        name = attachment_name(path.removeprefix(ARTIFACTS), taken)
        imported: dict[str, Json] = {"kind": "artifact", "as_kind": "attach", "path": path}
        blob = drafts.blob_of(data)
        entry = drafts.entry(Attach(name, blob), TRACKER, at, imported, place="artifact")
        # Not of the blob's id, which differs with the repository's hash, nor of the time, which is only the folder's.
        nonce = drafts.file_nonce(path, data)
        entries.append(replace(entry, nonce=nonce))
    return entries


def _resolution(drafts: Drafts, texts: dict[str, str]) -> str | None:
    if RESOLUTION not in texts:
        return None
    return drafts.text(texts[RESOLUTION], RESOLUTION, 1)
