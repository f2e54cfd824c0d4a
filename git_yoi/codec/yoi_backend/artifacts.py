"""The two artifacts that are records, not files: relations.json and orchestration-plan.jsonl."""

from __future__ import annotations

from dataclasses import dataclass

from git_yoi.codec.json_line import CorruptError, loads
from git_yoi.codec.yoi_backend.source import Report
from git_yoi.domain.json_value import Json

RELATIONS = "artifacts/relations.json"
PLAN = "artifacts/orchestration-plan.jsonl"


@dataclass(frozen=True, slots=True)
class Record:
    """One relation or orchestration note: its values, and where it stands (line 0 where a line says nothing)."""

    file: str
    line: int
    index: int
    values: dict[str, Json]

    def text(self, key: str) -> str:
        """A value that is a text, else nothing."""
        value = self.values.get(key)
        return value if isinstance(value, str) else ""


def read_relations(text: str, report: Report) -> list[Record]:
    """The relations; what is no list of them is reported, and the file kept."""
    try:
        document = loads(text)
    except CorruptError as error:
        report.add(RELATIONS, 0, str(error), keep=True)
        return []
    found = document.get("relations") if isinstance(document, dict) else document
    if isinstance(document, dict) and document.get("version") != 1:
        report.add(RELATIONS, 0, f"its version is {document.get('version')!r}, not 1")
    if not isinstance(found, list):
        report.add(RELATIONS, 0, "it holds no list of relations", keep=True)
        return []
    records: list[Record] = []
    for index, value in enumerate(found):
        if isinstance(value, dict):
            records.append(Record(RELATIONS, 0, index, value))
        else:
            report.add(RELATIONS, 0, f"relation {index + 1} is no object", keep=True)
    return records


def read_plan(text: str, report: Report) -> list[Record]:
    """The orchestration notes, one a line; a line that is none is reported, and the file kept."""
    records: list[Record] = []
    for index, line in enumerate(text.split("\n")):
        if not line.strip():
            continue
        try:
            value = loads(line)
        except CorruptError as error:
            report.add(PLAN, index + 1, str(error), keep=True)
            continue
        if isinstance(value, dict):
            records.append(Record(PLAN, index + 1, index, value))
        else:
            report.add(PLAN, index + 1, "it is no object", keep=True)
    return records
