"""Text from the user's editor; only ever at a terminal."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from git_yoi.cli.text_options import read_text
from git_yoi.errors import YoiError

if TYPE_CHECKING:
    from git_yoi.actions.session import Session

_CUT = "<!-- git yoi: this line and what is below it are left out; an empty text stops. -->"


def at_terminal() -> bool:
    """Whether a person sits at both ends: an editor may be opened."""
    return sys.stdin.isatty() and sys.stdout.isatty()


@contextmanager
def edited(session: Session, text: str) -> Iterator[str]:
    """Let the user edit `text`; what was written stays in a file, which the error names, should the body fail."""
    folder = session.repository.private / "edit"
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix="text-", suffix=".md", dir=folder)
    file = Path(name)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(text.encode())
    try:
        _edit(session, file)
        yield _read(file)
    except YoiError as error:
        if file.read_bytes() != text.encode():
            error.hint = f"{error.hint}; what you wrote is kept in {file}".removeprefix("; ")
        else:
            file.unlink()
        raise
    file.unlink(missing_ok=True)


@contextmanager
def thread_text(
    session: Session, message: tuple[str, ...], file: str | None, *, what: str, about: str
) -> Iterator[str]:
    """The text that `-m` or `-F` gave, else one from the editor; YoiError `usage` without a terminal."""
    given = read_text(message, file)
    if given is not None:
        yield given
        return
    if not at_terminal():
        raise YoiError(
            "usage", f"no text for the {what}", hint="give it with -m TEXT, -F FILE, or -F - (standard input)"
        )
    with edited(session, f"\n\n{_CUT}\n<!-- {what}: {about} -->\n") as written:
        yield written.partition(_CUT)[0].strip("\r\n")


def _edit(session: Session, file: Path) -> None:
    from git_yoi.git.editor import editor_command
    from git_yoi.git.programs import run_editor

    command = editor_command(session.repository)
    if command is None:
        raise YoiError(
            "usage", "no editor can be told", cause="git has none either", hint="give the text with -m or -F"
        )
    code = run_editor(command, file, session.repository.directory, session.repository.environment)
    if code != 0:
        raise YoiError(
            "usage", f"the editor ended with status {code}", cause="nothing was changed", hint="give the text with -m"
        )


def _read(file: Path) -> str:
    try:
        return file.read_bytes().decode()
    except OSError as error:
        raise YoiError("usage", "the edited text is gone", cause=str(error), hint="nothing was changed") from error
    except UnicodeDecodeError as error:
        raise YoiError("usage", "the edited text is not UTF-8", cause=str(error), hint="save it as UTF-8") from error
