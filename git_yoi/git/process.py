"""Running the `git` program; what else the user has named to be run is in `programs`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from git_yoi.errors import YoiError
from git_yoi.git.shared import childrens_umask

# What `git rev-parse --local-env-vars` lists: hooks export some of these, and they beat `git -C` (design.md, 4).
# GIT_CONFIG_PARAMETERS and GIT_CONFIG_COUNT stay: they carry the `-c name=value` that the user typed.
REPOSITORY_VARIABLES = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_CONFIG",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_INTERNAL_SUPER_PREFIX",
        "GIT_NAMESPACE",
        "GIT_NO_REPLACE_OBJECTS",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_QUARANTINE_PATH",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)

# With grafts a commit seems to have other parents than it has. Only another file in their place turns them off; one
# that is there, even an empty one, makes git print advice, and this can never be.
NO_GRAFTS = {"GIT_GRAFT_FILE": "/dev/null/none"}


class Completed(NamedTuple):
    """What a child left: its exit code, standard output as bytes, and standard error as text."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """Standard output without its last line feed, undecodable bytes kept as surrogates."""
        return os.fsdecode(self.out).removesuffix("\n")

    @property
    def lines(self) -> list[str]:
        """The lines of standard output."""
        return self.text.split("\n") if self.out else []


_TOLD_LINES, _TOLD = 3, 400


class GitError(YoiError):
    """A git child failed in a way that its caller did not foresee."""

    def __init__(self, arguments: Sequence[str], done: Completed) -> None:
        """Say which git command failed, and the last thing that git said about it."""
        said = [line.strip() for line in done.err.splitlines() if line.strip()]
        # What a hook or a filter said stands above git's own last word.
        cause = " / ".join(said[-_TOLD_LINES:])[-_TOLD:] if said else f"git exited with status {done.code}"
        code, hint = _judge(done.err)
        super().__init__(code, f"git {' '.join(_verb(arguments))} failed", cause=cause, hint=hint)
        self.done = done


def _verb(arguments: Sequence[str]) -> list[str]:
    # What follows `-c` and `-C` is theirs.
    pairs = zip(("", *arguments), arguments, strict=False)
    return [a for before, a in pairs if not a.startswith("-") and before not in ("-c", "-C")][:1] or ["?"]


def _judge(stderr: str) -> tuple[str, str]:
    """The error code and the hint that git's words call for."""
    if "No space left" in stderr or "Disk quota" in stderr:
        return "io", "free some disk space, then run the same command again"
    if any(sign in stderr for sign in ("Read-only file system", "Permission denied", "insufficient permission")):
        return "read-only", "make the repository writable for this user, then run the same command again"
    if "aborted by hook" in stderr or "hook declined" in stderr:
        return "protected", "a hook of this repository forbids it; nothing was changed"
    return "io", "see to what git says, then run the same command again; `git yoi doctor` looks around"


@dataclass(frozen=True, slots=True)
class Git:
    """The git program in one directory; `environment` is scrubbed of what ties git to another repository.

    `kept` are variables to spare: a hook's, whose objects nobody else sees. `words` stand before every command.
    """

    directory: Path
    environment: Mapping[str, str]
    git_dir: Path | None = None
    kept: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()

    def run(
        self,
        *arguments: str,
        data: bytes | None = None,
        ok: Sequence[int] | None = (0,),
        extra: Mapping[str, str] | None = None,
        started: Callable[[int], None] | None = None,
    ) -> Completed:
        """Run `git *arguments`; GitError unless its exit code is in `ok` (None: any). `started` gets the pid."""
        done = self.begin(*arguments, data=data, extra=extra, started=started)()
        if ok is not None and done.code not in ok:
            raise GitError(arguments, done)
        return done

    def begin(
        self,
        *arguments: str,
        data: bytes | None = None,
        extra: Mapping[str, str] | None = None,
        started: Callable[[int], None] | None = None,
    ) -> Callable[[], Completed]:
        """Start `git *arguments`; the call of the result waits for its end. `started` gets the child's pid."""
        try:
            child = subprocess.Popen(
                ["git", *self.words, *arguments],
                cwd=self.directory,
                env=self.child_environment(extra),
                stdin=subprocess.PIPE if data is not None else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                umask=childrens_umask(),
            )
        except FileNotFoundError as error:
            raise _not_started(self.directory) from error
        except (NotADirectoryError, PermissionError) as error:
            raise YoiError("io", f"git cannot be run in {self.directory}", cause=str(error)) from error

        def finish() -> Completed:
            with child:
                if started is not None:
                    started(child.pid)
                out, err = child.communicate(data)
            return Completed(child.returncode, out, err.decode(errors="replace"))

        return finish

    def run_with_hooks(self, *arguments: str, held: Sequence[int]) -> Completed:
        """Run `git *arguments`, whose hooks may leave processes in the background: only git itself is waited for.

        The child keeps the descriptors `held` open, and a lock on one of them should this process be killed.
        """
        import tempfile

        with tempfile.TemporaryFile() as said:
            with subprocess.Popen(
                ["git", *self.words, *arguments],
                cwd=self.directory,
                env=self.child_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                pass_fds=held,
                umask=childrens_umask(),
            ) as child:
                code = child.wait()
            said.seek(0)
            return Completed(code, b"", said.read().decode(errors="replace"))

    def stream(self, *arguments: str, data: bytes = b"") -> Iterator[bytes]:
        """The standard output of a git command, line by line as it comes; GitError when it fails in the end.

        `data` must be something that git reads whole before it answers.
        """
        with subprocess.Popen(
            ["git", *self.words, *arguments],
            cwd=self.directory,
            env=self.child_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            umask=childrens_umask(),
        ) as child:
            if child.stdin is None or child.stdout is None:
                raise RuntimeError("a child without pipes")
            child.stdin.write(data)
            child.stdin.close()
            yield from child.stdout
        if child.returncode != 0:
            raise GitError(arguments, Completed(child.returncode, b"", ""))

    def text(self, *arguments: str) -> str:
        """The standard output of a git command that succeeds."""
        return self.run(*arguments).text

    def child_environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment of a child: the user's, tied to no repository and without grafts, messages in English."""
        scrubbed = REPOSITORY_VARIABLES - self.kept
        environment = {k: v for k, v in self.environment.items() if k not in scrubbed}
        environment.update({"LC_ALL": "C", "LANGUAGE": "", "GIT_OPTIONAL_LOCKS": "0", **NO_GRAFTS})
        if self.git_dir is not None:
            environment["GIT_DIR"] = str(self.git_dir)
        environment.update(extra or {})
        return environment


def _not_started(directory: Path) -> YoiError:
    if not directory.is_dir():
        return YoiError("io", f"there is no directory {directory}", hint="name one that exists with -C")
    return YoiError("git-version", "the git program is not on the PATH", hint="install git 2.38 or newer")
