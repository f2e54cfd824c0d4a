"""What every verb shares: `--json`, `--quiet`, the session, and how a result is put out."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from git_yoi.actions.session import Session
from git_yoi.cli.output import say, say_document, tell
from git_yoi.domain.text import escape_controls
from git_yoi.errors import YoiError
from git_yoi.git.repository import discover
from git_yoi.git.shared import share

if TYPE_CHECKING:
    from git_yoi.domain.ticket import Actor

ROLES = ("human", "intake", "orchestrator", "coder", "reviewer")


class VerbCommand(click.Command):
    """A verb's command: `--json` and `--quiet` come with it."""

    def __init__(self, *args: Any, json_option: bool = True, **kwargs: Any) -> None:
        """Take what `click.Command` takes; `json_option` is False for the verbs that the contract excepts."""
        super().__init__(*args, **kwargs)
        self.params.append(_shared("--quiet", "-q", help="Only the id, or nothing."))
        if json_option:
            self.params.append(_shared("--json", help="One JSON document on standard output."))


def _shared(*names: str, help: str) -> click.Option:  # noqa: A002  (click's own word)
    """A flag that `put` reads from the context, so that no verb has to pass it on."""
    return click.Option(list(names), is_flag=True, expose_value=False, callback=_remember, help=help)


def _remember(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    ctx.meta[f"yoi.{param.name}"] = value


def _environment() -> dict[str, str]:
    """The environment, in which git asks nobody for a password where nobody sits: it would find /dev/tty, and wait."""
    found = os.environ.copy()
    if sys.stdin is None or not sys.stdin.isatty():
        found.setdefault("GIT_TERMINAL_PROMPT", "0")
    return found


def open_session(*, discover_from: str | None = None) -> Session:
    """The session of this process: its directory, environment and clock."""
    ctx = click.get_current_context()
    named = discover_from or (ctx.find_root().obj or {}).get("directory")
    directory = Path(named).absolute() if named else Path.cwd()
    repository = discover(directory, _environment(), explicit=bool(named))
    share(repository.configuration)
    return Session(
        repository=repository,
        clock=time.time,
        random_bytes=os.urandom,
        notice=notice,
        actor_override=_actor(),
        role_override=_role(),
    )


def _actor() -> Actor | None:
    given = os.environ.get("GIT_YOI_ACTOR")
    if not given:
        return None
    from git_yoi.domain.ticket import Actor

    name, opened, rest = given.rpartition(" <")
    if (
        not opened
        or not name.strip()
        or not rest.endswith(">")
        or len(rest) == 1
        or any(c in "<>\n\0" or "\ud800" <= c <= "\udfff" for c in name + rest[:-1])
    ):
        raise YoiError(
            "identity", "GIT_YOI_ACTOR is not of the form: Name <mail>", hint="GIT_YOI_ACTOR='Ada <ada@example.org>'"
        )
    return Actor(name.strip(), rest[:-1])


def _role() -> str | None:
    given = os.environ.get("GIT_YOI_ROLE")
    if given and given not in ROLES:
        raise YoiError(
            "usage",
            f"GIT_YOI_ROLE is {given}",
            cause=f"a role is one of {', '.join(ROLES)}",
            hint="unset it, or set it to one of these",
        )
    return given or None


def notice(text: str) -> None:
    """Say a line to people: on standard error, whatever the output is."""
    tell(escape_controls(text))


def wants(name: str) -> bool:
    """Whether the shared flag `json` or `quiet` was given."""
    return bool(click.get_current_context().meta.get(f"yoi.{name}"))


def put(value: Any, text: Callable[[], str], *, quiet: str = "") -> None:
    """Put out a result: `value` (a JSON value) with `--json`, the line `quiet` with `--quiet`, else `text()`."""
    if wants("json"):
        say_document({"schema_version": 1, "data": value})
        return
    shown = quiet if wants("quiet") else text()
    if shown:
        say(shown)
