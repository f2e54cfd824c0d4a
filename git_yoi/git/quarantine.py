"""Where `receive-pack` keeps what a push brings until its hooks have let it in: nobody else sees those objects.

git tells its hook of them in variables that every other child must not see: they would lead it to a wrong repository.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from git_yoi.git.repository import Repository

_WRITTEN, _READ = "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"
VARIABLES = frozenset({_WRITTEN, _READ, "GIT_QUARANTINE_PATH"})

# A path that holds a colon stands in quotes, spelled as C does it.
_LISTED = re.compile(r'"((?:[^"\\]|\\.)*)"|([^:]+)', re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-3][0-7]{2}|.)", re.DOTALL)
_NAMED = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def inside_push(repository: Repository) -> Repository:
    """The repository as a hook of `receive-pack` has to see it: with the objects of the push."""
    return replace(repository, kept=VARIABLES)


@contextmanager
def nothing_kept(repository: Repository) -> Iterator[Repository]:
    """The repository to try things out in, also where it may not be written: new objects go to a folder that goes away.

    Where it may be written it is itself: a partial clone keeps what it fetches, and nothing is written twice.
    """
    own = repository.common_dir / "objects"
    if os.access(own, os.W_OK):
        yield repository
        return
    import tempfile

    with tempfile.TemporaryDirectory(prefix="git-yoi-") as folder:
        written = Path(folder, "objects")
        (written / "pack").mkdir(parents=True)
        spelled = str(own).replace("\\", "\\\\").replace('"', '\\"')
        environment = {**repository.environment, _WRITTEN: str(written), _READ: f'"{spelled}"'}
        yield replace(repository, environment=environment, kept=frozenset({_WRITTEN, _READ}))


def passing_folder(repository: Repository) -> Path | None:
    """The folder of `nothing_kept`, where a file may be made too; None for a repository that may be written."""
    if repository.kept != {_WRITTEN, _READ}:
        return None
    return Path(repository.environment[_WRITTEN]).parent


def object_folders(repository: Repository) -> tuple[Path, ...]:
    """Where objects lie: the first is written to, all are read."""
    own, variables = repository.common_dir / "objects", repository.environment
    if _WRITTEN not in repository.kept or not variables.get(_WRITTEN):
        return (own,)
    folders = (variables[_WRITTEN], *read_path_list(variables.get(_READ, "")))
    return tuple(dict.fromkeys((*(repository.common_dir / folder for folder in folders), own)))


def read_path_list(listed: str) -> list[str]:
    """The paths that a variable of git's names, separated by colons."""
    return [_unquoted(quoted) if quoted else plain for quoted, plain in _LISTED.findall(listed)]


def _unquoted(text: str) -> str:
    def spelled(found: re.Match[bytes]) -> bytes:
        return bytes([int(found[1], 8)]) if found[1].isdigit() else _NAMED.get(found[1], found[1])

    return os.fsdecode(_ESCAPE.sub(spelled, os.fsencode(text)))
