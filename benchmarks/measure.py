"""Measure the verbs on a repository of many tickets, as ratios to a bare start of Python with the same libraries.

    python benchmarks/measure.py [TICKETS] [ROUNDS]

Everything is run in turn, round after round, so that a busy machine is busy for all alike; the median counts.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from make_repo import make

BARE = ("-c", "import click, sqlite3, subprocess")
# The installed program, as people start it: `python -m` takes 7 ms more.
YOI = (str(Path(sys.executable).with_name("git-yoi")),)
INDEX = Path(".git/yoi/index.sqlite3")


def run(directory: Path, *arguments: str) -> tuple[float, float, str]:
    """Wall seconds, peak memory in MB and standard output of one Python child."""
    with tempfile.TemporaryFile() as out:
        begun = time.perf_counter()
        child = subprocess.Popen((sys.executable, *arguments), cwd=directory, stdout=out, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        if child.returncode != 0:
            raise RuntimeError(f"{arguments} ended with {child.returncode}")
        return seconds, used.ru_maxrss / 1024, out.read().decode()


def verbs(directory: Path) -> dict[str, tuple[str, ...]]:
    """What is measured, with a ticket of the repository."""
    ticket = run(directory, *YOI, "list", "--limit", "1", "--quiet")[2].strip()
    return {
        "bare start": BARE,
        "list": (*YOI, "list"),
        "list --json": (*YOI, "list", "--json"),
        "show": (*YOI, "show", ticket),
        "search": (*YOI, "search", "worktree", "認証", "--limit", "20"),
        "status": (*YOI, "status"),
        "comment": (*YOI, "comment", ticket, "-m", "words"),
    }


def medians(directory: Path, rounds: int) -> dict[str, tuple[float, float]]:
    """Median seconds and greatest memory of every verb; `ready` on a new planning ticket each time."""
    commands = verbs(directory)
    seconds: dict[str, list[float]] = {name: [] for name in (*commands, "ready")}
    memory: dict[str, list[float]] = {name: [] for name in seconds}
    for _ in range(rounds):
        planned = run(directory, *YOI, "new", "Measured", "-m", "A description.", "--quiet")[2].strip()
        for name, command in {**commands, "ready": (*YOI, "ready", planned)}.items():
            took, used, _ = run(directory, *command)
            seconds[name].append(took)
            memory[name].append(used)
    return {name: (statistics.median(seconds[name]), max(memory[name])) for name in seconds}


def rebuild(directory: Path) -> tuple[float, float]:
    """Seconds of a `list` that finds no index, and of `git log` of the same ref."""
    (directory / INDEX).unlink()
    cold, _, _ = run(directory, *YOI, "list", "--limit", "1")
    begun = time.perf_counter()
    subprocess.run(("git", "log", "refs/yoi/tickets"), cwd=directory, stdout=subprocess.DEVNULL, check=True)
    return cold, time.perf_counter() - begun


def imported(directory: Path, target: Path) -> float:
    """Seconds of importing what the repository exports."""
    lines = run(directory, *YOI, "export", "jsonl")[2]
    (target.parent / "export.jsonl").write_text(lines)
    for command in (("init", "-q", str(target)), ("-C", str(target), "commit", "-q", "--allow-empty", "-m", "First")):
        subprocess.run(("git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *command), check=True)
    for key, value in (("user.name", "Ada"), ("user.email", "ada@example.org")):
        subprocess.run(("git", "-C", str(target), "config", key, value), check=True)
    run(target, *YOI, "init")
    return run(target, *YOI, "import", "jsonl", str(target.parent / "export.jsonl"))[0]


def report(tickets: int, rounds: int) -> Iterator[str]:
    """Make a repository, measure, give a table in Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "repo"
        make(directory, tickets)
        cold, log = rebuild_first(directory)
        found = medians(directory, rounds)
        bare = found["bare start"][0]
        yield f"{tickets} tickets, {6 * tickets} entries, {rounds} rounds\n"
        yield "| | median, ms | ratio | peak, MB |\n|---|---|---|---|"
        for name, (seconds, memory) in found.items():
            yield f"| {name} | {1000 * seconds:.0f} | {seconds / bare:.2f} | {memory:.0f} |"
        yield f"| list without an index | {1000 * cold:.0f} | {cold / log:.2f} times `git log` | |"
        if tickets <= 1000:
            seconds = imported(directory, Path(folder) / "import")
            yield f"| import of {tickets} tickets | {1000 * seconds:.0f} | {seconds / bare:.0f} | |"


def rebuild_first(directory: Path) -> tuple[float, float]:
    """Build the index once, so that `rebuild` finds one to delete."""
    run(directory, *YOI, "list", "--limit", "1")
    return rebuild(directory)


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    for line in report(*(given + [1000, 15][len(given) :])):
        sys.stdout.write(f"{line}\n")
