"""What a proof of the record finds, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from git_yoi.domain.ids import is_id
from git_yoi.git.objects import MissingObjectError, Objects
from git_yoi.git.raw import TREE_MODE, MalformedError, TreeEntry
from git_yoi.store import tree as paths

Path = tuple[str, ...]
# The record is three deep; a stranger's tree may be deeper than Python can follow.
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: `where` is a commit, or a path in the tip's tree; `tickets` are the records that it spoils.

    `at` counts the commits before it, so that a later `repair` of the same ticket is known to come after. `lost` is an
    object that this repository does not have, which no repair brings back.
    """

    code: str
    where: str
    message: str
    tickets: frozenset[str] = frozenset()
    at: int = -1
    lost: bool = False
    remedy: str = ""

    @property
    def fix(self) -> str:
        """What to do about it."""
        if self.remedy:
            return self.remedy
        if self.lost:
            return "fetch the ticket ref from a clone that has the object"
        if self.tickets:
            return "; ".join(f"git yoi fsck --repair {ticket} -m WHY" for ticket in sorted(self.tickets)[:3])
        return "compare with another clone's ticket ref, and keep the one that is sound"


def owner(path: Path) -> str:
    """The ticket or objective whose path this is, "" for nobody's."""
    match path:
        case (paths.TICKETS, _, name) | (paths.OBJECTIVES, name) if name.endswith(paths.SUFFIX):
            found = name.removesuffix(paths.SUFFIX)
        case (paths.FILES, found, *_):
            pass
        case _:
            return ""
    return found if is_id(found) else ""


def differing(objects: Objects, old: str | None, new: str | None) -> Iterator[Path]:
    """Every path that differs between two trees; a folder that cannot be read, or was looked at before, is one."""
    return _differing(objects, old, new, (), set())


def _differing(
    objects: Objects, old: str | None, new: str | None, above: Path, seen: set[tuple[str | None, str | None]]
) -> Iterator[Path]:
    # A hundred trees that each name the next one a hundred times spell more paths than anybody can walk.
    if len(above) > _DEEPEST or (old, new) in seen:
        yield above
        return
    seen.add((old, new))
    try:
        before, after = (dict(objects.tree(oid)) if oid is not None else {} for oid in (old, new))
    except (MissingObjectError, MalformedError):
        yield above
        return
    for name in sorted({*before, *after}):
        one, other = before.get(name), after.get(name)
        if one == other:
            continue
        below = (_folder(one), _folder(other))
        if below == (None, None):
            yield (*above, name)
        else:
            yield from _differing(objects, *below, (*above, name), seen)


def _folder(entry: TreeEntry | None) -> str | None:
    return entry.oid if entry is not None and entry.mode == TREE_MODE else None
