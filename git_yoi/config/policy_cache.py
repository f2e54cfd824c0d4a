"""The policy file as it was parsed last, so that not every command loads the parser: 0.2 s for the same few values.

Kept below the common git directory under the id of the file's blob and the version of this program; what is not
exactly what this version writes is as if it were not there, and the file may be deleted at any moment.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeGuard

from git_yoi import __version__
from git_yoi.config.policy import Policy, ValidateCommand

FILE = "policy.json"
# Another number for another meaning of the same bytes within one version of the program.
_SHAPE = 2
_FIELDS = frozenset(Policy.__dataclass_fields__)


def recall(private: Path, blob: str) -> Policy | None:
    """The policy that a blob was parsed to, or None; `private` is `Repository.private`."""
    try:
        found = json.loads((private / FILE).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    match found:
        case {"version": version, "blob": of, "policy": dict(values)} if (version, of) == (_version(), blob):
            return _policy(values)
    return None


def remember(private: Path, blob: str, policy: Policy) -> None:
    """Keep what a blob was parsed to; where that cannot be done, the next command parses it again."""
    new = private / f"{FILE}.{os.getpid()}.new"
    values = {name: getattr(policy, name) for name in _FIELDS}
    values["validate"] = [[command.run, command.timeout] for command in policy.validate]
    values["roles"] = {role: sorted(verbs) for role, verbs in policy.roles.items()}
    # A directory that is not there yet, or not ours to write, is no reason to fail: this is a copy.
    with suppress(OSError):
        try:
            new.write_text(json.dumps({"version": _version(), "blob": blob, "policy": values}))
            new.replace(private / FILE)
        finally:
            new.unlink(missing_ok=True)


def _version() -> str:
    return f"{__version__}/{_SHAPE}"


def _policy(values: dict[str, Any]) -> Policy | None:
    """The policy, None where a value is missing, unknown or of another type."""
    if values.keys() != _FIELDS:
        return None
    match values:
        case {
            "target": str() | None,
            "targets": targets,
            "authority": "human" | "delegated",
            "strategy": str(),
            "validate": list(validate),
            "approvals": int(),
            "own_approval": bool(),
            "worktree_path": str(),
            "sparse": sparse,
            "unaccepted": "off" | "warn" | "block",
            "roles": dict(roles),
        } if _texts(targets) and _texts(sparse) and all(map(_texts, roles.values())) and all(map(_command, validate)):
            lists = {"targets": tuple(targets), "sparse": tuple(sparse)}
            commands = tuple(ValidateCommand(run, timeout) for run, timeout in validate)
            verbs = {role: frozenset(names) for role, names in roles.items()}
            return Policy(**{**values, **lists, "validate": commands, "roles": verbs})
    return None


def _texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _command(value: object) -> bool:
    match value:
        case [str(), float(timeout)]:
            return timeout > 0
    return False
