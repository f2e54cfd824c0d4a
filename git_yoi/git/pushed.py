"""What a push brings to a remote's branches: its new commits, by the tickets that their trailers name."""

from __future__ import annotations

import os
from collections.abc import Collection

from git_yoi.git.evidence import kinds
from git_yoi.git.network import is_partial
from git_yoi.git.repository import Repository

# A first push of a whole history is judged by its newest commits: a tenth of a second of git's time.
_MOST = 10_000
_FORMAT = "--format=%H%x00%(trailers:key=Ticket,valueonly,unfold,separator=%x00)"


def named_tickets(
    repository: Repository, tips: Collection[str], there: Collection[str], remote: str
) -> dict[str, list[str]]:
    """What the `Ticket:` trailers of the commits that are new to a remote say, each with its commits; GitError.

    `there` are the commits that the remote has at these branches, `remote` is its name, or a URL.
    """
    if not tips:
        return {}
    # In a partial clone git would go and fetch what it is asked about.
    known = (
        [] if is_partial(repository) else [oid for oid, kind in kinds(repository, there).items() if kind == "commit"]
    )
    done = repository.git.run(
        *("--no-replace-objects", "-c", "trailer.separators=:", "rev-list", "--no-commit-header"),
        *("--encoding=UTF-8", f"--max-count={_MOST}", _FORMAT),
        *(*tips, "--not", *known, f"--remotes={remote}"),
    )
    found: dict[str, list[str]] = {}
    for line in done.out.decode(errors="replace").split("\n"):
        commit, *values = line.split("\0")
        for value in dict.fromkeys(value.strip() for value in values):
            if value:
                found.setdefault(value, []).append(commit)
    return found


def urls_of(repository: Repository, remote: str) -> frozenset[str]:
    """The URLs that git fetches a remote from, or pushes to, as `url.*.insteadOf` has it; none where there is none."""
    asked = (("--all",), ("--push", "--all"))
    lines = (line for words in asked for line in repository.git.run("remote", "get-url", *words, remote, ok=None).lines)
    return frozenset(os.fspath(line) for line in lines if line)
