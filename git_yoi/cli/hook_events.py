"""What the hooks of a clone run: subcommands of `git yoi hooks`, with git's own arguments and standard input.

Whatever happens here, the user's merge has been made and the push is to go on: a failure is one line, and exit 0. Only
a push that the policy wants held back ends with 8, which the hook takes for its own failure.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress

import click

from git_yoi.cli.command import VerbCommand, open_session
from git_yoi.cli.output import tell
from git_yoi.errors import EXIT_CODES, YoiError

_words = click.argument("words", nargs=-1, type=click.UNPROCESSED)
_inside = click.option("--inside", is_flag=True, hidden=True, help="Do it now, in this process, without a limit.")


def register(group: click.Group) -> None:
    """Make these subcommands of a group."""
    for command in (post_commit, post_merge, post_rewrite, pre_push, after_push):
        group.add_command(command)


@click.command("post-commit", cls=VerbCommand, json_option=False)
@_words
@_inside
def post_commit(words: tuple[str, ...], inside: bool) -> None:  # noqa: ARG001  (git gives none)
    """Close what a merge, a squash or a pick that ended with a commit brought: what the hook of that name runs."""
    _follow("post-commit", inside)


@click.command("post-merge", cls=VerbCommand, json_option=False)
@_words
@_inside
def post_merge(words: tuple[str, ...], inside: bool) -> None:  # noqa: ARG001  (git's own words, of no use here)
    """Close what a merge merged: what the hook of that name runs."""
    _follow("post-merge", inside)


@click.command("post-rewrite", cls=VerbCommand, json_option=False)
@_words
@_inside
def post_rewrite(words: tuple[str, ...], inside: bool) -> None:  # noqa: ARG001  (as above)
    """Follow a rebase or an amended commit: what the hook of that name runs."""
    _follow("post-rewrite", inside)


@click.command("pre-push", cls=VerbCommand, json_option=False)
@_words
@click.option("--exchange", is_flag=True, hidden=True, help="Exchange the tickets now, without a limit.")
def pre_push(words: tuple[str, ...], exchange: bool) -> int:
    """Take the tickets along with a push, and judge it: what the hook of that name runs."""
    if exchange:
        _exchange()
        return 0
    if _turned_off():
        return 0
    from git_yoi.actions import hook_events
    from git_yoi.render.hook_events import failed_line, pushed_lines

    remote, url = (*words, "", "")[:2]
    try:
        done = hook_events.pre_push(open_session(), remote, url, sys.stdin.buffer.read(), python=sys.executable)
    except YoiError as error:
        tell(failed_line("tickets were not looked at", error.message, "git yoi doctor"))
        return 0
    _tell(pushed_lines(done))
    return EXIT_CODES["findings"] if done.held_back else 0


@click.command("after-push", cls=VerbCommand, json_option=False)
@click.argument("pid", type=int)
@click.argument("started", required=False, default="")
def after_push(pid: int, started: str) -> None:
    """Reconcile once a push has ended: what pre-push leaves behind in the background."""
    from git_yoi.actions import hook_events
    from git_yoi.git.child import Child

    # Nobody hears it, and the next command of the user meets the same, and says so.
    with suppress(YoiError, OSError):
        hook_events.after_push(open_session(), Child(pid, started))


def _follow(hook: str, inside: bool) -> None:
    if _turned_off():
        return
    from git_yoi.actions import hook_events
    from git_yoi.render.hook_events import failed_line, merged_lines

    if inside:
        _tell(merged_lines(hook_events.after_merge(open_session())))
        return
    what, remedy = "merges were not looked at", "git yoi reconcile"
    try:
        done = hook_events.within_limit(open_session(), (hook, "--inside"), python=sys.executable)
    except YoiError as error:
        tell(failed_line(what, error.message, remedy))
        return
    if done is not None:
        _tell(done.lines)
        if done.failure is not None:
            tell(failed_line(what, done.failure, remedy))


def _exchange() -> None:
    from git_yoi.actions.sync import sync
    from git_yoi.render.hook_events import synced_lines

    _tell(synced_lines(sync(open_session())))


def _turned_off() -> bool:
    return os.environ.get("GIT_YOI_HOOKS") == "0"


def _tell(lines: Iterable[str]) -> None:
    for line in lines:
        tell(line)
