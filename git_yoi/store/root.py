"""The constant root commit (design.md, section 1): two clones that both ran `init` share history."""

from __future__ import annotations

from git_yoi.git.objects import Objects
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
