"""`git yoi doctor`."""

from __future__ import annotations

import sys

import click

from git_yoi.cli.command import VerbCommand, open_session, put
from git_yoi.errors import EXIT_CODES


@click.command("doctor", cls=VerbCommand)
@click.option("--fix", is_flag=True, help="Mend what can be mended without losing anything.")
@click.option("--offline", is_flag=True, help="Do not ask the shared remote.")
def command(*, fix: bool, offline: bool) -> int:
    """Look at everything around the tickets: settings, refs, index, claims, worktrees, the shared remote.

    Each finding says what was observed, what was expected, and the fix.
    """
    from git_yoi.actions.doctor import doctor
    from git_yoi.render.doctor import examined_text, examined_value

    examined = doctor(open_session(), python=sys.executable, fix=fix, offline=offline)
    put(examined_value(examined), lambda: examined_text(examined))
    return EXIT_CODES["findings"] if examined.problems else 0
