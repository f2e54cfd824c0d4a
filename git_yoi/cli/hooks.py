"""`git yoi hooks`."""

from __future__ import annotations

import sys

import click

from git_yoi.cli.command import VerbCommand, open_session, put, wants
from git_yoi.cli.default_group import DefaultGroup
from git_yoi.cli.hook_events import register
from git_yoi.cli.output import tell
from git_yoi.errors import EXIT_CODES, YoiError


@click.group("hooks", cls=DefaultGroup, default="status")
def command() -> None:
    """Tie tickets to what git does here, or guard the repository that everybody pushes to."""


register(command)

_server = click.option("--server", is_flag=True, help="The guard of a repository that everybody pushes to.")


@command.command("install", cls=VerbCommand)
@_server
def install(server: bool) -> None:
    """Put the hooks of this clone in, beside what is there; with --server, let only sound entries in."""
    if server:
        from git_yoi.actions import hooks
        from git_yoi.render.hooks import changed_value, installed_text

        guard = hooks.install(open_session(), python=sys.executable)
        put(changed_value(guard), lambda: installed_text(guard))
        return
    from git_yoi.actions import client_hooks
    from git_yoi.render import client_hooks as render

    try:
        done = client_hooks.install(open_session(), python=sys.executable)
    except YoiError as error:
        _show_obstacles(error)
        raise
    put(render.changed_value(done), lambda: render.installed_text(done))


def _show_obstacles(error: YoiError) -> None:
    """Where other hooks stand in the way, the lines to add are what people need: text, or the error's data."""
    from git_yoi.hooks.client_place import Obstacle
    from git_yoi.render.client_hooks import obstacles_text, obstacles_value

    if isinstance(error.data, tuple) and all(isinstance(one, Obstacle) for one in error.data):
        if not wants("json"):
            tell(obstacles_text(error.data))
        error.data = obstacles_value(error.data)


@command.command("uninstall", cls=VerbCommand)
@_server
def uninstall(server: bool) -> None:
    """Take the hooks out, or the guard; what was there before stays as it was."""
    if server:
        from git_yoi.actions import hooks
        from git_yoi.render.hooks import changed_value, uninstalled_text

        guard = hooks.uninstall(open_session(), python=sys.executable)
        put(changed_value(guard), lambda: uninstalled_text(guard))
        return
    from git_yoi.actions import client_hooks
    from git_yoi.render import client_hooks as render

    done = client_hooks.uninstall(open_session(), python=sys.executable)
    put(render.changed_value(done), lambda: render.uninstalled_text(done))


@command.command("status", cls=VerbCommand)
@_server
def status(server: bool) -> int:
    """Prove that the hooks fire, by letting git run each; or the guard, by pushing an entry that it must refuse."""
    if server:
        from git_yoi.actions import hooks
        from git_yoi.render.hooks import status_text, status_value

        guard = hooks.status(open_session(), python=sys.executable)
        put(status_value(guard), lambda: status_text(guard))
        return EXIT_CODES["findings"] if guard.probed is not None and not guard.probed.fires else 0
    from git_yoi.actions import client_hooks
    from git_yoi.render import client_hooks as render

    found = client_hooks.status(open_session(), python=sys.executable)
    put(render.status_value(found), lambda: render.status_text(found))
    return EXIT_CODES["findings"] if found.probed and not found.fires else 0


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
