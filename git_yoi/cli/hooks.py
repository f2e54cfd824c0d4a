"""`git yoi hooks`."""

from __future__ import annotations

import sys

import click

from git_yoi.cli.command import VerbCommand, open_session, put
from git_yoi.cli.output import tell
from git_yoi.errors import EXIT_CODES


@click.group("hooks", no_args_is_help=False)
def command() -> None:
    """Guard the repository that everybody pushes to."""


_server = click.option("--server", is_flag=True, help="The guard of a repository that everybody pushes to.")


@command.command("install", cls=VerbCommand)
@_server
def install(server: bool) -> None:
    """Let only sound entries in: a pre-receive hook, beside what is there."""
    from git_yoi.actions import hooks
    from git_yoi.render.hooks import changed_value, installed_text

    hooks.require_server(server)
    done = hooks.install(open_session(), python=sys.executable)
    put(changed_value(done), lambda: installed_text(done))


@command.command("uninstall", cls=VerbCommand)
@_server
def uninstall(server: bool) -> None:
    """Take the guard out; what was there before stays as it was."""
    from git_yoi.actions import hooks
    from git_yoi.render.hooks import changed_value, uninstalled_text

    hooks.require_server(server)
    done = hooks.uninstall(open_session(), python=sys.executable)
    put(changed_value(done), lambda: uninstalled_text(done))


@command.command("status", cls=VerbCommand)
@_server
def status(server: bool) -> int:
    """Prove that the guard fires, by pushing an entry that it must refuse."""
    from git_yoi.actions import hooks
    from git_yoi.render.hooks import status_text, status_value

    hooks.require_server(server)
    found = hooks.status(open_session(), python=sys.executable)
    put(status_value(found), lambda: status_text(found))
    return EXIT_CODES["findings"] if found.probed is not None and not found.probed.fires else 0


@command.command("pre-receive", cls=VerbCommand, json_option=False)
def pre_receive() -> int:
    """Judge a push: what the hook runs, with git's own lines on standard input."""
    from git_yoi.actions import hooks
    from git_yoi.render.hooks import refusal_lines

    refused = hooks.pre_receive(open_session(), sys.stdin.buffer.read())
    # Nothing on standard output: should the pusher have gone, its failure must not become this command's success.
    for line in refusal_lines(refused):
        tell(line)
    return EXIT_CODES["findings"] if refused else 0
