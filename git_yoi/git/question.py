"""Asking a remote without changing anything there, and without waiting for ever or for an answer at a terminal."""

from __future__ import annotations

from dataclasses import dataclass

from git_yoi.git.network import FALSE
from git_yoi.git.programs import TIMED_OUT, run_program
from git_yoi.git.repository import Repository

# Nobody is there to answer: a server that wants a password, or does not know the key, is one that cannot be asked.
_ALONE = {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "true", "SSH_ASKPASS_REQUIRE": "never", FALSE: "false"}
_DECLINED = ("hook declined", "hidden ref", "denied", "not allowed", "prohibited", "forbidden", "protected")
_GUARD = "remote: git-yoi: "


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
    settings = (
        f"--config-env=remote.{remote}.mirror={FALSE}",
        "-c",
        "push.gpgSign=false",
        "-c",
        "push.followTags=false",
    )
    options = ("--dry-run", "--porcelain", "--no-verify", "--recurse-submodules=no")
    problem, lines = _ask(repository, seconds, *settings, "push", *options, "--", remote, f"+{tip}:{ref}")
    row = next((line.split("\t") for line in lines if f":{ref}\t" in line), None)
    if row is None:
        return Answer(problem=problem or "it does not say whether it would take the ref")
    if row[0] == "!":
        return Answer(problem=row[-1])
    return Answer(tip=None if row[0] == "*" else tip)


def ask_refusal(
    repository: Repository, remote: str, commit: str, ref: str, *, there: bool, seconds: float
) -> str | None:
    """Why a remote's hooks or settings refuse a ref (`there`: it has it), None where none does or it cannot be told.

    It is really sent a push, which no git can take: a ref below the ticket ref, all or nothing. `commit` is one that
    every record has.
    """
    # The ticket ref first: no server that takes them one by one, whatever it promised, must begin with the other.
    wanted = [] if there else [f"{commit}:{ref}"]
    options = ("--porcelain", "--atomic", "--no-verify", "--no-follow-tags", "--recurse-submodules=no")
    settings = (f"--config-env=remote.{remote}.mirror={FALSE}", "-c", "push.gpgSign=false")
    _, lines = _ask(repository, seconds, *settings, "push", *options, "--", remote, *wanted, f"{commit}:{ref}/probe")
    # Our own guard takes the tickets, and never what lies below their ref.
    if any(line.startswith(_GUARD) and f"{ref}/probe" in line for line in lines):
        return None
    rows = [line.split("\t") for line in lines if line.startswith("!\t")]
    said = [row[-1] for row in rows if any(sign in row[-1] for sign in _DECLINED)]
    words = [line.removeprefix("remote:").strip() for line in lines if line.startswith("remote:")]
    return "; ".join([*said[:1], *filter(None, words)][:3]) if said else None


def _ask(repository: Repository, seconds: float, *arguments: str) -> tuple[str | None, list[str]]:
    """What went wrong, and the lines that git put out."""
    # Where a relative URL begins, as for the user's own `git fetch`.
    git = repository.root
    place = [] if git.git_dir is None else [f"--git-dir={git.git_dir}"]
    environment = git.child_environment(_ALONE)
    done = run_program(["git", *place, *arguments], git.directory, environment, timeout=seconds)
    lines = [line for line in done.output.splitlines() if line.strip()]
    if done.exit_code == 0:
        return None, lines
    if done.exit_code == TIMED_OUT and done.seconds >= seconds:
        return f"it did not answer within {seconds:g} s", lines
    said = [line for line in lines if line.startswith(("fatal:", "error:", "remote:", "ssh:"))]
    return (said or lines or [f"git ended with {done.exit_code}"])[0].strip(), lines
