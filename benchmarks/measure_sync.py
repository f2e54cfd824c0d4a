"""Measure `sync` against plain git on the same ref: with nothing new, and for the first time.

    python benchmarks/measure_sync.py [TICKETS] [ROUNDS]

Each round runs everything in turn, so that a busy machine is busy for all alike; the median counts.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from make_repo import make
from measure import BARE, INDEX, YOI, run

REFSPEC = "+refs/yoi/tickets*:refs/yoi/remotes/origin/tickets*"


def git(directory: Path, *arguments: str) -> float:
    """Wall seconds of a git command that must succeed."""
    begun = time.perf_counter()
    subprocess.run(("git", *arguments), cwd=directory, check=True, capture_output=True)
    return time.perf_counter() - begun


def fresh(folder: Path, name: str) -> Path:
    """A new repository that has begun tickets and knows the hub, and nothing of what is there."""
    where = folder / name
    shutil.rmtree(where, ignore_errors=True)
    where.mkdir()
    git(where, "init", "-q")
    for key, value in (("user.name", "Ada"), ("user.email", "ada@example.org"), ("gc.auto", "0")):
        git(where, "config", key, value)
    git(where, "commit", "-q", "--allow-empty", "-m", "First")
    run(where, *YOI, "init")
    git(where, "remote", "add", "origin", str(folder / "hub.git"))
    return where


def first(folder: Path) -> dict[str, float]:
    """Seconds of a plain fetch, of the index of what it brought, and of a first sync."""
    plain = fresh(folder, "plain")
    fetched = git(plain, "fetch", "-q", "origin", REFSPEC)
    git(plain, "update-ref", "refs/yoi/tickets", "refs/yoi/remotes/origin/tickets")
    (plain / INDEX).unlink(missing_ok=True)
    indexed = run(plain, *YOI, "list", "--limit", "1")[0]
    synced = run(fresh(folder, "synced"), *YOI, "sync", "--quiet")[0]
    return {"plain fetch": fetched, "index": indexed, "first sync": synced}


def nothing_new(folder: Path) -> dict[str, float]:
    """Seconds of a bare start, of a fetch, and of a sync, where there is nothing to bring."""
    where = folder / "synced"
    return {
        "bare start": run(where, *BARE)[0],
        "fetch, nothing new": git(where, "fetch", "-q", "--no-tags", "origin", REFSPEC),
        "sync, nothing new": run(where, *YOI, "sync", "--quiet")[0],
    }


def report(tickets: int, rounds: int) -> Iterator[str]:
    """Measure, give a table in Markdown, and the two ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder / "source", tickets)
        git(folder, "init", "-q", "--bare", "hub.git")
        git(folder / "source", "push", "-q", str(folder / "hub.git"), "refs/yoi/tickets:refs/yoi/tickets")
        found = [first(folder) for _ in range(max(1, rounds // 5))]
        again = [nothing_new(folder) for _ in range(rounds)]
    medians = {k: statistics.median(one[k] for one in rows) for rows in (found, again) for k in rows[0]}
    yield f"{tickets} tickets, {6 * tickets} entries, {rounds} rounds\n"
    yield "| | median, ms |\n|---|---|"
    yield from (f"| {what} | {1000 * seconds:.0f} |" for what, seconds in medians.items())
    both = medians["plain fetch"] + medians["index"]
    yield f"\nfirst sync: {medians['first sync'] / both:.2f} times the plain fetch plus the index (aim 2)"
    left = medians["sync, nothing new"] - medians["bare start"]
    yield f"nothing new: start-up plus {left / medians['fetch, nothing new']:.2f} times the fetch (aim 3)"


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    for line in report(*(given + [10_000, 15][len(given) :])):
        sys.stdout.write(f"{line}\n")
