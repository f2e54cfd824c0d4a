"""item.md: YAML front matter that people and three generations of programs wrote, then the description."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from git_yoi.codec.yoi_backend.source import Item, Report

if TYPE_CHECKING:
    from git_yoi.domain.json_value import Json

FILE = "item.md"
MAX_FRONT = 64 * 1024
# A few hundred bytes of aliases can spell gigabytes; a ticket's front matter has some twenty values.
MAX_VALUES = 2000
_FENCE = "---"
_LINE = re.compile(r"([A-Za-z_][\w.-]*):(?:[ \t]+(.*))?\Z")


class NotYamlError(ValueError):
    """Front matter that no YAML reader takes, or that is beyond reason."""


def read_item(text: str, report: Report) -> Item:
    """Front matter and description; whatever is wrong is reported, and no text is dropped."""
    lines = text.split("\n")
    if lines[0].rstrip("\r") != _FENCE:
        report.add(FILE, 1, "it has no front matter; all of it is the description")
        return Item({}, {}, text)
    end = next((i for i, line in enumerate(lines) if i and line.rstrip("\r") == _FENCE), None)
    if end is None:
        report.add(FILE, 1, "its front matter has no end; all of it is the description")
        return Item({}, {}, text)
    front, where = _front(lines[1:end], report)
    body = lines[end + 1 :]
    # The writer put one empty line between the front matter and the description.
    if len(body) > 1 and body[0] in ("", "\r"):
        body = body[1:]
    return Item(front, where, "\n".join(body))


def _front(lines: list[str], report: Report) -> tuple[dict[str, Json], dict[str, int]]:
    text = "\n".join(line.removesuffix("\r") for line in lines)
    try:
        return _yaml(text)
    except NotYamlError as error:
        # The tracker's first program wrote `title: Panel: a fix`, which is no YAML, and read it line by line.
        return _by_line(lines, str(error), report)


def _by_line(lines: list[str], problem: str, report: Report) -> tuple[dict[str, Json], dict[str, int]]:
    """Read `key: text`; a line that is not of that form is reported, with what a YAML reader says of the whole."""
    front: dict[str, Json] = {}
    where: dict[str, int] = {}
    for number, line in enumerate(lines, 2):
        match = _LINE.match(line.rstrip())
        if match is None or match[1] in front:
            if line.strip():
                what = "a line of the front matter that is no key and its value, once"
                report.add(FILE, number, f"{what} ({problem})", keep=True)
            continue
        front[match[1]] = _plain(match[2] or "")
        where[match[1]] = number
    return front, where


def _plain(text: str) -> Json:
    value = text.strip()
    if value in ("", "null", "~"):
        return None
    if value.startswith("[") and value.endswith("]"):
        return [part.strip(" '\"") for part in value[1:-1].split(",") if part.strip(" '\"")]
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value


def _yaml(text: str) -> tuple[dict[str, Json], dict[str, int]]:
    """Read YAML without making objects of it: a time stays the text that it is."""
    if len(text) > MAX_FRONT:
        raise NotYamlError(f"it is longer than {MAX_FRONT // 1024} KiB")
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError
    from ruamel.yaml.nodes import MappingNode

    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except (YAMLError, ValueError, RecursionError) as error:
        raise NotYamlError(" ".join(str(error).split())[:200]) from error
    if node is None:
        return {}, {}
    if not isinstance(node, MappingNode):
        raise NotYamlError("it is not a mapping")
    budget = [MAX_VALUES]
    front: dict[str, Json] = {}
    where: dict[str, int] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in front:
            raise NotYamlError(f"{name[:60]!r} stands twice")
        front[name] = _value(value, budget)
        where[name] = key.start_mark.line + 2
    return front, where


def _value(node: object, budget: list[int]) -> Json:
    from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

    budget[0] -= 1
    if budget[0] < 0:
        raise NotYamlError(f"it has more than {MAX_VALUES} values")
    if isinstance(node, SequenceNode):
        return [_value(item, budget) for item in node.value]
    if isinstance(node, MappingNode):
        return {str(key.value): _value(value, budget) for key, value in node.value}
    if not isinstance(node, ScalarNode):
        raise NotYamlError("it holds what is no YAML value")
    tag, text = str(node.tag), str(node.value)
    if tag.endswith(":null"):
        return None
    if tag.endswith(":bool"):
        return text.lower() in ("true", "yes", "on")
    return text
