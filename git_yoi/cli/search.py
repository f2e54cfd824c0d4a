"""`git yoi search`."""

from __future__ import annotations

import click

from git_yoi.cli.command import VerbCommand, open_session, put, wants
from git_yoi.cli.terminal import output_style


@click.command("search", cls=VerbCommand)
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most N tickets.")
def command(words: tuple[str, ...], limit: int | None) -> None:
    """Search titles, descriptions and entries for tickets that hold every word; "two words" in quotes is a phrase."""
    from git_yoi.actions.search import search
    from git_yoi.render.search import search_json, search_text

    style = output_style()
    hits = search(open_session(), words, limit=limit, places=wants("json") or style.width is not None)
    ids = "\n".join(hit.listed.ticket.id for hit in hits)
    put(search_json(hits) if wants("json") else None, lambda: search_text(hits, style), quiet=ids)
