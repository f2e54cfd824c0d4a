"""Running the `git` program: the only place that starts a process, but for the user's own hooks (`user_hook`)."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from git_yoi.errors import YoiError
from git_yoi.git.shared import childrens_umask

# What `git rev-parse --local-env-vars` lists: hooks export some of these, and they beat `git -C` (design.md, 4).
# GIT_CONFIG_PARAMETERS and GIT_CONFIG_COUNT stay: they carry the `-c name=value` that the user typed.
_REPOSITORY_VARIABLES = frozenset(
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
        """The environment of a child: the user's, without what ties it to a repository, messages in English."""
        scrubbed = _REPOSITORY_VARIABLES - self.kept
        environment = {k: v for k, v in self.environment.items() if k not in scrubbed}
        environment.update({"LC_ALL": "C", "LANGUAGE": "", "GIT_OPTIONAL_LOCKS": "0"})
        if self.git_dir is not None:
            environment["GIT_DIR"] = str(self.git_dir)
        environment.update(extra or {})
        return environment


def _not_started(directory: Path) -> YoiError:
    if not directory.is_dir():
        return YoiError("io", f"there is no directory {directory}", hint="name one that exists with -C")
    return YoiError("git-version", "the git program is not on the PATH", hint="install git 2.38 or newer")


# How often a child that says nothing is asked whether it has ended.
_LOOK_SECONDS = 0.05
# What is in the pipe of a killed command is there at once; its end may be held open by a process that got away.
_LAST_WORDS_SECONDS = 0.5


class CommandResult(NamedTuple):
    """How a user's own command ended: exit code (124: time limit), wall seconds, and its output's last part."""

    exit_code: int
    seconds: float
    output: str = ""


def run_command(
    command: str, directory: Path, environment: Mapping[str, str], *, timeout: float, keep: int = 8192
) -> CommandResult:
    """Run a shell command that the target's policy file names, killed at `timeout` seconds.

    What it left in the background ends with it; a child that went into a session of its own outlives that, but nobody
    waits for it.
    """
    return run_program(["/bin/sh", "-c", command], directory, environment, timeout=timeout, keep=keep, whole=True)


def run_program(
    arguments: Sequence[str],
    directory: Path,
    environment: Mapping[str, str],
    *,
    timeout: float,
    keep: int = 8192,
    spare: frozenset[str] = frozenset(),
    grace: float = 0,
    whole: bool = False,
) -> CommandResult:
    """Run a program as `run_command` does, without a shell; the variables `spare` are not scrubbed.

    For `grace` seconds after the time limit it may end by itself, as git does that has locks to take away. `whole`:
    the processes that it started and left are killed at its end.
    """
    clean = {k: v for k, v in environment.items() if k not in _REPOSITORY_VARIABLES - spare}
    begun = time.monotonic()
    with subprocess.Popen(
        list(arguments),
        cwd=directory,
        env=clean,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        umask=childrens_umask(),
    ) as child:
        output = bytearray()
        try:
            _read_tail(child, output, keep, until=begun + timeout)
            code = child.wait(begun + timeout - time.monotonic())
            if whole:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(child.pid, signal.SIGKILL)
        except subprocess.TimeoutExpired:
            if grace:
                os.killpg(child.pid, signal.SIGTERM)
                with suppress(subprocess.TimeoutExpired):
                    _read_tail(child, output, keep, until=time.monotonic() + grace)
            os.killpg(child.pid, signal.SIGKILL)
            code = 124
            with suppress(subprocess.TimeoutExpired):
                _read_tail(child, output, keep, until=time.monotonic() + _LAST_WORDS_SECONDS)
        except BaseException:
            os.killpg(child.pid, signal.SIGKILL)
            raise
    return CommandResult(code, round(time.monotonic() - begun, 3), output.decode(errors="replace"))


def _read_tail(child: subprocess.Popen[bytes], output: bytearray, keep: int, *, until: float) -> None:
    """Read what a child says into `output`, of which the last `keep` bytes stay; TimeoutExpired at `until`.

    To the end of the pipe, or until the child has ended and nothing more is in it: something that it left in the
    background may hold it open.
    """
    if child.stdout is None:
        raise RuntimeError("a child without a pipe")
    pipe = child.stdout.fileno()
    while time.monotonic() < until:
        ended = child.poll() is not None
        wait = 0 if ended else min(_LOOK_SECONDS, until - time.monotonic())
        if select.select([pipe], [], [], max(wait, 0))[0]:
            data = os.read(pipe, 65536)
            if not data:
                return
            output += data
            del output[: max(len(output) - keep, 0)]
        elif ended:
            return
    raise subprocess.TimeoutExpired("", 0)


def run_editor(command: str, file: Path, directory: Path, environment: Mapping[str, str]) -> int:
    """Run the user's own editor, a shell command as git has it, on a file at this terminal; its exit code."""
    # While it runs, Ctrl-C is the editor's; a handler, not "ignore", which the child would inherit.
    before = signal.signal(signal.SIGINT, lambda _signal, _frame: None)
    try:
        with subprocess.Popen(
            ["/bin/sh", "-c", f'{command} "$@"', command, str(file)],
            cwd=directory,
            env=dict(environment),
            umask=childrens_umask(),
        ) as child:
            return child.wait()
    finally:
        signal.signal(signal.SIGINT, before)
