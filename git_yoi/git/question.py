"""Asking a remote without changing anything there, and without waiting for ever or for an answer at a terminal."""

from __future__ import annotations

from dataclasses import dataclass

from git_yoi.git.process import run_program
from git_yoi.git.repository import Repository

# Nobody is there to answer: a server that wants a password, or does not know the key, is one that cannot be asked.
_ALONE = {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "true", "SSH_ASKPASS_REQUIRE": "never"}
_TIMED_OUT = 124


@dataclass(frozen=True, slots=True)
class Answer:
    """What a remote says of a ref: `tip` is its object id, None where it has no such ref; `problem` if it says none."""

    tip: str | None = None
    problem: str | None = None


def ask_ref(repository: Repository, remote: str, ref: str, *, seconds: float) -> Answer:
    """Where a remote has a ref."""
    problem, lines = _ask(repository, seconds, "ls-remote", "--", remote, ref)
    if problem is not None:
        return Answer(problem=problem)
    found = (line.split("\t") for line in lines)
    return Answer(tip=next((words[0] for words in found if words[1:] == [ref]), None))


def ask_push(repository: Repository, remote: str, tip: str, ref: str, *, seconds: float) -> Answer:
    """Whether a remote takes pushes of a ref, as far as it says before it is sent any; `tip` is what is there now.

    That is so on the side that receives, which may hide what the other side shows.
    """
    settings = ("-c", f"remote.{remote}.mirror=false", "-c", "push.gpgSign=false", "-c", "push.followTags=false")
    options = ("--dry-run", "--porcelain", "--no-verify", "--recurse-submodules=no")
    problem, lines = _ask(repository, seconds, *settings, "push", *options, "--", remote, f"+{tip}:{ref}")
    row = next((line.split("\t") for line in lines if f":{ref}\t" in line), None)
    if row is None:
        return Answer(problem=problem or "it does not say whether it would take the ref")
    if row[0] == "!":
        return Answer(problem=row[-1])
    return Answer(tip=None if row[0] == "*" else tip)


def _ask(repository: Repository, seconds: float, *arguments: str) -> tuple[str | None, list[str]]:
    """What went wrong, and the lines that git put out."""
    environment = repository.git.child_environment(_ALONE)
    command = ["git", f"--git-dir={repository.common_dir}", *arguments]
    done = run_program(command, repository.common_dir, environment, timeout=seconds)
    lines = [line for line in done.output.splitlines() if line.strip()]
    if done.exit_code == 0:
        return None, lines
    if done.exit_code == _TIMED_OUT and done.seconds >= seconds:
        return f"it did not answer within {seconds:g} s", lines
    said = [line for line in lines if line.startswith(("fatal:", "error:", "remote:", "ssh:"))]
    return (said or lines or [f"git ended with {done.exit_code}"])[0].strip(), lines
