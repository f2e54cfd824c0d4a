"""Running the target's validation commands on the merge candidate, before it is anybody's."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from git_yoi.config.policy import ValidateCommand
from git_yoi.domain.events import Validation
from git_yoi.domain.text import first_line
from git_yoi.errors import YoiError
from git_yoi.git.programs import TIMED_OUT, CommandResult, run_command
from git_yoi.git.repository import Repository
from git_yoi.merge.scratch import scratch_worktree

_KEPT_BYTES = 1 << 20
_SHOWN_LINES = 3
_SHOWN = 200
_SHOWN_IN_JSON = 1000


def validate(
    repository: Repository,
    commit: str,
    ticket_id: str,
    commands: Sequence[ValidateCommand],
    *,
    progress: Callable[[str], None],
) -> tuple[Validation, ...]:
    """Run every command in a scratch worktree at `commit`; YoiError `validation-failed` at the first that fails."""
    if not commands:
        return ()
    passed: list[Validation] = []
    with scratch_worktree(repository, commit, f"{os.getpid()}-{commit[:16]}") as path:
        for command in commands:
            progress(f"validating: {first_line(command.run)}")
            result = run_command(command.run, path, repository.environment, timeout=command.timeout, keep=_KEPT_BYTES)
            if result.exit_code != 0:
                raise _failed(command, result, _write_log(repository, ticket_id, result))
            passed.append(Validation(command.run, 0, result.seconds))
    return tuple(passed)


def _write_log(repository: Repository, ticket_id: str, result: CommandResult) -> Path:
    folder = repository.private / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"validation-{ticket_id}.log"
    log.write_text(result.output, errors="replace")
    return log


def _failed(command: ValidateCommand, result: CommandResult, log: Path) -> YoiError:
    how = (
        f"it ran longer than {command.timeout:g} s"
        if result.exit_code == TIMED_OUT and result.seconds >= command.timeout
        else f"it ended with {result.exit_code}"
    )
    last = [first_line(line, _SHOWN) for line in result.output.splitlines() if line.strip()][-_SHOWN_LINES:]
    said = f": {' / '.join(last)}" if last else ""
    part = "the end of its output" if len(result.output) >= _KEPT_BYTES else "the whole output"
    return YoiError(
        "validation-failed",
        f"the merge does not pass: {first_line(command.run)}",
        cause=f"{how}{said}",
        hint=f"{part} is in {log}; nothing was merged",
        data={
            "command": command.run,
            "exit_code": result.exit_code,
            "seconds": result.seconds,
            "output": [first_line(line, _SHOWN_IN_JSON) for line in result.output.splitlines()[-20:]],
            "log": str(log),
        },
    )
