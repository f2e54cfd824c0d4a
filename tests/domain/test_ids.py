from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from git_yoi.domain.ids import ALPHABET, MIN_PREFIX, from_bytes, is_id, shard, shortest_prefix
from tests.strategies import native_ids


@given(st.binary(min_size=8, max_size=8))
def test_an_id_is_16_letters_that_no_commit_id_has(random: bytes) -> None:
    made = from_bytes(random)
    assert len(made) == 16
    assert set(made) <= set(ALPHABET)
    assert not set(made) & set("0123456789abcdef")
    assert is_id(made)
    assert shard(made) == made[14:]


@given(st.binary(max_size=20).filter(lambda b: len(b) != 8))
def test_an_id_takes_exactly_8_bytes(random: bytes) -> None:
    with pytest.raises(ValueError, match="8 bytes"):
        from_bytes(random)


@given(native_ids, st.lists(native_ids))
def test_the_shortest_prefix_names_one_ticket(one: str, others: list[str]) -> None:
    prefix = shortest_prefix(one, others)
    assert one.startswith(prefix)
    assert len(prefix) >= MIN_PREFIX
    assert not any(other.startswith(prefix) for other in others if other != one)
    assert len(prefix) == MIN_PREFIX or any(other.startswith(prefix[:-1]) for other in others if other != one)


@pytest.mark.parametrize(("text", "good"), [
    ("abc", True), ("20260609-073047-001", True), ("A" * 64, True),
    ("ab", False), ("A" * 65, False), ("-abc", False), ("a/b", False), ("abc\n", False), ("a.b", False), ("äbc", False),
])  # fmt: skip
def test_what_may_be_an_id(text: str, good: bool) -> None:
    assert is_id(text) is good
