"""The names that `start` gives, pure: a branch from the title, a path from the policy's template, and what clashes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from git_yoi.domain.ids import short_id

# With the id's 8 letters a branch stays below 50 characters: it still fits in a prompt.
_MAX_SLUG = 40
# A component becomes a file name, `.lock` included, of at most 255 bytes.
_MAX_COMPONENT = 200


def branch_name(ticket_id: str, title: str) -> str:
    """The branch of a ticket: its short id, and what is left of the title in small ASCII letters."""
    slug = slug_of(title)
    return f"{short_id(ticket_id)}-{slug}" if slug else short_id(ticket_id)


def slug_of(title: str) -> str:
    """A title as words joined by `-`, accents dropped, cut between words; empty when nothing is left of it."""
    ascii_only = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")
    if len(slug) <= _MAX_SLUG:
        return slug
    cut = slug[: _MAX_SLUG + 1].rpartition("-")[0]
    return cut or slug[:_MAX_SLUG]


def too_long(branch: str) -> bool:
    """Whether a part of a branch's name is too long for a file system."""
    return any(len(part.encode()) > _MAX_COMPONENT for part in branch.split("/"))


def clash(branch: str, existing: Iterable[str]) -> str | None:
    """The existing branch that stands in the way of a new one, or None.

    It is the same but for case (one file on many file systems), or one is a folder of the other.
    """
    wanted = branch.casefold()
    for name in existing:
        other = name.casefold()
        if other == wanted or other.startswith(wanted + "/") or wanted.startswith(other + "/"):
            return name
    return None


def worktree_path(template: str, *, root: Path, ticket_id: str, branch: str) -> Path:
    """Where the policy's template puts a worktree; relative to `root`, the main worktree or the bare repository."""
    repo = root.name.removesuffix(".git") or root.parent.name
    # One folder a branch, even for a name with slashes: a worktree must not lie inside another.
    values = {"repo": repo, "branch": branch.replace("/", "-"), "id": ticket_id}
    # Not str.format: a template is code of the target branch, but `{repo.__class__}` is none of its business.
    filled = re.sub(r"\{(repo|branch|id)\}", lambda match: values[match[1]], template)
    return Path(_normal(root / filled))


def _normal(path: Path) -> str:
    """The path without `..`, as people write it; links stay as they are."""
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and len(parts) > 1:
            parts.pop()
        elif part != "..":
            parts.append(part)
    return str(Path(*parts))
