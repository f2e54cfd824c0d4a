"""The constant root commit (design.md, section 1): two clones that both ran `init` share history."""

from __future__ import annotations

import re

from git_yoi.errors import YoiError
from git_yoi.git.objects import Objects
from git_yoi.git.process import Git
from git_yoi.git.raw import FILE_MODE, Commit, TreeEntry

FORMAT = 1
FORMAT_FILE = "yoi.yaml"
ROOT_IDS = frozenset(
    {
        "af1a8e844a921b648772b2582003d3a758a583a6",
        "a38f798b0a96cbebe8fef989be548c1f1a362ab8ca13ef8b2215b964f6109c30",
    }
)
_NOBODY = b"git-yoi <git-yoi@localhost> 0 +0000"


def write_root(objects: Objects) -> str:
    """Store the root commit, and give its id; RuntimeError should it not be the constant one."""
    blob = objects.write_blob(f"format: {FORMAT}\n".encode())
    tree = objects.write_tree({FORMAT_FILE: TreeEntry(FILE_MODE, blob)})
    oid = objects.write_commit(Commit(tree, (), _NOBODY, _NOBODY, b"git-yoi tickets, format 1\n"))
    if oid not in ROOT_IDS:
        raise RuntimeError(f"the root commit came out as {oid}")
    return oid


def read_format(data: bytes | None) -> int:
    """The format that the bytes of `yoi.yaml` name; YoiError `format` when there is none."""
    found = re.fullmatch(rb"format: ([1-9][0-9]{0,5})\n", data or b"")
    if found is None:
        raise foreign(f"its tree has no {FORMAT_FILE} that names a format")
    return int(found[1])


def format_at(git: Git, tip: str) -> int:
    """The format of the record at a tip, asked of the `git` program alone; YoiError `format` when there is none."""
    done = git.run("--no-replace-objects", "cat-file", "blob", f"{tip}:{FORMAT_FILE}", ok=(0, 128))
    return read_format(done.out if done.code == 0 else None)


def require_ours(git: Git, tip: str) -> None:
    """YoiError `format` when a tip is no record of ours, whatever its format; asks the `git` program alone."""
    format_at(git, tip)
    if git.run("cat-file", "-t", tip).text != "commit":
        raise foreign(f"{tip} is no commit")


def foreign(cause: str) -> YoiError:
    """What is said of a ticket ref that holds something else."""
    return YoiError(
        "format",
        "the ticket ref holds no record of ours",
        cause=cause,
        hint="`git log` of that ref shows what it is; git config yoi.ref can name another",
    )
