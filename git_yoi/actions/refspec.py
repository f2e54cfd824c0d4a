"""The fetch refspec by which plain `git fetch` brings a remote's tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_yoi.git import refs

if TYPE_CHECKING:
    from git_yoi.actions.session import Session


def add_refspec(session: Session, remote: str) -> None:
    """Let plain `git fetch` bring the remote's tickets along."""
    git, key, wanted = session.repository.git, f"remote.{remote}.fetch", refs.fetch_refspec(remote, session.ref)
    have = git.run("config", "--local", "--get-all", key, ok=(0, 1)).lines
    default = refs.fetch_refspec(remote)
    if default in have and default != wanted:
        # `yoi.ref` names another since; both would write to the same place.
        git.run("config", "--local", "--fixed-value", "--unset-all", key, default)
    if wanted not in have:
        git.run("config", "--local", "--add", key, wanted)
