"""Which ticket a branch of this clone belongs to: `branch.<name>.yoiTicket`, in the local configuration.

It is there for the hooks, which ask git alone. Git itself moves it with `git branch -m`, and ends it with the branch.
"""

from __future__ import annotations

import os
import random
import time

from git_yoi.git.process import GitError
from git_yoi.git.repository import Repository

_KEY = "yoiTicket"
# Starts at once in one clone meet at the lock of its configuration, which git does not wait for: some milliseconds.
_PATIENCE_SECONDS = 2.0


def tickets_of_branches(repository: Repository) -> dict[str, str]:
    """The ticket of each branch that has one, as the configuration was when the repository was opened."""
    found = {}
    for item in repository.configuration.split(b"\0"):
        key, _, value = os.fsdecode(item).partition("\n")
        section, dot, name = key.rpartition(".")
        if dot and name.lower() == _KEY.lower() and section.startswith("branch."):
            found[section.removeprefix("branch.")] = value
    return found


def ticket_of(repository: Repository, branch: str) -> str | None:
    """The ticket of a branch, as the configuration is now; None where it has none; GitError."""
    return repository.git.run("config", "--get", f"branch.{branch}.{_KEY}", ok=(0, 1)).text or None


def note_ticket(repository: Repository, branch: str, ticket_id: str) -> None:
    """Record the ticket of a branch, unless it stands there; GitError."""
    if tickets_of_branches(repository).get(branch) == ticket_id:
        return
    arguments = ("config", "--local", "--replace-all", f"branch.{branch}.{_KEY}", ticket_id)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        done = repository.git.run(*arguments, ok=None)
        if done.code == 0:
            return
        if "could not lock" not in done.err or "File exists" not in done.err or time.monotonic() > deadline:
            raise GitError(arguments, done)
        time.sleep(random.uniform(0.002, 0.02))  # noqa: S311  (jitter, no secret)
