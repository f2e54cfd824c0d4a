"""The settings of a branch, `branch.<name>.*`: removed with it, kept in the trash, and put back with it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from git_yoi.errors import YoiError
from git_yoi.git.branches import head_of
from git_yoi.git.process import Completed
from git_yoi.git.repository import Repository

_FILE = "branch.json"


def keep_settings(repository: Repository, branch: str, folder: Path) -> None:
    """Write them down in a folder of the trash, which need not be there yet; OSError, GitError."""
    found = _read(repository, branch)
    if found:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _FILE).write_text(json.dumps({"branch": branch, "settings": found}), encoding="ascii")


def forget_settings(repository: Repository, branch: str) -> list[str]:
    """Remove what deleting a ref leaves; why not, if not. A branch that is here keeps its own."""
    if head_of(repository, branch) is not None:
        return []
    done = repository.git.run("config", "--local", "--remove-section", f"branch.{branch}", ok=None)
    if done.code == 0 or "no such section" not in done.err:
        return [] if done.code == 0 else [_stays(done)]
    # Git does not find a section that has a bracket in its name, but its keys.
    keys = dict.fromkeys(key for key, _ in _read(repository, branch))
    unset = (repository.git.run("config", "--local", "--unset-all", f"branch.{branch}.{key}", ok=None) for key in keys)
    return [_stays(done) for done in unset if done.code != 0]


def _stays(done: Completed) -> str:
    return f"the configuration of the branch stays: {done.err.strip()}"


def restore_settings(repository: Repository, folder: Path, branch: str, name: str) -> None:
    """Give what was kept of `branch` to a branch `name`, which has none; nothing where none was kept; GitError."""
    if _read(repository, name):
        return
    for key, value in _kept(folder, branch):
        repository.git.run("config", "--local", "--add", f"branch.{name}.{key}", value)


def _read(repository: Repository, branch: str) -> list[list[str]]:
    """Each key without the section's name, with its value, in order."""
    done = repository.git.run("config", "--local", "-z", "--list", ok=None)
    if done.code != 0:
        raise YoiError("io", "the repository's configuration cannot be read", cause=done.err.strip())
    begin, found = f"branch.{branch}.", []
    for item in os.fsdecode(done.out).split("\0"):
        key, _, value = item.partition("\n")
        if key.startswith(begin) and "." not in key[len(begin) :]:
            found.append([key[len(begin) :], value])
    return found


def _kept(folder: Path, branch: str) -> list[tuple[str, str]]:
    try:
        values = json.loads((folder / _FILE).read_bytes())
        return [(str(k), str(v)) for k, v in values["settings"]] if values["branch"] == branch else []
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        # What is not there, or was torn by a crash, is a setting less; the branch is what was asked for.
        return []
