"""What `hooks status` says of hooks that git runs and that can do nothing, and of those that it does not run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from git_yoi.git.version import CONFIGURED_HOOKS
from tests.conftest import Repo
from tests.hooks.client_scene import every_hook_fires, install, kept, put, status, without_program
from tests.hooks.clients import put_hooks
from tests.inside import inside

RUNS_THE_PROGRAM = {"post-commit", "post-merge", "post-rewrite", "pre-push"}


@pytest.fixture
def by_file(git_version: tuple[int, ...]) -> bool:
    """Whether git takes hooks from files only."""
    return git_version < CONFIGURED_HOOKS


def silent(found: dict[str, dict[str, Any]]) -> set[str]:
    return {hook for hook, one in found.items() if not one["fires"]}


@pytest.mark.parametrize("python", ["/no/such/python", "empty"])
def test_where_the_program_is_gone_they_do_not_fire(
    plain: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, python: str
) -> None:
    if python == "empty":
        file = tmp_path / "it's python"
        file.write_text("#!/bin/sh\nexit 1\n")
        file.chmod(0o755)
        python = str(file)
    put_hooks(plain, python)
    for name, value in without_program(tmp_path).items():
        monkeypatch.setenv(name, value)
    found = status(plain, code=8)
    assert silent(found) == RUNS_THE_PROGRAM
    assert f"the program is missing: {python} " in found["pre-push"]["observed"]
    assert "Next: git yoi hooks install" in inside(plain, "hooks", code=8).out
    other = tmp_path / "bin/git-yoi"
    other.parent.mkdir()
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", f"{other.parent}:{without_program(tmp_path)['PATH']}")
    assert silent(status(plain)) == set()


def test_where_they_are_turned_off_it_says_so(repo: Repo) -> None:
    install(repo)
    off = {"GIT_YOI_HOOKS": "0"}
    found = inside(repo, "hooks", "status", "--json", env=off, code=8).data
    assert not found["fires"]
    assert {one["observed"] for one in found["hooks"]} == {"git-yoi: GIT_YOI_HOOKS=0 turns it off"}
    assert inside(repo, "hooks", env=off, code=8).out.endswith("\nNext: unset GIT_YOI_HOOKS\n")
    repo.git("config", "yoi.hookTimeout", "0")
    assert "yoi.hookTimeout is 0: they fire, but" in inside(repo, "hooks").out
    assert inside(repo, "hooks", "--json").data["timeout_is_0"] is True


def test_lines_that_were_changed_by_hand_prove_nothing(plain: Repo) -> None:
    put_hooks(plain)
    file = plain.path / ".git/hooks/pre-push"
    file.write_text(file.read_text().replace("\nif test", "\nexit 0\nif test"))
    found = status(plain, code=8)
    assert silent(found) == {"pre-push"}
    assert "changed by hand" in found["pre-push"]["observed"]
    said = inside(plain, "hooks", code=8).out
    assert said.count("Next: ") == 2
    assert f"Next: take our lines, from their first mark to their last, out of {file}\nNext: git yoi hooks" in said


def test_what_ends_a_hook_above_our_lines_is_named(plain: Repo, by_file: bool) -> None:
    if by_file:
        put(plain, "pre-push", "#!/bin/sh\ntrue\n")
    else:
        put_hooks(plain)
    install(plain)
    file = plain.path / ".git/hooks/pre-push"
    top, rest = file.read_text().split("\n", 1)
    file.write_text(f"{top}\nexit 0\n{rest}")
    before = kept(plain)
    found = status(plain, code=8)
    assert silent(found) == {"pre-push"}
    said = inside(plain, "hooks", code=8).out
    assert said.endswith(f"\nNext: let nothing end the hook in {file.resolve()} above our lines\n")
    assert inside(plain, "hooks", "install").code == 0
    assert kept(plain) == before


def test_a_hook_that_is_not_executable_is_said_to_be(plain: Repo, by_file: bool) -> None:
    if by_file:
        put(plain, "pre-push", "#!/bin/sh\ntrue\n")
        install(plain)
    else:
        put_hooks(plain)
    for hook in ("pre-push", "commit-msg"):
        (plain.path / ".git/hooks" / hook).chmod(0o644)
    found = status(plain, code=8)
    assert silent(found) == {"pre-push", "commit-msg"}
    assert {found[hook]["observed"] for hook in silent(found)} == {"it is not executable, so git passes it over"}
    if by_file:
        said = inside(plain, "hooks", code=8).out
        assert f"Next: make {(plain.path / '.git/hooks/pre-push').resolve()} executable\nNext: git yoi hooks" in said
    install(plain)
    assert silent(status(plain, code=8 if by_file else 0)) == ({"pre-push"} if by_file else set())


def test_what_the_configuration_switches_off_is_named(plain: Repo, by_file: bool) -> None:
    if by_file:
        pytest.skip("this git takes no hooks from its configuration: GIT_YOI_TEST_GIT=/path/to/git names a newer one")
    install(plain)
    plain.git("config", "--global", "hook.git-yoi-pre-push.enabled", "false")
    assert silent(status(plain, code=8)) == {"pre-push"}
    said = inside(plain, "hooks", code=8).out
    assert "Next: hook.git-yoi-pre-push.enabled is false in file:" in said
    assert said.endswith(": set it to true\n")
    plain.git("config", "--global", "--unset", "hook.git-yoi-pre-push.enabled")
    assert every_hook_fires(plain)
