"""Standard output and standard error as they are found: full, closed, or with nobody who reads on.

A command that cannot say what it did has done it all the same. So a failure of the output has words of its own, which
never call for the command once more, and one of standard error, which is for people only, changes nothing.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any, TextIO

import click

from git_yoi.domain.text import escape_bytes
from git_yoi.errors import YoiError


class OutputError(YoiError):
    """Standard output takes no more; whatever the command wrote to the record stands."""


def say(text: str | bytes, *, nl: bool = True) -> None:
    """Put out a text; OutputError `io` when that fails, BrokenPipeError when nobody reads on."""
    try:
        click.echo(text, nl=nl)
    except BrokenPipeError:
        raise
    except OSError as error:
        divert(sys.stdout)
        raise OutputError(
            "io",
            "the output could not be written",
            cause=error.strerror or str(error),
            hint="nothing is lost: what the command recorded stands, and `git yoi list` shows it",
        ) from error


def say_document(document: dict[str, Any]) -> None:
    """Put out a JSON document in one line of ASCII, without a lone surrogate, which not every reader takes."""
    made = json.dumps(document, ensure_ascii=True)
    # What is left of bytes that are not UTF-8 is always written with these letters, and hardly anything else is.
    say(json.dumps(_encodable(document), ensure_ascii=True) if "\\ud" in made else made)


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return escape_bytes(value)
    if isinstance(value, dict):
        return {_encodable(key): _encodable(one) for key, one in value.items()}
    return [_encodable(one) for one in value] if isinstance(value, (list, tuple)) else value


def tell(text: str, *, nl: bool = True) -> None:
    """Say something to people on standard error, if it takes it; never fails."""
    try:
        click.echo(text, nl=nl, err=True)
    except OSError:
        # There is no place left where this could be told.
        divert(sys.stderr)


def divert(stream: TextIO) -> None:
    """Let what a stream still holds go nowhere, lest Python complain about it at the end."""
    null = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
    os.dup2(null, stream.fileno())
    os.close(null)


def stand_in_for_closed() -> None:
    """Give the null device to a standard stream that was closed, as git does: no file may get its number."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            null = os.open(os.devnull, os.O_RDWR)
            if null != number:
                os.dup2(null, number)
                os.close(null)
            os.set_inheritable(number, True)
            setattr(sys, name, os.fdopen(number, "w" if number else "r", closefd=False))
