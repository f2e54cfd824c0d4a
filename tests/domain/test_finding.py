from __future__ import annotations

import pytest

from git_yoi.domain.events import Finding
from git_yoi.domain.finding import parse_finding


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("minor:src/a.py:12:name it", Finding("minor", "src/a.py", 12, "name it")),
        ("note:a.py:0:see http://x:80/ there", Finding("note", "a.py", 0, "see http://x:80/ there")),
        ("blocker:odd:name.c:3: two\nlines ", Finding("blocker", "odd:name.c", 3, "two\nlines")),
        ("major:a:1:2:3", Finding("major", "a", 1, "2:3")),
    ],
)
def test_a_finding_is_read(given: str, expected: Finding) -> None:
    assert parse_finding(given) == expected


@pytest.mark.parametrize(
    "given",
    [
        "",
        "minor",
        "minor:a.py:12",
        "minor:a.py:x:text",
        "minor:a.py:-1:text",
        "minor:a.py:1:",
        "minor:a.py:1:  \n",
        "minor::1:text",
        "fatal:a.py:1:text",
        "minor:/etc/passwd:1:text",
        "minor:../a:1:text",
        "minor:a/../b:1:text",
        "minor:a//b:1:text",
        "minor:./a:1:text",
        "minor:a\nb:1:text",
        "minor:a\x1b:1:text",
        "minor:a.py:1:nul\0",
        "minor:a.py:1:\udcff",
        "minor:a\udcff:1:text",
        "minor:a.py:9999999999:text",
    ],
)
def test_a_malformed_finding_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match=r"^it"):
        parse_finding(given)
