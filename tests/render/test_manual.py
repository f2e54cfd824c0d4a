from __future__ import annotations

import pytest

from git_yoi.render.manual import ManualError, plain, render_manual, sections, tags

PAGE = """\
.\\" a comment
.TH GIT\\-YOI 1
.SH NAME
git\\-yoi \\- tickets
.SH RECORDS
.SS one
\\fBone\\fR [\\fIARG\\fR]
.br
again
.PP
Words that
go on.
.TP
\\fB\\-\\-flag\\fR
What it does.
.RS 4
.nf
a  \\(aqline\\(aq
   kept
.fi
.RE
.SS two
Short.
"""


def test_headings_stand_left_of_paragraphs_and_a_lists_text_to_the_right_of_its_tag() -> None:
    assert render_manual(PAGE) == (
        "NAME\n"
        "    git-yoi - tickets\n"
        "\n"
        "RECORDS\n"
        "  one\n"
        "    one [ARG]\n"
        "    again\n"
        "\n"
        "    Words that go on.\n"
        "\n"
        "    --flag\n"
        "        What it does.\n"
        "            a  'line'\n"
        "               kept\n"
        "\n"
        "  two\n"
        "    Short.\n"
    )


def test_a_blank_line_parts_an_example_from_the_paragraph_after_it() -> None:
    assert render_manual(".SH X\n.nf\ncode\n.fi\n.PP\ntext\n") == "X\n        code\n\n    text\n"


def test_paragraphs_are_wrapped_to_the_width() -> None:
    text = render_manual(".SH X\n" + "word " * 40, width=40)
    assert max(len(line) for line in text.splitlines()) <= 40
    assert text.split().count("word") == 40


def test_a_verbs_part_is_found_by_its_name_with_what_it_explains() -> None:
    parts = sections(PAGE)
    assert list(parts) == ["one", "two"]
    assert tags(parts["one"]) == ["--flag"]
    assert parts["two"] == "Short.\n"


@pytest.mark.parametrize("source", [".XX\n", "a \\z\n", ".TP\n\\fQtag\ntext\n"])
def test_what_is_not_known_is_an_error_and_never_dropped(source: str) -> None:
    with pytest.raises(ManualError):
        render_manual(source)


def test_escapes_become_the_characters_they_stand_for() -> None:
    assert plain(r"\&.yoi.yaml \fB\-m\fR \(dqx\(dq \e") == '.yoi.yaml -m "x" \\'
