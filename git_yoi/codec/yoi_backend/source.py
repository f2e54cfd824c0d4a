"""A ticket as its folder holds it, before anything is made of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from git_yoi.domain.json_value import Json

FORMAT = "yoi"


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be mapped: the ticket's original id, the file below its folder, the line from 1 (0: all of it)."""

    ticket: str
    file: str
    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Folder:
    """A ticket's files as bytes, by their path below its folder; `group` is the folder above, where that means a state.

    `problems` tells what could not be read at all.
    """

    name: str
    files: dict[str, bytes]
    group: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of thread.md; `kind` is empty for text that stands under no header, `line` is the header's."""

    position: int
    line: int
    kind: str
    attributes: dict[str, str]
    body: str

    @property
    def heading(self) -> str:
        """The words of the heading that the body begins with, "" for none."""
        first = self.body.lstrip().split("\n", 1)[0]
        return first.removeprefix("## ").strip() if first.startswith("## ") else ""

    @property
    def words(self) -> str:
        """The body without that heading."""
        if not self.heading:
            return self.body
        rest = self.body.lstrip().partition("\n")[2]
        first, _, more = rest.partition("\n")
        return rest if first.strip() else more


@dataclass(slots=True)
class Report:
    """Collects the problems of one ticket while it is read, and the files whose bytes must be kept as they are."""

    ticket: str
    problems: list[Problem] = field(default_factory=list)
    raw: set[str] = field(default_factory=set)

    def add(self, file: str, line: int, what: str, *, keep: bool = False) -> None:
        """Note a problem; with `keep` the file itself becomes an attachment, because its text is not all kept."""
        self.problems.append(Problem(self.ticket, file, line, what))
        if keep:
            self.raw.add(file)


@dataclass(frozen=True, slots=True)
class Item:
    """item.md: its front matter, each key's line, and the description."""

    front: dict[str, Json]
    lines: dict[str, int]
    body: str
