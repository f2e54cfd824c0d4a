"""What one tip has and another lacks: exact under clocks that run anyhow."""

from __future__ import annotations

import os
import random

import pytest

from git_yoi.git.ancestry import added, difference, is_ancestor
from git_yoi.git.process import Git
from tests.conftest import Repo


def _history(repo: Repo, seed: int) -> dict[str, frozenset[str]]:
    """A random history with joins and wild dates: every commit with all that it stands on."""
    rnd, tree = random.Random(seed), repo.git("write-tree")
    below: dict[str, frozenset[str]] = {}
    for number in range(40):
        known = list(below)
        parents = rnd.sample(known[-8:], k=min(len(known), rnd.choice((1, 1, 1, 2))))
        at = rnd.choice((1_000_000_000, 1_750_000_000 + number, 2_000_000_000 - number * 1000))
        made = _commit(repo, tree, parents, at, str(number))
        below[made] = frozenset({made}).union(*(below[parent] for parent in parents))
    return below


def _commit(repo: Repo, tree: str, parents: list[str], at: int, message: str = "x") -> str:
    dated = {**os.environ, "GIT_AUTHOR_DATE": f"@{at} +0000", "GIT_COMMITTER_DATE": f"@{at} +0000"}
    return Git(repo.path, dated).run("commit-tree", *(f"-p{parent}" for parent in parents), "-m", message, tree).text


@pytest.mark.parametrize("seed", range(4))
def test_the_difference_is_what_set_arithmetic_says_whatever_the_dates(repo: Repo, seed: int) -> None:
    below, git, rnd = _history(repo, seed), Git(repo.path, os.environ), random.Random(seed)
    for _ in range(12):
        tip, without = rnd.choices(list(below), k=2)
        assert set(difference(git, tip, without)) == below[tip] - below[without]
        assert is_ancestor(git, tip, without) == (tip in below[without])
    tip = list(below)[-1]
    assert set(added(git, tip, None)) == below[tip]


def test_a_handful_of_entries_under_a_wrong_clock_do_not_make_shared_ones_new(repo: Repo) -> None:
    tree = repo.git("write-tree")
    shared = [_commit(repo, tree, [], 1_000)]
    for at in range(1_001, 1_020):
        shared.append(_commit(repo, tree, [shared[-1]], at))
    old = shared[-1]
    for at in range(8):
        # A clock that stood in 1970: git's walk runs on far below the shared commits before it sees them.
        old = _commit(repo, tree, [old], at)
    new = _commit(repo, tree, [shared[-1]], 2_000)
    git = Git(repo.path, os.environ)
    assert set(git.run("rev-list", new, f"^{old}").lines) > {new}, "git is not fooled: the test shows nothing"
    assert set(difference(git, new, old)) == {new}
