"""The demo is played once, as somebody without any configuration would; each test looks at one thing it left."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from git_yoi.actions.demo_script import REPOSITORY, SCRIPT
from tests.conftest import Ran, Repo, run

PATH = "/usr/local/bin:/usr/bin:/bin"


def play(*arguments: str | Path, cwd: Path) -> Ran:
    """Run the demo with next to no environment: no identity, no HOME that exists, no git-yoi on the PATH."""
    newer = os.environ.get("GIT_YOI_TEST_GIT")
    path = f"{Path(newer).parent}:{PATH}" if newer else PATH
    words = ["env", "-i", f"PATH={path}", "HOME=/nonexistent", sys.executable, "-m", "git_yoi", "demo"]
    return run(*words, *arguments, cwd=cwd)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ran, Repo]:
    stage = tmp_path_factory.mktemp("demo") / "stage"
    return play(stage, cwd=stage.parent), Repo(stage / REPOSITORY)


def test_the_story_is_told_to_its_end_with_nothing_configured(story: tuple[Ran, Repo]) -> None:
    told, left = story
    assert (told.code, told.err) == (0, "")
    assert told.out.count("\n$ ") == len(SCRIPT)
    assert told.out.endswith(f"  cd {left.path}\n")


def test_it_tells_the_refusals_as_well(story: tuple[Ran, Repo]) -> None:
    told, _ = story
    assert re.findall(r"\(exit status (\d+)\)", told.out) == [str(step.code) for step in SCRIPT if step.code]
    assert "error: " in told.out


def test_the_repository_that_it_leaves_is_sound(story: tuple[Ran, Repo]) -> None:
    _, left = story
    assert left.git("fsck", "--strict", "--no-dangling") == ""
    assert left.json("fsck")["problems"] == []


def test_the_tickets_share_no_history_with_the_code(story: tuple[Ran, Repo]) -> None:
    _, left = story
    assert run("git", "merge-base", "main", "refs/yoi/tickets", cwd=left.path).code == 1


def test_one_ticket_is_merged_and_closed_and_the_other_one_started(story: tuple[Ran, Repo]) -> None:
    _, left = story
    states = {ticket["title"]: ticket["state"] for ticket in left.json("list", "--all")}
    assert states == {"Greet by name": "closed", "Greet in Japanese": "inprogress"}
    assert (left.path / "greet.sh").read_text() == 'echo "Hello, $1"\n'
    assert left.git("status", "--porcelain") == ""


def test_a_directory_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    done = Repo(tmp_path).yoi("demo", tmp_path, code=7)
    assert "not empty" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("name", ["inside", "deep/er"])
def test_a_directory_in_a_repository_is_refused(plain: Repo, name: str) -> None:
    done = plain.yoi("demo", name, code=2)
    assert "inside a repository" in done.err
    assert not (plain.path / name).exists()
    assert plain.git("status", "--porcelain") == ""
