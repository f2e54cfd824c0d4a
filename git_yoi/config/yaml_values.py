"""YAML as plain values that remember where they stood; what could cost much or surprise is refused first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, DocumentStartEvent, MappingStartEvent, SequenceStartEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from git_yoi.errors import YoiError

_MAX_DEPTH = 12
_MAX_EVENTS = 20_000
_TAG = "tag:yaml.org,2002:"
Path = tuple[int | str, ...]


class YamlProblemError(Exception):
    """Why a document is refused; line and column count from 1."""

    def __init__(self, line: int, column: int, said: str, hint: str = "") -> None:
        """Take the place, what is wrong there, and what to write instead where that is known."""
        super().__init__(said)
        self.line, self.column, self.said, self.hint = line, column, said, hint

    def as_error(self, where: str) -> YoiError:
        """The error that people see; `where` names the file."""
        hint = self.hint or "mend it and commit it; `git yoi help` describes the file"
        return YoiError("policy-file", f"{where}:{self.line}:{self.column}: {self.said}", hint=hint)


@dataclass(frozen=True, slots=True)
class Located:
    """A document's value, and the line and column of every key and item in it."""

    value: Any
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def place(self, path: Sequence[int | str]) -> tuple[int, int]:
        """Where the key or item at `path` stands, or the nearest one around it."""
        parts = tuple(path)
        while parts and parts not in self.places:
            parts = parts[:-1]
        return self.places.get(parts, (1, 1))


def read_yaml(text: str) -> Located:
    """Read one document, an empty one as an empty mapping; YamlProblemError."""
    try:
        _check_events(text)
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        raise _syntax(error) from error
    except YAMLError as error:
        # A character that YAML does not allow carries its position in characters, and no mark.
        line, column = _place_of(text, getattr(error, "position", 0))
        raise YamlProblemError(line, column, "it holds a character that YAML does not allow") from error
    if root is None or (isinstance(root, ScalarNode) and root.tag == f"{_TAG}null"):
        return Located({})
    places: dict[Path, tuple[int, int]] = {}
    return Located(_value(root, (), places), places)


def _check_events(text: str) -> None:
    """Refuse aliases, tags, directives, depth, length and a second document before anything is built."""
    depth = documents = 0
    for count, event in enumerate(YAML(typ="safe", pure=True).parse(text)):
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None) is not None:
            said = "an anchor or an alias (&name, *name) is not allowed here"
            raise YamlProblemError(line, column, said, "write the value out")
        if isinstance(event, DocumentStartEvent) and (event.version or event.tags):
            # By YAML 1.1 `no` and `off` are booleans, and 1:30 is a number.
            at = next(number for number, line in enumerate(text.splitlines(), 1) if line.startswith("%"))
            raise YamlProblemError(at, 1, "a directive (%YAML, %TAG) is not allowed here", "leave it out")
        if getattr(event, "tag", None) is not None:
            raise YamlProblemError(line, column, "a tag (!name) is not allowed here", "write the plain value")
        documents += isinstance(event, DocumentStartEvent)
        if isinstance(event, (MappingStartEvent, SequenceStartEvent)):
            depth += 1
        elif type(event).__name__ in ("MappingEndEvent", "SequenceEndEvent"):
            depth -= 1
        if documents > 1:
            raise YamlProblemError(line, column, "a second document begins here", "leave one, and take --- away")
        if depth > _MAX_DEPTH:
            raise YamlProblemError(line, column, f"it is nested more than {_MAX_DEPTH} levels deep")
        if count > _MAX_EVENTS:
            raise YamlProblemError(line, column, "it holds too many values", "keep what the policy has keys for")


def _syntax(error: MarkedYAMLError) -> YamlProblemError:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    said = " ".join(str(error.problem or error.context or "it is no YAML").split())
    if "\\t" in said:
        return YamlProblemError(line, column, "a tab cannot indent", "indent with spaces")
    return YamlProblemError(line, column, said)


def _place_of(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _value(node: Node, path: Path, places: dict[Path, tuple[int, int]]) -> Any:
    places.setdefault(path, _mark(node))
    if isinstance(node, MappingNode):
        return _mapping(node, path, places)
    if isinstance(node, SequenceNode):
        return [_value(item, (*path, i), places) for i, item in enumerate(node.value)]
    return _scalar(node)


def _mapping(node: MappingNode, path: Path, places: dict[Path, tuple[int, int]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode) or key.tag != f"{_TAG}str":
            raise YamlProblemError(*_mark(key), "a key is a plain word")
        if key.value in made:
            raise YamlProblemError(*_mark(key), f"the key {key.value[:60]!r} stands here twice", "keep one of them")
        places[(*path, key.value)] = _mark(key)
        made[key.value] = _value(value, (*path, key.value), places)
    return made


def _mark(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _scalar(node: Node) -> Any:
    kind, text = str(node.tag).removeprefix(_TAG), str(node.value)
    try:
        match kind:
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                return int(text.replace("_", ""), 10 if text.lstrip("+-").isdigit() else 0)
            case "float":
                return float(text.replace("_", ""))
            case _:
                return text
    except ValueError:
        # Ten thousand digits, `.inf`: no key of ours wants such a number, and the model says so of the text.
        return text
