from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from git_yoi.codec.yoi_backend.header import looks_like_header, read_header, write_header

_WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=30)


def test_a_quoted_value_may_hold_colons_quotes_and_spaces() -> None:
    line = r'<!-- event: comment author: "a \"b\": c\\" at: 2026-01-01T00:00:00Z -->'
    assert read_header(line) == {"event": "comment", "author": 'a "b": c\\', "at": "2026-01-01T00:00:00Z"}


def test_an_author_of_two_words_that_nobody_quoted_stays_whole() -> None:
    assert (read_header("<!-- event: close author: the panel at: T status: closed -->") or {})["author"] == "the panel"


def test_a_colon_inside_a_word_begins_no_key() -> None:
    assert (read_header("<!-- event: review author: team:rin at: T -->") or {})["author"] == "team:rin"


def test_other_comments_are_no_headers() -> None:
    assert not looks_like_header("<!-- TODO -->")
    assert not looks_like_header("text")
    assert looks_like_header("<!-- event: comment author: x")


@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True), _WORDS.filter(lambda t: "-->" not in t), min_size=1
    )
)
def test_what_is_written_is_read_back(pairs: dict[str, str]) -> None:
    assert read_header(write_header(pairs)) == pairs
