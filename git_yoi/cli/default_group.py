"""A verb with verbs of its own, one of which is meant where none is named."""

from __future__ import annotations

from typing import Any

import click


class DefaultGroup(click.Group):
    """Without a subcommand it does what `default` does: the one thing that there is to see."""

    def __init__(self, *args: Any, default: str, **kwargs: Any) -> None:
        """Take what `click.Group` takes; `default` is a subcommand's name."""
        super().__init__(*args, **kwargs)
        self._default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default where a subcommand is missing, so that its options work without it too."""
        if not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names):
            args = [self._default, *args]
        return super().parse_args(ctx, args)
