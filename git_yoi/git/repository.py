"""Finding the repository, and what of it every command needs to know."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from git_yoi.errors import YoiError
from git_yoi.git.process import Git


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository as seen from one directory; every path is absolute.

    `git_dir` belongs to this worktree, `common_dir` to all of them; `top` is this worktree's root, None in a bare
    repository. `git` runs in the common directory and sees refs, objects and shared configuration. `kept`: see `Git`.
    """

    directory: Path
    git_dir: Path
    common_dir: Path
    top: Path | None
    bare: bool
    shallow: bool
    object_format: str
    environment: Mapping[str, str]
    configuration: bytes = b""
    kept: frozenset[str] = frozenset()

    @property
    def git(self) -> Git:
        """Git on the shared parts of the repository: refs, objects."""
        return Git(self.common_dir, self.environment, self.common_dir, self.kept)

    @property
    def here(self) -> Git:
        """Git as the user's own directory sees it: this worktree's HEAD, index and configuration."""
        return Git(self.directory, self.environment, self.git_dir, self.kept)

    @property
    def root(self) -> Git:
        """Git where relative paths in its configuration begin: this worktree's root, a bare repository's own folder."""
        return self.git if self.top is None else self.at(self.top)

    def at(self, worktree: Path) -> Git:
        """Git in a worktree, found from its directory."""
        # With `core.worktree` alone nothing in the directory leads to the repository.
        alone = worktree == self.top and not os.path.lexists(worktree / ".git")
        return Git(worktree, self.environment, self.git_dir if alone else None, self.kept)

    @property
    def private(self) -> Path:
        """Where this program keeps what is local: claims, journal, index, trash."""
        return self.common_dir / "yoi"

    @property
    def zero(self) -> str:
        """The object id that stands for "no such ref"."""
        return "0" * (64 if self.object_format == "sha256" else 40)


def discover(directory: Path, environment: Mapping[str, str], *, explicit: bool = False) -> Repository:
    """Find the repository of `directory`; with `explicit` (`-C`) a GIT_DIR in the environment does not count."""
    names = () if explicit else ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR")
    extra = {name: environment[name] for name in names if name in environment}
    git = Git(directory, environment)
    # Every command reads the configuration next: asked at the same time, it costs no time of its own.
    configuration = git.begin("config", "-z", "--list", extra=extra)
    done = git.run(
        "rev-parse",
        "--path-format=absolute",
        "--git-dir",
        "--git-common-dir",
        "--is-bare-repository",
        "--is-shallow-repository",
        "--show-object-format",
        # Last, because it fails where there is no worktree, and git has answered all else by then.
        "--show-toplevel",
        ok=None,
        extra=extra,
    )
    listed = configuration()
    answers = done.lines
    inside = done.code == 0
    if len(answers) < 5 or (not inside and "work tree" not in done.err):
        raise _none(directory, done.err)
    if len(answers) != (6 if inside else 5):
        raise YoiError(
            "no-repository",
            "the repository's path holds a line break",
            cause="git cannot be asked about it reliably",
            hint="rename the folder",
        )
    git_dir, common_dir, bare, shallow, object_format = answers[:5]
    return Repository(
        directory=directory,
        git_dir=Path(git_dir),
        common_dir=Path(common_dir),
        top=Path(answers[5]) if inside else None,
        bare=bare == "true",
        shallow=shallow == "true",
        object_format=object_format,
        environment=environment,
        configuration=listed.out,
    )


def _none(directory: Path, said: str) -> YoiError:
    if "dubious ownership" in said:
        return YoiError(
            "no-repository",
            f"git does not trust the repository at {directory}",
            cause="it belongs to another user",
            hint="`git status` there says how to trust it (safe.directory)",
        )
    if "safe.bareRepository" in said:
        return YoiError(
            "no-repository",
            f"git takes the bare repository at {directory} only by its name",
            cause="safe.bareRepository is 'explicit'",
            hint="git --git-dir=DIR yoi ...",
        )
    if "unknown option" in said or "path-format" in said:
        return YoiError("git-version", "this git is too old", hint="install git 2.38 or newer")
    last = said.strip().splitlines()[-1].removeprefix("fatal: ") if said.strip() else ""
    return YoiError(
        "no-repository",
        f"{directory} is not in a git repository",
        cause=last if "not a git repository" not in last else "",
        hint="change into one, or name it: git yoi -C DIR ...",
    )
