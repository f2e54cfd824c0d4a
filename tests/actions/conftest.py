"""A quicker beginning: here the entry point runs inside the test's own process."""

from __future__ import annotations

import pytest

from tests.conftest import Repo
from tests.inside import inside


@pytest.fixture
def repo(plain: Repo) -> Repo:
    """A repository with one commit, in which tickets have begun."""
    inside(plain, "init")
    return plain
