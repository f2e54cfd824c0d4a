"""The editor that git would open."""

from __future__ import annotations

from git_yoi.git.repository import Repository


def editor_command(repository: Repository) -> str | None:
    """The shell command of the user's editor ($GIT_EDITOR, core.editor, $VISUAL, $EDITOR, git's own), or None."""
    done = repository.here.run("var", "GIT_EDITOR", ok=None)
    return done.text if done.code == 0 and done.text else None
