"""The one place where a failure becomes words and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from git_yoi.cli.output import OutputError, divert, say_document, tell
from git_yoi.domain.text import escape_controls
from git_yoi.errors import YoiError


def exit_with(error: BaseException, arguments: Sequence[str]) -> NoReturn:
    """Say what went wrong, as JSON where `--json` was given, and leave with its exit code."""
    if isinstance(error, SystemExit):
        raise error
    if isinstance(error, click.exceptions.Exit):
        sys.exit(error.exit_code)
    failure = _as_failure(error)
    if "--json" in arguments and not isinstance(failure, OutputError):
        try:
            _say_json(failure)
        except (OutputError, BrokenPipeError):
            # The exit code stays that of the command's own failure, and there is another place for the words.
            divert(sys.stdout)
            _say(failure)
    else:
        _say(failure)
    sys.exit(failure.exit_code)


def _as_failure(error: BaseException) -> YoiError:
    if isinstance(error, YoiError):
        return error
    if isinstance(error, click.UsageError):
        return YoiError("usage", error.format_message().rstrip("."), hint=f"git yoi help {_verb(error.ctx)}".rstrip())
    if isinstance(error, click.ClickException):
        return YoiError("usage", error.format_message().rstrip("."))
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        return YoiError("interrupted", "interrupted", hint="nothing is lost; run the same command again to go on")
    if isinstance(error, OSError):
        return _surroundings(error)
    return _internal(error)


def _verb(ctx: click.Context | None) -> str:
    """The verb that was called, of a verb's own subcommands too: the manual has that one."""
    while ctx is not None and ctx.parent is not None and ctx.parent.parent is not None:
        ctx = ctx.parent
    return str(ctx.info_name) if ctx is not None and ctx.parent is not None else ""


def _surroundings(error: OSError) -> YoiError:
    import errno

    code = "read-only" if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM) else "io"
    where = f" ({error.filename})" if error.filename else ""
    return YoiError(
        code,
        "the system refused",
        cause=f"{error.strerror or error}{where}",
        hint="mend that, then run the same command again",
    )


def _internal(error: BaseException) -> YoiError:
    import tempfile
    import traceback

    text = "".join(traceback.format_exception(error))
    try:
        # A name that nobody can have planted, in a folder that everybody may write to.
        descriptor, log = tempfile.mkstemp(prefix="git-yoi-", suffix=".log")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError:
        return YoiError("internal", f"git-yoi failed: {error!r}", hint="please report it with the command you ran")
    return YoiError(
        "internal",
        f"git-yoi failed: {error!r}",
        cause=f"the details are in {log}",
        hint="please report it with that file",
    )


def _say(failure: YoiError) -> None:
    for label, text in (("error", failure.message), ("cause", failure.cause), ("hint", failure.hint)):
        if text:
            tell(f"{label}: {_line(text)}")


def _say_json(failure: YoiError) -> None:
    error = {"code": failure.code, "message": failure.message, "hint": failure.hint, "cause": failure.cause}
    if failure.data is not None:
        error["data"] = failure.data  # type: ignore[assignment]  # a JSON value for programs
    say_document({"schema_version": 1, "error": error})


def _line(text: str) -> str:
    return escape_controls(" ".join(text.split("\n")))
