"""`-m TEXT`, `-F FILE`, `-F -`: where a verb's text comes from."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click

from git_yoi.domain.text import MAX_TEXT
from git_yoi.errors import YoiError

_F = TypeVar("_F", bound=Callable[..., Any])


def text_options(function: _F) -> _F:
    """Add `-m` and `-F`; the verb gets `message` and `file`, for `read_text`."""
    function = click.option(
        "-F", "--file", "file", metavar="FILE", help="Take the text from FILE; - is standard input."
    )(function)
    return click.option(
        "-m", "--message", "message", metavar="TEXT", multiple=True, help="The text; again for another paragraph."
    )(function)


def read_text(message: tuple[str, ...], file: str | None) -> str | None:
    """The text given, None when neither option was; YoiError `usage` for both, for bytes that are not UTF-8, `io`."""
    if message and file is not None:
        raise YoiError("usage", "-m and -F exclude each other", hint="give one of them")
    if message:
        return "\n\n".join(message)
    if file is None:
        return None
    try:
        data = _read(file)
    except OSError as error:
        raise YoiError(
            "usage", f"{file} cannot be read", cause=error.strerror or str(error), hint="name another file with -F"
        ) from error
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise YoiError(
            "usage", f"{file} is not UTF-8", cause=str(error), hint="convert it, or attach it to the ticket"
        ) from error


def _read(file: str) -> bytes:
    """What a file or standard input holds, at most one byte more than may be kept: an endless one must end here."""
    if file == "-":
        return _within(sys.stdin.buffer)
    with given_path(file).open("rb") as stream:
        return _within(stream)


def _within(stream: BinaryIO) -> bytes:
    data = stream.read(MAX_TEXT + 1)
    if len(data) > MAX_TEXT:
        raise YoiError(
            "usage", f"the text is longer than {MAX_TEXT // 1024} KiB", hint="attach it: git yoi attach ID FILE"
        )
    return data


def given_path(name: str) -> Path:
    """A path as the command line gave it, seen from the directory of `-C`; YoiError `usage` for what names no file."""
    if not name or "\0" in name:
        raise YoiError("usage", "no file can have that name", cause="it is empty, or holds a NUL", hint="name a file")
    directory = (click.get_current_context().find_root().obj or {}).get("directory")
    return Path(directory or "", name)
