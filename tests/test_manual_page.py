"""The manual and the program say the same: neither has a verb, an option, a code or a setting that the other lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest

import git_yoi
from git_yoi.actions.help import manual_source
from git_yoi.cli.command import ROLES
from git_yoi.cli.verbs import ALIASES, VERBS
from git_yoi.domain.query import KEYS
from git_yoi.errors import EXIT_CODES
from git_yoi.render.manual import plain, render_manual, sections, tags

SOURCE = manual_source()
PARTS = sections(SOURCE)
SHARED = {"--json", "--quiet", "-q", "-m", "--message", "-F", "--file", "--help", "-h"}
OPTION = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]*")


def verb_command(verb: str) -> click.Command:
    found = import_module(f"git_yoi.cli.{VERBS[verb].module}").command
    assert isinstance(found, click.Command)
    return found


def commands(command: click.Command) -> Iterator[click.Command]:
    """The command and those below it (`worktree list`)."""
    yield command
    if isinstance(command, click.Group):
        for below in command.commands.values():
            yield from commands(below)


def option_names(verb: str) -> set[str]:
    return {
        name
        for command in commands(verb_command(verb))
        for option in command.params
        if isinstance(option, click.Option) and not option.hidden
        for name in (*option.opts, *option.secondary_opts)
    }


def chapter(title: str) -> str:
    """A chapter's source, without its heading."""
    heading = f'.SH "{title}"' if " " in title else f".SH {title}"
    return SOURCE.split(f"\n{heading}\n")[1].split("\n.SH ")[0]


def test_every_verb_has_its_part_under_its_heading_in_the_order_of_the_table() -> None:
    assert list(PARTS) == list(VERBS)
    for section in {verb.section for verb in VERBS.values()}:
        body = "\n" + chapter(section.upper())
        assert re.findall(r"^\.SS (.+)$", body, re.MULTILINE) == [
            name for name, verb in VERBS.items() if verb.section == section
        ]


@pytest.mark.parametrize("verb", VERBS)
def test_every_option_of_a_verb_is_in_its_part(verb: str) -> None:
    text = plain(PARTS[verb])
    assert option_names(verb) - SHARED <= set(OPTION.findall(text))
    takes_text = "-m" in option_names(verb)
    assert ("-m" in OPTION.findall(text)) == takes_text


@pytest.mark.parametrize("verb", VERBS)
def test_a_verbs_part_explains_no_option_that_it_lacks(verb: str) -> None:
    explained = {name for tag in tags(PARTS[verb]) for name in OPTION.findall(tag)}
    synopsis = set(OPTION.findall(plain(PARTS[verb].split("\n.PP")[0])))
    assert explained | synopsis <= option_names(verb)


@pytest.mark.parametrize("verb", VERBS)
def test_a_verbs_synopsis_names_its_arguments_and_its_verbs_below(verb: str) -> None:
    synopsis = plain(PARTS[verb].split("\n.PP")[0])
    assert synopsis.startswith(f"git yoi {verb}")
    command = verb_command(verb)
    if isinstance(command, click.Group):
        assert all(below in plain(PARTS[verb]) for below in command.commands)
    else:
        required = [p for p in command.params if isinstance(p, click.Argument) and p.required]
        assert len(re.findall(r"\b[A-Z]{2,}\b|\[A\]", synopsis)) >= len(required)


def test_the_shared_options_are_explained_once() -> None:
    explained = {name for tag in tags(chapter("OPTIONS")) for name in OPTION.findall(tag)}
    assert explained == SHARED | {"-C", "--version"}


def test_the_verbs_without_json_are_the_ones_that_the_manual_names() -> None:
    without = {verb for verb in VERBS if "--json" not in option_names(verb)}
    sentence = re.search(r"Every verb has it but ([^.]*)\.", " ".join(render_manual(SOURCE).split()))
    assert sentence is not None
    assert set(re.findall(r"[a-z]+", sentence[1])) - {"and"} == without


def test_every_alias_is_told_where_its_verb_is_explained() -> None:
    for alias, verb in ALIASES.items():
        assert f"Also: {alias}." in plain(PARTS[verb]).replace("\n", " ")


def test_every_error_code_stands_at_its_exit_status_and_no_other_does() -> None:
    told: dict[str, int] = {}
    for block in chapter("EXIT STATUS").split(".TP\n")[1:]:
        status, _, text = block.partition("\n")
        for code in re.findall(r"\\fB([a-z\\-]+)\\fR", text):
            told[plain(code)] = int(plain(status))
    assert told == EXIT_CODES


def test_every_setting_and_variable_that_the_program_reads_is_told_and_no_other_is() -> None:
    package = Path(git_yoi.__file__).parent
    code = "\n".join(path.read_text() for path in package.rglob("*.py"))
    read = set(re.findall(r'(?:get\(|^    )"(yoi\.[a-z]+|GIT_YOI_[A-Z]+)"', code, re.MULTILINE))
    told = {plain(tag) for title in ("ENVIRONMENT", "CONFIGURATION") for tag in tags(chapter(title))}
    settings = {name for name in told if name.startswith(("yoi.", "GIT_YOI_"))}
    assert {name.lower() if name.startswith("yoi.") else name for name in settings} == read


def test_every_key_of_a_query_is_told_and_no_other_is() -> None:
    assert {plain(tag).split(":")[0] for tag in tags(chapter("QUERIES"))} == set(KEYS)


def test_every_role_is_named() -> None:
    assert all(f"\\fB{role}\\fR" in SOURCE for role in ROLES)


def test_the_page_renders_whole_within_80_columns() -> None:
    text = render_manual(SOURCE, width=80)
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "\\" not in text.replace("\\e", "")
    assert text.startswith("NAME\n    git-yoi - ")
