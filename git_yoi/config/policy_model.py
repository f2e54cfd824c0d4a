"""What `.yoi.yaml` may say, as pydantic models; the defaults are `Policy`'s."""

from __future__ import annotations

import re
from string import Formatter
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from git_yoi.config.policy import Policy, ValidateCommand
from git_yoi.domain.authority import HUMAN_GATES
from git_yoi.domain.text import line_problem, text_problem

_DEFAULTS = Policy()
_WEEK = 7 * 24 * 3600.0
_PLACEHOLDERS = ("repo", "branch", "id")
# What no ref may hold, and what git takes for an object id where it looks for a branch.
_NO_BRANCH = re.compile(r"[\x00-\x20~^:?*\[\\\x7f]|\.\.|@\{|^(?:[0-9a-fA-F]{40}|[0-9a-fA-F]{64})$")
# The verbs of the contract, this version's and the coming ones': a policy outlives a version of the program.
_VERBS = frozenset(
    {
        "init", "new", "list", "show", "search", "edit", "comment", "report", "label", "assign", "attach", "link",
        "unlink", "log", "ready", "queue", "start", "return", "release", "takeover", "block", "unblock", "done",
        "close", "reopen", "review", "dossier", "complete", "reconcile", "worktree", "hooks", "sync", "pull", "push",
        "remote", "status", "fsck", "doctor", "import", "export", "batch", "completion", "demo", "help", "next", "plan",
        "objective", "watch", "prime", "mcp", "panel",
    }
)  # fmt: skip


def _line(value: str) -> str:
    if problem := line_problem(value):
        raise ValueError(problem)
    return value


def _command(value: str) -> str:
    if problem := text_problem(value) or (None if value.strip() else "it is empty"):
        raise ValueError(problem)
    return value


def _branch(value: str) -> str:
    parts = value.split("/")
    if _NO_BRANCH.search(value) or value in ("@", "HEAD") or value.startswith("-") or value.endswith("."):
        raise ValueError(f"{value[:60]!r} is no name for a branch")
    if any(not part or part.startswith(".") or part.endswith(".lock") for part in parts):
        raise ValueError(f"{value[:60]!r} is no name for a branch")
    return value


Line = Annotated[str, AfterValidator(_line)]
Branch = Annotated[str, AfterValidator(_line), AfterValidator(_branch)]


def _beside(path: str) -> str:
    """The template of a place inside the main worktree, or beside it; a file of the repository names no other."""
    if path.startswith(("/", "~")):
        raise ValueError("it is relative to the main worktree; `git yoi start --worktree` takes any place")
    if ".." in path.removeprefix("../").split("/"):
        raise ValueError("it leaves the folder that the repository is in; `git yoi start --worktree` takes any place")
    return path


class _Section(BaseModel):
    """A mapping with no keys but its own; a key without a value is as if it were not there."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, value: Any) -> Any:
        known = {field.alias or name for name, field in cls.model_fields.items()}
        if not isinstance(value, dict):
            return value
        return {k: v for k, v in value.items() if v is not None or k not in known}


class _Merge(_Section):
    authority: Literal["human", "delegated"] = "human"
    strategy: Literal["merge", "squash", "rebase", "ff"] = "merge"


class _Validate(_Section):
    run: Annotated[str, AfterValidator(_command)]
    timeout: float = Field(default=ValidateCommand("").timeout, gt=0, le=_WEEK, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _plain_command(cls, value: Any) -> Any:
        return {"run": value} if isinstance(value, str) else value


class _Approval(_Section):
    required: int = Field(default=_DEFAULTS.approvals, ge=0, le=100)
    own: bool = _DEFAULTS.own_approval

    @field_validator("required", mode="before")
    @classmethod
    def _yes_or_no(cls, value: Any) -> Any:
        return int(value) if isinstance(value, bool) else value


class _Worktree(_Section):
    path: Line = _DEFAULTS.worktree_path
    sparse: list[Line] = []

    @field_validator("path")
    @classmethod
    def _known_placeholders(cls, value: str) -> str:
        try:
            names = [name for _, name, spec, conversion in Formatter().parse(value) if name is not None]
            plain = all(not spec and not conversion for _, _, spec, conversion in Formatter().parse(value))
        except ValueError as error:
            raise ValueError(f"its braces do not match: {error}") from error
        if not plain or any(name not in _PLACEHOLDERS for name in names):
            raise ValueError("it may name {repo}, {branch} and {id}, and nothing else in braces")
        return _beside(value)


class _Hooks(_Section):
    unaccepted: Literal["off", "warn", "block"] = "warn"


def _verb(value: str) -> str:
    if value not in _VERBS | HUMAN_GATES:
        from difflib import get_close_matches

        near = get_close_matches(value, sorted(_VERBS | HUMAN_GATES), n=1)
        raise ValueError(f"there is no verb {value[:60]!r}" + (f"; did you mean {near[0]}?" if near else ""))
    return value


Role = Literal["human", "intake", "orchestrator", "coder", "reviewer"]


class PolicyDocument(_Section):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=False)

    target: Branch | None = None
    targets: list[Branch] = []
    merge: _Merge = _Merge()
    validate_: list[_Validate] = Field(default=[], alias="validate")
    approval: _Approval = _Approval()
    worktree: _Worktree = _Worktree()
    hooks: _Hooks = _Hooks()
    roles: dict[Role, list[Annotated[str, AfterValidator(_verb)]]] = {}
