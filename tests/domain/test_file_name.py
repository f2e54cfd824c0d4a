from __future__ import annotations

import pytest

from git_yoi.domain.file_name import name_problem, normal_name


@pytest.mark.parametrize(
    "name", ["notes.md", "screen shot (2).png", "設計.md", "gitlab.yml", ".env", "a.git", "x" * 200, "é.txt", "git.txt"]
)
def test_an_ordinary_name_is_kept(name: str) -> None:
    assert name_problem(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        ".",
        "..",
        "a/b",
        "a\\b",
        "x" * 201,
        "é" * 101,
        "a\nb",
        "a\tb",
        "a\x1bb",
        "a\udcffb",
        "e\u0301.txt",
        ".git",
        ".GIT",
        ".git.",
        ".git ",
        ".git::$INDEX_ALLOCATION",
        "git~1",
        "GIT~1",
        ".g\u200cit",
        ".gitmodules",
        ".gitModules",
        "gitmod~1",
        "gi7eba~1",
        ".gitattributes",
        "gitatt~1",
        ".gitignore",
        ".mailmap",
        "mailma~1",
    ],
)
def test_a_name_that_some_system_would_misread_is_refused(name: str) -> None:
    assert name_problem(name) is not None


def test_a_decomposed_name_has_a_composed_spelling() -> None:
    assert normal_name("e\u0301.txt") == "é.txt"
    assert name_problem(normal_name("e\u0301.txt")) is None
