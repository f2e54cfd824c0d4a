"""What `sync`, `pull` and `push` share: one exchange, shown."""

from __future__ import annotations

from dataclasses import replace

import click

from git_yoi.cli.command import open_session, put
from git_yoi.cli.progress import progress

REWRITE = click.option("--accept-rewrite", is_flag=True, help="Go on upon a remote whose entries were rewritten.")


def run_exchange(remote: str | None, *, send: bool, take: bool, accept_rewrite: bool = False) -> None:
    """Exchange entries with the shared remote, in both directions or in one, and put out what came of it."""
    from git_yoi.actions.sync import as_they_are, sync
    from git_yoi.render.sync import most_telling, synced_text, synced_value

    session = replace(open_session(), progress=progress("sync", "entries checked"))
    result = sync(session, remote=remote, send=send, take=take, accept_rewrite=accept_rewrite)

    def text() -> str:
        return synced_text(result, as_they_are(session, result, most_telling(result)), sends=send)

    put(synced_value(result), text)
