"""The document that a person edits: front matter as YAML, then the description; read back with line and column.

What stands there is taken as written (`title: 2024` is that text, no number): only the nodes of the YAML are used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from git_yoi.codec.json_line import dumps
from git_yoi.domain.states import PRIORITIES
from git_yoi.domain.text import line_problem

if TYPE_CHECKING:
    from ruamel.yaml.nodes import MappingNode, Node

    from git_yoi.domain.ticket import Ticket

_FENCE = "---"
_KEYS = ("title", "priority", "labels", "assignees")
_ADVICE = "# Change what you like, save, and leave the editor. An unchanged document changes nothing."


class _Pair(NamedTuple):
    key: Node
    value: Node


class DocumentError(ValueError):
    """What a person wrote cannot be read; the message begins with line and column where they can be told."""


@dataclass(frozen=True, slots=True)
class Document:
    """What an edited document says; None for a key that was taken out of it."""

    title: str | None
    priority: str | None
    labels: tuple[str, ...] | None
    assignees: tuple[str, ...] | None
    body: str


def spell(ticket: Ticket) -> str:
    """The document for a ticket; JSON values are YAML too. A last line feed is added where the description has none."""
    values: dict[str, object] = {
        "title": ticket.title,
        "priority": ticket.priority,
        "labels": list(ticket.labels),
        "assignees": list(ticket.assignees),
    }
    lines = [_FENCE, _ADVICE, *(f"{key}: {dumps(value)}" for key, value in values.items()), _FENCE]
    return "\n".join(lines) + "\n" + ticket.body + ("" if _ends_line(ticket.body) else "\n")


def read(document: str, seen: Ticket) -> Document:
    """Read a document back; the line feed that `spell` added to the description that was seen does not count."""
    lines = document.splitlines(keepends=True)
    fences = [number for number, line in enumerate(lines) if line.rstrip() == _FENCE][:2]
    if len(fences) < 2 or fences[0] != 0:
        raise DocumentError("line 1: the front matter between two lines of --- is gone")
    body = "".join(lines[fences[1] + 1 :])
    if not _ends_line(seen.body):
        body = body.removesuffix("\n")
        body = body if seen.body.endswith("\r") else body.removesuffix("\r")
    values = _front_matter("".join(lines[1 : fences[1]]))
    return Document(
        title=_line(values, "title"),
        priority=_priority(values),
        labels=_lines(values, "labels"),
        assignees=_lines(values, "assignees"),
        body=body,
    )


def _ends_line(text: str) -> bool:
    return text == "" or text.endswith("\n")


def _front_matter(text: str) -> dict[str, _Pair]:
    """The pairs by key; DocumentError for what is no mapping, an unknown key, or one that stands twice."""
    from ruamel.yaml.nodes import MappingNode

    node = _compose(text)
    if node is None:
        return {}
    if not isinstance(node, MappingNode):
        raise DocumentError(f"{_place(node)}: the front matter is not a list of `key: value` lines")
    return _by_key(node)


def _by_key(node: MappingNode) -> dict[str, _Pair]:
    values: dict[str, _Pair] = {}
    for key, value in node.value:
        if key.value not in _KEYS:
            raise DocumentError(f"{_place(key)}: {str(key.value)[:40]!r} is none of {', '.join(_KEYS)}")
        if key.value in values:
            raise DocumentError(f"{_place(key)}: {key.value} stands twice")
        values[key.value] = _Pair(key, value)
    return values


def _compose(text: str) -> Node | None:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        found: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 2}, column {mark.column + 1}: " if mark is not None else ""
        raise DocumentError(f"{where}{error.problem or error.context or 'not YAML'}") from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise DocumentError(f"the front matter is not YAML: {str(error).splitlines()[0]}") from error
    return found


def _place(node: Node) -> str:
    """Line and column in the whole document, whose first line is the fence."""
    return f"line {node.start_mark.line + 2}, column {node.start_mark.column + 1}"


def _line(values: dict[str, _Pair], key: str) -> str | None:
    return _plain(*values[key]) if key in values else None


def _plain(key: Node, node: Node) -> str:
    """A scalar's text as it was written; DocumentError when it cannot be a value of one line."""
    from ruamel.yaml.nodes import ScalarNode

    if not isinstance(node, ScalarNode):
        raise DocumentError(f"{_place(node)}: {key.value} is one line of text")
    text = str(node.value)
    if problem := line_problem(text):
        # An empty value has no place of its own: the parser says where the next token stands.
        raise DocumentError(f"{_place(node if text else key)}: {key.value} cannot be kept: {problem}")
    return text


def _priority(values: dict[str, _Pair]) -> str | None:
    found = _line(values, "priority")
    if found is not None and found not in PRIORITIES:
        raise DocumentError(f"{_place(values['priority'].value)}: priority is one of {', '.join(PRIORITIES)}")
    return found


def _lines(values: dict[str, _Pair], name: str) -> tuple[str, ...] | None:
    """A list's texts; an empty value is an empty list."""
    from ruamel.yaml.nodes import ScalarNode, SequenceNode

    if name not in values:
        return None
    key, node = values[name]
    if isinstance(node, ScalarNode) and node.value == "":
        return ()
    if not isinstance(node, SequenceNode):
        raise DocumentError(f"{_place(node)}: {name} is a list, such as [a, b]")
    return tuple(dict.fromkeys(_plain(key, item) for item in node.value))
