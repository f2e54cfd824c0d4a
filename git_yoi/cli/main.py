"""The entry point: finds the verb's module, runs it, and turns every failure into three lines and an exit code."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from types import FrameType
from typing import NoReturn

import click

from git_yoi import __version__
from git_yoi.cli.failure import exit_with
from git_yoi.cli.output import divert, say, stand_in_for_closed
from git_yoi.cli.verbs import ALIASES, VERBS


class VerbGroup(click.Group):
    """A group that imports a verb's module only when it is called: start-up is a feature."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """Every verb, in the order of the manual."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  (as above)
        """The verb's command; an alias leads to the same one."""
        verb = ALIASES.get(cmd_name, cmd_name)
        if verb not in VERBS:
            return None
        command = import_module(f"git_yoi.cli.{VERBS[verb].module}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"{verb} has no command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Say which verbs are near when there is none of that name."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], [*VERBS, *ALIASES], n=3)
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            raise click.UsageError(f"there is no verb {args[0]!r}{hint}", ctx=error.ctx) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  (as above)
        """List the verbs from their table, so that help imports none of them."""
        for section in dict.fromkeys(verb.section for verb in VERBS.values()):
            with formatter.section(section):
                formatter.write_dl([(name, v.summary) for name, v in VERBS.items() if v.section == section])


@click.group(
    cls=VerbGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("-C", "directory", metavar="DIR", help="Run as if started in DIR.")
@click.version_option(__version__, message="git-yoi %(version)s")
@click.pass_context
def cli(ctx: click.Context, directory: str | None) -> None:
    """Tickets that live inside the Git repository, one ref beside the code."""
    ctx.obj = {"directory": directory}
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program; exits with the contract's code."""
    # Start-up makes many objects that all stay: looking through them for garbage takes 5 ms and finds none.
    gc.set_threshold(50_000)
    stand_in_for_closed()
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        result = cli.main(args=given, prog_name="git yoi", standalone_mode=False)
        say("", nl=False)
    except BrokenPipeError:
        # The reader (head, say) has had enough: that is no failure, and Python must not complain at exit either.
        divert(sys.stdout)
        sys.exit(0)
    except BaseException as error:  # noqa: BLE001  (this is where every failure gets its words)
        exit_with(error, given)
    sys.exit(result if isinstance(result, int) else 0)


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def program() -> NoReturn:
    """The program as a process of its own: `main`, without the 8 ms in which Python would take itself apart."""
    code: int | str | None = 1
    for number in (signal.SIGTERM, signal.SIGHUP):
        # As Ctrl-C: whatever was begun is put away. What `nohup` ignores stays ignored.
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)
    try:
        main()
    except SystemExit as leaving:
        code = leaving.code
    with suppress(OSError, ValueError):
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)
