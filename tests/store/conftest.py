from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.worlds import KINDS, Store, make_store


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A store of every kind."""
    return make_store(tmp_path / "store", request.param)


@pytest.fixture
def plain_store(tmp_path: Path) -> Store:
    """A store of the usual kind, where the kind does not matter."""
    return make_store(tmp_path / "store", "pygit2-sha1")
