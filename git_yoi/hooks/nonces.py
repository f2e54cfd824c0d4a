"""Entries of a push that stand in the record already.

`fsck` compares all of it. That is too much for a push, so here the last stretch must do: who sends an entry twice by
mistake does it soon, and an older one said again changes nothing that its author could not have said anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from git_yoi.codec.json_line import CorruptError
from git_yoi.git.ancestry import Parents
from git_yoi.git.objects import Objects
from git_yoi.git.process import Git
from git_yoi.store.entry_commit import read_entry
from git_yoi.store.findings import Problem
from git_yoi.store.join import read_rejected

# A tenth of a second of git's time, however long the history is.
_LOOKED_BACK = 5000
_FORMAT = "--format=%H %(trailers:key=Yoi-Nonce,valueonly,separator=%x2C)"
# The message as it stands, whatever encoding its commit claims.
_AS_IT_STANDS = "--encoding=none"


def repeated(git: Git, objects: Objects, new: Parents, old: str | None) -> Iterator[Problem]:
    """A finding for each entry that has an effect, and the nonce of one that was published lately."""
    if old is None:
        return
    published = _nonces(git, old)
    joins = [oid for oid, parents in new.items() if len(parents) > 1]
    without_effect = {commit for oid in joins for commit, _ in read_rejected(objects.commit(oid).message)}
    for oid in [oid for oid, parents in new.items() if len(parents) == 1 and oid not in without_effect]:
        with suppress(CorruptError):
            entry = read_entry(objects, oid)
            if entry.nonce in published:
                message = f"it stands there already, as {published[entry.nonce][:12]}"
                yield Problem("duplicate", oid, message, frozenset({entry.ticket}))


def _nonces(git: Git, tip: str) -> dict[str, str]:
    arguments = ("rev-list", "--no-commit-header", _AS_IT_STANDS, _FORMAT, f"--max-count={_LOOKED_BACK}", tip, "--")
    rows = (line.split(" ", 1) for line in git.run("--no-replace-objects", *arguments).lines)
    # git takes `yoi-nonce`, of which we know nothing, for one as well.
    return {nonce: row[0] for row in rows if len(row) > 1 for nonce in row[1].split(",") if nonce}
