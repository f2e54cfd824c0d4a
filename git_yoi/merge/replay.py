"""A branch's commits made anew upon another commit, one by one and without a checkout: what a rebase would make."""

from __future__ import annotations

import os
from typing import NamedTuple

from git_yoi.git.attributes import Attributes, attributes_of
from git_yoi.git.merging import merge_tree
from git_yoi.git.raw import Commit
from git_yoi.store.entry_commit import Writer, person_line, write_commit

# What is rebased, whatever a replacement ref says of it.
_TRUE = "--no-replace-objects"
# Not by the user's configuration of trailers, which can rename ours, and run programs to add others; and a line of a
# finished message that begins with "#" is no comment any more.
_PLAIN = ("-c", "core.commentChar=\x01")
_UNCONFIGURED = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_PARAMETERS": "",
    "GIT_CONFIG_COUNT": "0",
    "GIT_DIR": os.devnull,
}


class Replay(NamedTuple):
    """The last commit and its tree, or the problem, and then neither means anything."""

    commit: str
    tree: str
    problem: str | None = None


def replayed(writer: Writer, onto: str, head: str, ticket_id: str) -> Replay:
    """The commits that `head` has and `onto` lacks, upon `onto`; the last one gets the `Ticket:` trailer.

    A commit whose change is there already is left out, and one that never had any stays, as `git rebase` does it.
    """
    listed = writer.repository.git.run(_TRUE, "rev-list", "--reverse", "--topo-order", "--parents", head, f"^{onto}")
    rows = [line.split(" ") for line in listed.lines if line]
    if any(len(row) != 2 for row in rows):
        return Replay("", "", "it holds merge commits, which a rebase would flatten")
    with attributes_of(writer.repository, onto) as attributes:
        return _replayed(writer, onto, rows, ticket_id, attributes)


def _replayed(writer: Writer, onto: str, rows: list[list[str]], ticket_id: str, attributes: Attributes) -> Replay:
    at, tree = onto, writer.objects.commit(onto).tree
    kept: list[tuple[Commit, str]] = []
    for oid, parent in rows:
        picked = writer.objects.commit(oid)
        merged = _picked(writer, tree, parent, oid, attributes)
        if merged is None:
            return Replay("", "", f"{oid[:12]} conflicts with what is on the target by now")
        if merged != tree or picked.tree == writer.objects.commit(parent).tree:
            kept.append((picked, merged))
            tree = merged
    if not kept:
        return Replay("", "", "the target has every change of it already")
    for number, (picked, merged) in enumerate(kept, 1):
        at = _made(writer, picked, merged, at, ticket_id if number == len(kept) else None)
    return Replay(at, tree)


def _picked(writer: Writer, tree: str, parent: str, oid: str, attributes: Attributes) -> str | None:
    """The tree with one commit's change; None for a conflict.

    `merge-tree --merge-base` came with git 2.40: upon a commit of the tree whose parent is the picked commit's own,
    any git takes that parent for the base (design.md, section 4).
    """
    line = person_line(writer.committer)
    ground = writer.objects.write_commit(Commit(tree, (parent,), line, line, b"what is picked upon\n"))
    return merge_tree(writer.repository, ground, oid, attributes).tree


def _made(writer: Writer, picked: Commit, tree: str, parent: str, ticket_id: str | None) -> str:
    author, message, headers = in_utf8(picked)
    if ticket_id is not None:
        message = _with_trailer(writer, message, ticket_id)
    commit = Commit(tree, (parent,), author, person_line(writer.committer), message, headers)
    return write_commit(writer, commit, "commit")


def in_utf8(picked: Commit) -> tuple[bytes, bytes, tuple[tuple[bytes, bytes], ...]]:
    """Author and message in git's own encoding where it can be told, else as they are, with the header that says so."""
    encoding = dict(picked.headers).get(b"encoding")
    if encoding is None:
        return picked.author, picked.message, ()
    try:
        name = encoding.decode("ascii")
        return picked.author.decode(name).encode(), picked.message.decode(name).encode(), ()
    except (LookupError, ValueError):
        return picked.author, picked.message, ((b"encoding", encoding),)


def _with_trailer(writer: Writer, message: bytes, ticket_id: str) -> bytes:
    options = ("--no-divider", "--if-exists", "addIfDifferent", "--trailer", f"Ticket: {ticket_id}")
    return writer.repository.git.run(*_PLAIN, "interpret-trailers", *options, data=message, extra=_UNCONFIGURED).out
