"""`git yoi demo`."""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from git_yoi.cli.command import VerbCommand, wants
from git_yoi.cli.output import say

if TYPE_CHECKING:
    from git_yoi.actions.demo import Played

# Not `-m git_yoi`: the package that runs now is the one that must play, also where it is run without being installed.
_AGAIN = "import sys; sys.path.append(sys.argv.pop(1)); from git_yoi.cli.main import main; main()"


@click.command("demo", cls=VerbCommand, json_option=False)
@click.argument("directory", metavar="[DIR]", required=False)
def command(directory: str | None) -> None:
    """Play the whole story in a throw-away repository."""
    import git_yoi
    from git_yoi.actions.demo import set_stage

    package = str(Path(git_yoi.__file__).resolve().parents[1])
    program = [sys.executable, "-P", "-c", _AGAIN, package]
    root = Path(directory).absolute() if directory else Path(tempfile.mkdtemp(prefix="git-yoi-demo-"))
    stage = set_stage(root, program, os.environ, named=directory is not None)
    for played in stage.play():
        if not wants("quiet"):
            _tell(played)
    left = shlex.quote(str(stage.repository))
    say(str(stage.repository) if wants("quiet") else f"\nThe repository is left for a look:\n  cd {left}")


def _tell(played: Played) -> None:
    if played.about:
        say(f"\n# {played.about}")
    say(f"$ {played.command}")
    if played.output.strip():
        say(played.output.rstrip("\n"))
    if played.code:
        say(f"(exit status {played.code})")
