"""Exchanges of one clone take turns: eight starts at once would otherwise race each other through the network.

Nothing rests on this lock; the lease at the remote and the compare-and-swap here decide. It also tells the next
exchange that one was killed: git may have left lock files on our refs then, which would stop every later one.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from git_yoi.git.lock_files import remove_left_behind
from git_yoi.git.repository import Repository

# One exchange over a slow line takes seconds; a stopped process must not keep the others for ever.
_PATIENCE_SECONDS = 60.0


@contextmanager
def turn_at_remote(repository: Repository, refs: Sequence[str], now: float) -> Iterator[None]:
    """Hold the clone's turn, or go on without it where it cannot be had; `now` is in seconds since the epoch.

    `refs` are those that an exchange moves: lock files that a killed one left on them are removed first; OSError.
    """
    descriptor = _opened(repository.private / "exchange.lock")
    if descriptor is None:
        yield
        return
    try:
        if not _wait(descriptor):
            yield
            return
        begun = os.pread(descriptor, 32, 0).strip()
        if begun.isdigit():
            remove_left_behind(_locks(repository, refs), since=int(begun) * 10**9)
        os.pwrite(descriptor, b"%-16d" % int(now), 0)
        yield
        # Not after a failure: it may have been that git was killed, and not this process.
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int | None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError:
        # A repository that cannot be written: what moves its refs will say so, in better words.
        return None


def _wait(descriptor: int) -> bool:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            import random

            time.sleep(random.uniform(0.005, 0.05))  # noqa: S311  (jitter, no secret)
        except OSError:
            # A file system without such locks.
            return False
        else:
            return True
    return False


def _locks(repository: Repository, refs: Sequence[str]) -> Iterator[Path]:
    for ref in refs:
        yield repository.common_dir / f"{ref}.lock"
    # Where refs are kept as reftables, one lock stands for all of them.
    yield repository.common_dir / "reftable" / "tables.list.lock"
