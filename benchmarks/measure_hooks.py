"""Measure what the hooks of a clone cost a commit on a branch that belongs to no ticket, in `git config --get`.

    python benchmarks/measure_hooks.py [COMMITS] [GIT]...

Each GIT is a git program (the one on the PATH, if none is given); git 2.54 and newer is measured with the hooks as
files and as its configuration has them. Each round commits without the hooks and with them, in changing order, and
asks for one key, so that a busy machine is busy for all alike; the medians count. The aim: at most 3 times one
`git config --get` more; exit status 1 where a figure is over it.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from git_yoi.hooks.client_shim import HOOKS, script

YOI = (sys.executable, "-m", "git_yoi")
AIM = 3.0


def call(directory: Path, *arguments: str) -> float:
    """Wall seconds of a command that must succeed."""
    begun = time.perf_counter()
    subprocess.run(arguments, cwd=directory, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun


def clone(where: Path) -> Path:
    """A repository with tickets, one of them with a branch; a branch of no ticket is checked out."""
    where.mkdir()
    call(where, "git", "init", "-q")
    for key, value in (("user.name", "Ada"), ("user.email", "ada@example.org"), ("gc.auto", "0")):
        call(where, "git", "config", key, value)
    call(where, "git", "commit", "-q", "--allow-empty", "-m", "First")
    call(where, *YOI, "init")
    call(where, "git", "config", "branch.work.yoiTicket", "kqmvzrtnlpwoyxus")
    call(where, "git", "checkout", "-q", "-b", "plain")
    return where


def put_files(where: Path) -> None:
    """The hooks as files, whatever git this is."""
    for hook in HOOKS:
        file = where / ".git/hooks" / hook
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(script(hook, sys.executable, "a file"))
        file.chmod(0o755)


def forms(folder: Path) -> dict[str, Path]:
    """A repository for each form of the hooks that this git has."""
    found = {"files": clone(folder / "files")}
    put_files(found["files"])
    words = subprocess.run(("git", "version"), check=True, capture_output=True, text=True).stdout.split()
    if tuple(int(part) for part in words[2].split(".")[:2]) >= (2, 54):
        found["configuration"] = clone(folder / "configuration")
        call(found["configuration"], *YOI, "hooks", "install")
    return found


def measured(folder: Path, commits: int) -> dict[str, float]:
    """Median seconds of a commit without hooks, of one with each form of them, and of one `git config --get`."""
    places = {"without": clone(folder / "without"), **forms(folder)}
    rows: dict[str, list[float]] = {name: [] for name in (*places, "git config --get")}
    for number in range(commits):
        order = list(places) if number % 2 else list(reversed(places))
        for name in order:
            rows[name].append(call(places[name], "git", "commit", "-q", "--allow-empty", "-m", f"Commit {number}"))
        rows["git config --get"].append(call(places["without"], "git", "config", "--get", "yoi.target"))
    return {name: statistics.median(values) for name, values in rows.items()}


def report(commits: int, git: str) -> tuple[list[str], bool]:
    """Measure with one git: a table in Markdown, and whether every figure is within the aim."""
    os.environ["PATH"] = f"{Path(git).resolve().parent}{os.pathsep}{os.environ['PATH']}"
    version = subprocess.run(("git", "version"), check=True, capture_output=True, text=True).stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        found = measured(Path(folder), commits)
    unit, without = found["git config --get"], found["without"]
    more = {name: (found[name] - without) / unit for name in found if name not in ("without", "git config --get")}
    lines = [f"{version}, {commits} commits each\n", "| | median, ms | more, in `git config --get` |\n|---|---|---|"]
    for name, seconds in found.items():
        figure = f"{more[name]:.2f} (aim {AIM:g})" if name in more else ""
        lines.append(f"| {name} | {1000 * seconds:.2f} | {figure} |")
    return [*lines, ""], max(more.values()) <= AIM


def main(commits: int, gits: list[str]) -> int:
    """Measure with each git; the exit status."""
    good = True
    for git in gits:
        lines, within = report(commits, git)
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        good = good and within
    return 0 if good else 1


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    sys.exit(main(count, sys.argv[2:] or [shutil.which("git") or "git"]))
