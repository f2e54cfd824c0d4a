"""Both backends against git itself: what one writes, git reads, and the other way round."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_yoi.git.objects import MissingObjectError, Objects, open_objects
from git_yoi.git.raw import (
    FILE_MODE,
    TREE_MODE,
    Commit,
    MalformedError,
    TreeEntry,
    decode_commit,
    encode_commit,
    object_id,
)
from git_yoi.git.repository import discover
from git_yoi.git.tree import Tree
from tests.conftest import Repo, make_repo

PERSON = b"Ada <a@x> 1750000000 +0000"
KINDS = {"pygit2": (), "dulwich": (), "dulwich-sha256": ("--object-format=sha256",)}


@pytest.fixture(params=KINDS)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Repo, Objects]:
    """A repository, and its objects by one backend."""
    repo = make_repo(tmp_path / "repo", *KINDS[request.param])
    return repo, open_objects(discover(repo.path, os.environ), backend=request.param.split("-")[0])


def test_git_reads_what_is_written(opened: tuple[Repo, Objects]) -> None:
    repo, objects = opened
    blob = objects.write_blob(b"\0bytes\xff")
    tree = objects.write_tree({"b": TreeEntry(FILE_MODE, blob), "a": TreeEntry(FILE_MODE, blob)})
    top = objects.write_tree({"b.c": TreeEntry(FILE_MODE, blob), "b": TreeEntry(TREE_MODE, tree)})
    commit = objects.write_commit(Commit(top, (), PERSON, PERSON, "Wörds\n".encode()))
    assert repo.git("ls-tree", "-r", "--name-only", commit).split() == ["b.c", "b/a", "b/b"]
    assert repo.git("log", "--format=%an <%ae> %at %s", commit) == "Ada <a@x> 1750000000 Wörds"
    repo.git("fsck", "--strict")


def test_what_git_writes_is_read(opened: tuple[Repo, Objects]) -> None:
    repo, objects = opened
    (repo.path / "x.txt").write_bytes(b"x\r\n")
    repo.commit("deep/er/file", "text", message="A\n\nB")
    commit = objects.commit(repo.git("rev-parse", "HEAD"))
    assert commit.message == b"A\n\nB\n"
    assert objects.tree(commit.tree)["deep"].mode == TREE_MODE
    assert objects.blob(repo.git("rev-parse", "HEAD:deep/er/file")) == b"text"


def test_what_others_write_later_is_seen(opened: tuple[Repo, Objects]) -> None:
    repo, objects = opened
    objects.commit(repo.git("rev-parse", "HEAD"))
    late = repo.commit("late", "text")
    repo.git("repack", "-adq")
    repo.git("prune-packed")
    assert objects.commit(late).message == b"Change late\n"


def test_objects_of_an_alternate_are_seen(opened: tuple[Repo, Objects], tmp_path: Path) -> None:
    repo, objects = opened
    repo.git("clone", "-q", "--shared", repo.path, tmp_path / "shared")
    borrowing = open_objects(
        discover(tmp_path / "shared", os.environ), backend=type(objects.backend).__name__[:-7].lower()
    )
    assert borrowing.commit(repo.git("rev-parse", "HEAD")).message == b"First\n"


def test_an_object_that_is_not_there_or_of_another_kind_is_missing(opened: tuple[Repo, Objects]) -> None:
    repo, objects = opened
    blob = objects.write_blob(b"x")
    for oid in ("0" * len(blob), "0" * 10, "nonsense", ""):
        with pytest.raises(MissingObjectError):
            objects.blob(oid)
    with pytest.raises(MissingObjectError):
        objects.commit(blob)
    with pytest.raises(MissingObjectError):
        objects.tree(repo.git("rev-parse", "HEAD"))


@pytest.mark.parametrize("bytes_", [b"", b"garbage", b"x\x9c\x03\x00\x00\x00\x00\x01"])
def test_a_damaged_object_is_malformed_or_missing_and_nothing_worse(
    opened: tuple[Repo, Objects], bytes_: bytes
) -> None:
    repo, objects = opened
    oid = objects.write_blob(b"precious")
    path = repo.path / ".git/objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    path.write_bytes(bytes_)
    with pytest.raises((MalformedError, MissingObjectError)):
        objects.blob(oid)


def test_writing_twice_is_writing_once(opened: tuple[Repo, Objects]) -> None:
    repo, objects = opened
    first = objects.write_blob(b"same")
    path = repo.path / ".git/objects" / first[:2] / first[2:]
    os.utime(path, (1, 1))
    assert objects.write_blob(b"same") == first
    assert path.stat().st_mtime > 1, "git gc must spare what is about to be referred to"
    assert not [p for p in path.parent.iterdir() if p.name.startswith("tmp")]


def test_a_tree_takes_no_id_of_the_other_hash(opened: tuple[Repo, Objects]) -> None:
    _, objects = opened
    for oid in ("a" * 39, "a" * 52, ""):
        with pytest.raises(MalformedError):
            objects.write_tree({"x": TreeEntry(FILE_MODE, oid)})


def test_a_folder_that_is_gone_is_a_system_error(opened: tuple[Repo, Objects]) -> None:
    repo, objects = opened
    shutil.rmtree(repo.path / ".git/objects")
    with pytest.raises(OSError, match=r"."):
        objects.write_blob(b"x")


_names = st.text(st.characters(exclude_characters="/\0", codec="utf-8"), min_size=1, max_size=8) | st.just("\udcff")
_entries = st.dictionaries(
    _names,
    st.builds(TreeEntry, st.sampled_from((FILE_MODE, TREE_MODE, "120000", "10000")), st.just("ab" * 20)),
    max_size=12,
)


@given(_entries)
@settings(max_examples=60, deadline=None)
def test_a_tree_is_read_back(entries: dict[str, TreeEntry]) -> None:
    data = Tree.of(entries, id_bytes=20).encoded()
    assert Tree.parse(data, id_bytes=20) == entries
    assert Tree.parse(data, id_bytes=20).encoded() == data


@given(_entries, _entries, st.sets(_names))
@settings(max_examples=100, deadline=None)
def test_a_changed_tree_is_the_one_that_is_made_of_its_entries(
    entries: dict[str, TreeEntry], changes: dict[str, TreeEntry], gone: set[str]
) -> None:
    before = Tree.of(entries, id_bytes=20)
    after = before.changed({**changes, **dict.fromkeys(gone), **dict.fromkeys(list(entries)[:2])})
    kept = {name: entry for name, entry in {**entries, **changes}.items() if name not in {*gone, *list(entries)[:2]}}
    assert after.encoded() == Tree.of(kept, id_bytes=20).encoded()
    assert before == entries


@given(st.binary(max_size=120))
@settings(max_examples=150, deadline=None)
def test_arbitrary_bytes_are_an_object_or_malformed(data: bytes) -> None:
    for raw in (data, b"100644 a\0" + data, b"tree " + b"a" * 40 + b"\n" + data):
        with suppress(MalformedError):
            Tree.parse(raw, id_bytes=20)
        with suppress(MalformedError):
            decode_commit(raw)


def test_headers_of_several_lines_are_kept() -> None:
    commit = Commit("a" * 40, ("b" * 40,), PERSON, PERSON, b"x\n", ((b"gpgsig", b"one\n\ntwo"), (b"encoding", b"x")))
    assert decode_commit(encode_commit(commit)) == commit
    assert commit.signed


def test_an_id_is_the_one_that_git_gives(plain: Repo) -> None:
    assert object_id("blob", b"hello\n", "sha1") == plain.git("rev-parse", "HEAD:README")


TWICE = {
    "another tree": b"committer " + PERSON + b"\ntree " + b"c" * 40,
    "one more parent": b"committer " + PERSON + b"\nparent " + b"c" * 40,
    "another author": b"author " + PERSON + b"\ncommitter " + PERSON,
    "no committer": b"encoding UTF-8",
    "a NUL": b"committer " + PERSON + b"\nencoding a\0b",
}


@pytest.mark.parametrize("end", TWICE.values(), ids=list(TWICE))
def test_a_commit_that_git_reads_in_another_way_is_malformed(end: bytes) -> None:
    head = b"tree " + b"a" * 40 + b"\nparent " + b"b" * 40 + b"\nauthor " + PERSON + b"\n"
    assert decode_commit(head + b"committer " + PERSON + b"\n\nx\n").tree == "a" * 40
    with pytest.raises(MalformedError):
        decode_commit(head + end + b"\n\nx\n")
