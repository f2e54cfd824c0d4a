from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from git_yoi.codec.yoi_backend.names import attachment_name, native_id
from git_yoi.codec.yoi_backend.people import actor_of, author_of, role_of
from git_yoi.domain.file_name import name_problem
from git_yoi.domain.ids import is_id
from git_yoi.domain.ticket import Actor


def test_an_id_is_kept_where_our_rule_allows_it_and_else_follows_from_the_name() -> None:
    assert native_id("20260529-205844-a-slug") == "20260529-205844-a-slug"
    derived = native_id("slug_with.dots")
    assert is_id(derived)
    assert derived == native_id("slug_with.dots") != native_id("slug_with.dot")


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=80), max_size=6))
def test_every_path_gets_a_name_that_a_record_may_hold_and_no_two_the_same(paths: list[str]) -> None:
    taken: set[str] = set()
    names = [attachment_name(path, taken) for path in dict.fromkeys(paths)]
    assert [name_problem(name) for name in names] == [None] * len(names)
    assert len({name.casefold() for name in names}) == len(names)


def test_authors_become_people_and_two_names_never_one() -> None:
    assert actor_of("mio") == Actor("mio", "mio@yoi.invalid")
    assert actor_of("Mio K <mio@example.org>") == Actor("Mio K", "mio@example.org")
    mails = {actor_of(name).email for name in ("a b", "a-b", "a:b", "A-b", "美緒", "美桜", "<>", "")}
    assert len(mails) == 8


@given(st.text(max_size=60))
def test_any_author_is_a_person_that_git_can_keep(author: str) -> None:
    actor = actor_of(author.encode(errors="replace").decode())
    assert actor.name.strip() == actor.name != ""
    assert not set("<>\n\r\0") & set(actor.name + actor.email)
    assert actor_of(author_of(actor)) == actor


def test_a_role_is_what_a_programs_name_tells() -> None:
    assert [role_of(a) for a in ("yoi-reviewer-x", "orchestrator", "coder", "ticket-intake", "mio")] == [
        "reviewer",
        "orchestrator",
        "coder",
        "intake",
        "human",
    ]
