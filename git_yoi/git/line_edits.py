"""Which lines a change takes away and adds, wherever they stand: the same for a commit and its copy on other ground.

That is what `git patch-id` is for; but with lines of context two copies differ as soon as a neighbour does, and it
knows nothing of a change taken back.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from git_yoi.git.first_parents import Row
from git_yoi.git.repository import Repository

# What a user's configuration may change about a diff is said here.
_DIFF = ("diff-tree", "-r", "-p", "-U0", "--inter-hunk-context=0", "--no-renames", "--no-ext-diff", "--no-textconv")
_OPTIONS = (*_DIFF, "--no-color", "--ignore-submodules=none", "--root", "--always")
_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_COMMIT = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_BACK = {b"new file mode": b"deleted file mode", b"deleted file mode": b"new file mode"}
_BACK |= {b"old mode": b"new mode", b"new mode": b"old mode"}


@dataclass(frozen=True, slots=True)
class Edits:
    """A digest of the lines of every file, and that of the same change taken back."""

    forth: bytes
    back: bytes

    @property
    def reversed(self) -> Edits:
        """The edits of the same change taken back."""
        return Edits(self.back, self.forth)


def edits_of(repository: Repository, rows: Iterable[Row]) -> dict[str, Edits]:
    """The edits of each of the commits against its first parent."""
    asked = "".join(f"{' '.join((row.commit, *row.parents[:1]))}\n" for row in rows).encode()
    if not asked:
        return {}
    found: dict[str, Edits] = {}
    commit, lines = "", list[bytes]()
    for line in _out_of_hunks(repository.git.run(*_OPTIONS, "--stdin", data=asked).out.split(b"\n")):
        if _COMMIT.match(line):
            found[commit] = _digest(lines)
            commit, lines = line.decode("ascii"), []
        else:
            lines.append(line)
    found[commit] = _digest(lines)
    # What comes before the first commit is none's.
    del found[""]
    return found


def edits_between(repository: Repository, old: str, new: str) -> Edits:
    """The edits that lie between two trees."""
    return _digest(list(_out_of_hunks(repository.git.run(*_OPTIONS, old, new).out.split(b"\n"))))


def _out_of_hunks(lines: list[bytes]) -> Iterator[bytes]:
    """A hunk's lines with a tab before each, so that nothing in a file is taken for a line of git's."""
    left = 0
    for line in lines:
        if left and line[:1] in (b"-", b"+"):
            left -= 1
            yield b"\t" + line
        elif found := _HUNK.match(line):
            left = sum(1 if count is None else int(count) for count in found.groups())
        elif not left:
            yield line


def _digest(lines: list[bytes]) -> Edits:
    forth, back = hashlib.sha256(), hashlib.sha256()
    # Of each file: the lines that go and come, and what git says of its mode, either way round.
    for file in _files(lines):
        gone = [line[2:] for line in file if line.startswith(b"\t-")]
        come = [line[2:] for line in file if line.startswith(b"\t+")]
        modes = [(line, sign, other) for line in file for sign, other in _BACK.items() if line.startswith(sign)]
        said = sorted(line for line, _, _ in modes)
        unsaid = sorted(other + line[len(sign) :] for line, sign, other in modes)
        for digest, parts in ((forth, (said, gone, come)), (back, (unsaid, come, gone))):
            digest.update(file[0])
            for part in parts:
                digest.update(b"\n%d\n" % len(part) + b"\n".join(part))
    return Edits(forth.digest(), back.digest())


def _files(lines: list[bytes]) -> Iterator[list[bytes]]:
    """The lines of each file, of which the first names it."""
    starts = [at for at, line in enumerate(lines) if line.startswith(b"diff --git")]
    for start, end in pairwise([*starts, len(lines)]):
        yield lines[start:end]
