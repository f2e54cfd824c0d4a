from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from git_yoi.git.objects import Objects, open_objects
from git_yoi.git.pack_writer import PackingBackend
from git_yoi.git.raw import FILE_MODE, TreeEntry
from git_yoi.git.repository import Repository, discover
from tests.conftest import Repo, make_repo


@pytest.fixture(params=["sha1", "sha256"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Repo, Repository]:
    repo = make_repo(tmp_path / "r", f"--object-format={request.param}")
    return repo, discover(repo.path, os.environ)


def blobs(seed: int) -> list[bytes]:
    """Texts that differ from one another at the start, in the middle, at the end, or altogether."""
    chance = random.Random(seed)
    data, found = b"", []
    for n in range(400):
        if n % 50 == 0:
            data = chance.randbytes(chance.choice([0, 1, 200, 5000, 200_000]))
        at = chance.randrange(len(data) + 1)
        data = data[:at] + chance.randbytes(chance.choice([1, 3, 130, 300])) + data[at + chance.randrange(3) :]
        found.append(data)
    return found


def test_git_reads_every_object_of_a_pack_as_it_was_written(made: tuple[Repo, Repository]) -> None:
    repo, repository = made
    behind = open_objects(repository)
    packing = PackingBackend(repository, behind)
    objects = Objects(packing, behind.object_format)
    texts = blobs(7)
    oids = [objects.write_blob(text) for text in texts]
    trees = [
        objects.write_tree({f"{n:04}": TreeEntry(FILE_MODE, oid) for n, oid in enumerate(oids[:k])})
        for k in range(1, 400)
    ]
    assert objects.blob(oids[3]) == texts[3]
    packing.flush()
    repo.git("fsck", "--strict", "--no-dangling")
    assert [behind.blob(oid) for oid in oids] == texts
    assert len(behind.tree(trees[-1])) == 399
    counts = dict(row.split(": ") for row in repo.git("count-objects", "-v").splitlines())
    assert (counts["packs"], int(counts["in-pack"])) == ("1", len({*oids, *trees}))
    whole = sum(map(len, texts)) + sum(range(400)) * 30
    assert int(counts["size-pack"]) * 1024 < whole / 10


def test_a_few_objects_are_stored_one_by_one(made: tuple[Repo, Repository]) -> None:
    repo, repository = made
    behind = open_objects(repository)
    packing = PackingBackend(repository, behind)
    oid = Objects(packing, behind.object_format).write_blob(b"one")
    packing.flush()
    assert repo.git("cat-file", "-p", oid) == "one"
    assert "packs: 0" in repo.git("count-objects", "-v")
