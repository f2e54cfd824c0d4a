"""Writers of one clone take turns, so that each builds its entry once.

The compare-and-swap alone is right, and slow: of 8 writers at once 7 build in vain, and start again; 400 comments took
183 s so, on two busy cores. Nothing rests on this lock: who cannot have it soon goes on without, and the ref decides.
"""

from __future__ import annotations

import fcntl
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# A turn takes some 50 ms; a stopped process must not keep the others for long.
PATIENCE_SECONDS = 3.0


@contextmanager
def turn(private: Path) -> Iterator[None]:
    """Hold the clone's writing turn, or go on without it where it cannot be had; it ends with the process at last."""
    descriptor = _opened(private)
    if descriptor is None:
        yield
        return
    try:
        _wait(descriptor)
        yield
    finally:
        os.close(descriptor)


def _opened(private: Path) -> int | None:
    try:
        private.mkdir(parents=True, exist_ok=True)
        return os.open(private / "turn.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError:
        # A repository that cannot be written: the entry's own objects will say so, in better words.
        return None


def _wait(descriptor: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return
            time.sleep(random.uniform(0.002, 0.01))  # noqa: S311  (jitter, no secret)
            continue
        except OSError:
            # A file system without such locks.
            return
        return
