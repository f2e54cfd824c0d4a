"""`start`: what it makes, and that each refusal makes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Repo, make_repo, run
from tests.inside import inside

BEA = {"GIT_YOI_ACTOR": "Bea <bea@example.org>"}


def git_version() -> tuple[int, ...]:
    words = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.split()
    return tuple(int(part) for part in words[2].split(".")[:2])


def queued(repo: Repo, title: str = "A ticket") -> str:
    ticket_id = inside(repo, "new", title, "-m", "What to do.", "-q").out.strip()
    inside(repo, "ready", ticket_id)
    inside(repo, "queue", ticket_id)
    return ticket_id


def start(repo: Repo, *arguments: str | Path, **options: Any) -> Any:
    return inside(repo, "start", *arguments, "--json", **options).data


def state(repo: Repo) -> tuple[str, str, list[str]]:
    """What a refusal leaves as it was: refs, worktrees, claim records."""
    claims = repo.path / ".git/yoi/claims"
    return (
        repo.refs(),
        repo.git("worktree", "list"),
        sorted(p.name for p in claims.iterdir()) if claims.exists() else [],
    )


def refused(repo: Repo, code: str, *arguments: str | Path, **options: Any) -> None:
    before = state(repo)
    done = inside(repo, "start", *arguments, "--json", code=None, **options)
    assert done.code != 0, done.out
    assert done.error == code, done.out
    assert state(repo) == before


def test_start_accepts_and_then_makes_branch_and_worktree(repo: Repo) -> None:
    ticket_id = queued(repo, "Fix the login")
    held = start(repo, ticket_id)
    branch = f"{ticket_id[:8]}-fix-the-login"
    worktree = repo.path.parent / "repo.worktrees" / branch
    assert held == {
        "id": ticket_id,
        "title": "Fix the login",
        "state": "inprogress",
        "generation": 1,
        "branch": branch,
        "worktree": str(worktree),
        "base": repo.git("rev-parse", "main"),
        "remote_confirmed": None,
    }
    assert repo.git("symbolic-ref", "HEAD", cwd=worktree) == f"refs/heads/{branch}"
    assert repo.git("status", "--porcelain", cwd=worktree) == ""
    assert repo.git("config", "--get-regexp", r"^branch\.") == f"branch.{branch}.yoiticket {ticket_id}"


def test_people_are_told_where_to_go(repo: Repo) -> None:
    said = inside(repo, "start", queued(repo), "--worktree", repo.path.parent / "a place").err
    assert f"cd '{repo.path.parent / 'a place'}'" in said


def test_no_worktree_makes_the_branch_only(repo: Repo) -> None:
    held = start(repo, queued(repo), "--no-worktree")
    assert held["worktree"] is None
    assert repo.git("rev-parse", held["branch"]) == held["base"]
    assert len(repo.git("worktree", "list").splitlines()) == 1


def test_branch_worktree_and_base_are_as_asked(repo: Repo) -> None:
    first = repo.git("rev-parse", "main")
    repo.commit("more", "more\n")
    held = start(repo, queued(repo), "--branch", "fix/it", "--worktree", "../there", "--base", first[:10])
    assert (held["branch"], held["worktree"], held["base"]) == ("fix/it", str(repo.path.parent / "there"), first)


def test_an_empty_directory_is_a_free_place(repo: Repo) -> None:
    place = repo.path.parent / "empty"
    place.mkdir()
    start(repo, queued(repo), "--worktree", place)
    assert (place / "README").exists()


def test_the_policy_says_where_worktrees_go(repo: Repo) -> None:
    repo.commit(".yoi.yaml", 'worktree: {path: "../w/{id}"}\n')
    ticket_id = queued(repo)
    assert start(repo, ticket_id)["worktree"] == str(repo.path.parent / "w" / ticket_id)


@pytest.mark.parametrize("verbs", [[], ["ready"], ["ready", "queue", "return"], ["close"]])
def test_a_ticket_that_is_not_queued_is_not_started(repo: Repo, verbs: list[str]) -> None:
    ticket_id = inside(repo, "new", "A", "-m", "b", "-q").out.strip()
    more = {"return": ["-m", "why"], "close": ["-m", "why", "--as", "wontfix"]}
    for verb in verbs:
        inside(repo, verb, ticket_id, *more.get(verb, []))
    refused(repo, "illegal-transition", ticket_id)


@pytest.mark.parametrize("env", [{}, BEA], ids=["same", "another"])
def test_a_ticket_that_is_held_is_taken_whoever_asks(repo: Repo, env: dict[str, str]) -> None:
    ticket_id = queued(repo)
    start(repo, ticket_id)
    refused(repo, "taken", ticket_id, env=env)
    said = inside(repo, "start", ticket_id, code=5, env=env).err
    assert "Ada <ada@example.org>" in said
    assert ("that is you, from this clone" in said, "takeover" in said) == (not env, bool(env))


def test_a_blocked_ticket_is_not_started(repo: Repo) -> None:
    other, ticket_id = queued(repo, "Other"), queued(repo)
    inside(repo, "link", ticket_id, "depends-on", other)
    refused(repo, "blocked", ticket_id)
    inside(repo, "unlink", ticket_id, "depends-on", other)
    inside(repo, "link", other, "blocks", ticket_id)
    refused(repo, "blocked", ticket_id)
    inside(repo, "close", other, "-m", "no", "--as", "wontfix")
    inside(repo, "block", ticket_id, "-m", "wait")
    refused(repo, "blocked", ticket_id)
    inside(repo, "unblock", ticket_id)
    start(repo, ticket_id)


def test_another_text_than_the_queued_one_is_not_started(repo: Repo) -> None:
    ticket_id = queued(repo)
    inside(repo, "edit", ticket_id, "-m", "Something else.")
    refused(repo, "stale-text", ticket_id)
    inside(repo, "queue", ticket_id)
    start(repo, ticket_id)


def test_a_role_that_may_not_start_is_refused(repo: Repo) -> None:
    repo.commit(".yoi.yaml", "roles: {coder: [comment]}\n")
    refused(repo, "not-authorized", queued(repo), env={"GIT_YOI_ROLE": "coder"})


def test_without_an_identity_nothing_is_made(repo: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ticket_id = queued(repo)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    refused(repo, "identity", ticket_id)


def test_an_unborn_target_has_no_tip_to_begin_at(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "unborn")
    repo.path.mkdir()
    repo.git("init", "-q")
    inside(repo, "init")
    refused(repo, "unborn", queued(repo))


@pytest.mark.parametrize("existing", ["taken", "taken/below", "TAKEN", "main", "other"])
def test_a_branch_that_exists_is_never_taken(repo: Repo, existing: str) -> None:
    other = queued(repo, "Other")
    start(repo, other, "--branch", "other", "--no-worktree")
    if existing not in ("main", "other"):
        repo.git("branch", existing)
    refused(repo, "exists", queued(repo), "--branch", "taken" if "taken" in existing.lower() else existing)


def test_the_branch_of_another_open_ticket_is_not_taken_even_where_it_is_not_here(repo: Repo) -> None:
    other = queued(repo, "Other")
    start(repo, other, "--branch", "theirs", "--no-worktree")
    repo.git("branch", "-D", "theirs")
    refused(repo, "exists", queued(repo), "--branch", "theirs")


def test_a_target_of_the_policy_is_not_taken(repo: Repo) -> None:
    repo.commit(".yoi.yaml", "targets: [release]\n")
    refused(repo, "exists", queued(repo), "--branch", "release")


@pytest.mark.parametrize(
    "name", ["", "-x", "a..b", "a b", "HEAD", "@", "@{-1}", "a" * 40, "a\nb", "x.lock", "é" * 150, "a\udcffb"]
)
def test_a_name_that_is_none_is_a_usage_error(repo: Repo, name: str) -> None:
    refused(repo, "usage", queued(repo), f"--branch={name}")


@pytest.mark.parametrize("option", ["--worktree", "--base"])
@pytest.mark.parametrize("value", ["", "a\nb", "a\x1bb", "a\udcffb"])
def test_a_value_that_no_line_can_show_is_a_usage_error(repo: Repo, option: str, value: str) -> None:
    refused(repo, "usage", queued(repo), option, value)


def test_a_base_that_is_not_there_is_not_found(repo: Repo) -> None:
    refused(repo, "not-found", queued(repo), "--base", "nowhere")


def test_a_place_that_is_not_free_is_refused(repo: Repo, tmp_path: Path) -> None:
    ticket_id = queued(repo)
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").touch()
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    repo.git("worktree", "add", "-q", "--detach", tmp_path / "gone")
    subprocess.run(["rm", "-r", str(tmp_path / "gone")], check=True)
    for place in ("full", "file", "link", "gone", "file/below"):
        refused(repo, "exists", ticket_id, "--worktree", tmp_path / place)
    refused(repo, "usage", ticket_id, "--worktree", repo.path / ".git/inside")
    refused(repo, "usage", ticket_id, "--worktree", "x", "--no-worktree")


def test_the_branch_that_the_ticket_had_is_used_again_with_its_worktree(repo: Repo, tmp_path: Path) -> None:
    ticket_id = queued(repo)
    first = start(repo, ticket_id, "--worktree", tmp_path / "first")
    head = repo.commit("work", "done\n", cwd=tmp_path / "first")
    inside(repo, "release", ticket_id, "-m", "tired")
    repo.git("worktree", "move", tmp_path / "first", tmp_path / "moved")
    inside(repo, "edit", ticket_id, "--title", "Another title")
    again = start(repo, ticket_id)
    assert again["generation"] == 2
    assert (again["branch"], again["base"]) == (first["branch"], first["base"])
    assert again["worktree"] == str(tmp_path / "moved")
    assert repo.git("rev-parse", again["branch"]) == head


def test_a_worktree_that_was_removed_is_made_again(repo: Repo) -> None:
    ticket_id = queued(repo)
    first = start(repo, ticket_id)
    inside(repo, "release", ticket_id, "-m", "tired")
    subprocess.run(["rm", "-r", first["worktree"]], check=True)
    assert start(repo, ticket_id)["worktree"] == first["worktree"]
    assert (Path(first["worktree"]) / "README").exists()


def test_a_branch_that_is_busy_in_a_rebase_is_adopted_where_it_is(repo: Repo) -> None:
    ticket_id = queued(repo)
    first = start(repo, ticket_id)
    worktree = Path(first["worktree"])
    inside(repo, "release", ticket_id, "-m", "tired")
    repo.commit("README", "theirs\n")
    repo.commit("README", "ours\n", cwd=worktree)
    assert run("git", "rebase", "main", cwd=worktree).code != 0
    assert start(repo, ticket_id)["worktree"] == str(worktree)


def test_a_failure_after_the_acceptance_is_recorded_and_start_goes_on(repo: Repo, tmp_path: Path) -> None:
    ticket_id = queued(repo)
    repo.commit(".gitattributes", "z filter=broken\n")
    repo.commit("z", "z\n")
    repo.git("config", "filter.broken.smudge", "false")
    repo.git("config", "filter.broken.required", "true")
    failed = inside(repo, "start", ticket_id, "--json", code=9)
    assert failed.error == "io"
    shown = inside(repo, "show", ticket_id, "--json").data
    assert shown["state"] == "inprogress"
    last = shown["entries"][-1]
    assert (last["kind"], "could not be made" in last["body"]) == ("report", True)
    assert str(tmp_path) not in repo.git("log", "--format=%B", "refs/yoi/tickets")
    refused(repo, "usage", ticket_id, "--branch", "another")
    repo.git("config", "filter.broken.smudge", "cat")
    held = start(repo, ticket_id, env=BEA)
    assert (held["generation"], held["branch"]) == (1, shown["holder"]["branch"])
    assert (Path(held["worktree"]) / "z").exists()
    refused(repo, "taken", ticket_id)


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("{}/file/x", "exists"),
        ("{}/dangling/x", "exists"),
        ("{}/" + "x" * 300 + "/y", "io"),
        ("{}/new/" + "y" * 300, "io"),
    ],
    ids=["below a file", "below a dangling link", "too long above", "too long"],
)
def test_a_place_that_can_become_no_directory_is_refused_before_the_acceptance(
    repo: Repo, tmp_path: Path, place: str, code: str
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "dangling").symlink_to("/nowhere/at/all")
    refused(repo, code, queued(repo), "--worktree", place.format(tmp_path))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a file system that takes no directory")
def test_a_file_system_that_takes_no_directory_is_found_out_before_the_acceptance(repo: Repo) -> None:
    ended = inside(repo, "start", queued(repo), "--worktree", "/proc/yoi/x", "--json", code=9)
    assert ended.error in ("io", "read-only")
    assert [one["state"] for one in inside(repo, "list", "--json").data] == ["queued"]


def test_a_start_that_fails_again_and_again_records_the_same_failure_once(repo: Repo, tmp_path: Path) -> None:
    ticket_id = queued(repo)
    repo.commit(".gitattributes", "z filter=broken\n")
    repo.commit("z", "z\n")
    repo.git("config", "filter.broken.smudge", "false")
    repo.git("config", "filter.broken.required", "true")
    inside(repo, "start", ticket_id, code=9)
    tip = repo.git("rev-parse", "refs/yoi/tickets")
    inside(repo, "start", ticket_id, code=9)
    (tmp_path / "file").touch()
    inside(repo, "start", ticket_id, "--worktree", tmp_path / "file/x", code=7)
    inside(repo, "start", ticket_id, "--worktree", tmp_path / "another", code=9)
    assert repo.git("rev-parse", "refs/yoi/tickets") == tip


def test_a_hook_that_fails_after_the_checkout_does_not_fail_the_start(repo: Repo) -> None:
    hook = repo.path / ".git/hooks/post-checkout"
    hook.write_text("#!/bin/sh\necho bad luck >&2\nexit 3\n")
    hook.chmod(0o755)
    done = inside(repo, "start", queued(repo))
    assert "bad luck" in done.err
    assert "locked" not in repo.git("worktree", "list", "--porcelain")


def test_a_record_that_cannot_be_written_stops_the_start_before_the_acceptance(repo: Repo) -> None:
    ticket_id = queued(repo)
    (repo.path / ".git/yoi/claims").write_text("in the way")
    before = repo.refs()
    assert inside(repo, "start", ticket_id, "--json", code=9).error == "io"
    assert repo.refs() == before


FORMATS = [("--object-format=sha256",), *([("--ref-format=reftable",)] if git_version() >= (2, 45) else [])]


@pytest.mark.parametrize("options", FORMATS, ids=lambda o: o[0][2:])
def test_every_kind_of_repository_starts(tmp_path: Path, options: tuple[str, ...]) -> None:
    repo = make_repo(tmp_path / "répo ☃", *options)
    inside(repo, "init")
    held = start(repo, queued(repo))
    assert repo.git("status", "--porcelain", cwd=Path(held["worktree"])) == ""
    inside(repo, "release", held["id"], "-m", "why")
    assert start(repo, held["id"])["worktree"] == held["worktree"]


def test_a_bare_repository_has_its_worktrees_beside_it(plain: Repo, tmp_path: Path) -> None:
    bare = Repo(tmp_path / "hub.git")
    plain.git("clone", "-q", "--bare", plain.path, bare.path)
    bare.git("remote", "remove", "origin")
    inside(bare, "init")
    held = start(bare, queued(bare))
    assert Path(held["worktree"]).parent == tmp_path / "hub.worktrees"
    assert (Path(held["worktree"]) / "README").exists()


def test_a_start_from_a_subdirectory_of_a_linked_worktree_is_the_same(repo: Repo, tmp_path: Path) -> None:
    repo.git("worktree", "add", "-q", "--detach", tmp_path / "linked")
    below = tmp_path / "linked/below"
    below.mkdir()
    ticket_id = queued(repo)
    held = inside(Repo(below), "start", ticket_id, "--json").data
    assert Path(held["worktree"]).parent == tmp_path / "repo.worktrees"
    other = inside(Repo(below), "start", queued(repo), "--worktree", "here", "--json").data
    assert other["worktree"] == str(below / "here")


@pytest.mark.parametrize("identities", [1, 8])
def test_of_eight_that_start_one_ticket_at_once_one_holds_it(repo: Repo, identities: int) -> None:
    ticket_id = queued(repo)
    starts = [
        subprocess.Popen(
            [sys.executable, "-m", "git_yoi", "start", ticket_id],
            cwd=repo.path,
            env={**os.environ, "GIT_YOI_ACTOR": f"Worker <w{number % identities}@example.org>"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for number in range(8)
    ]
    assert sorted(process.wait() for process in starts) == [0, 5, 5, 5, 5, 5, 5, 5]
    shown = inside(repo, "show", ticket_id, "--json").data
    assert (shown["state"], shown["holder"]["generation"]) == ("inprogress", 1)
    assert [entry["kind"] for entry in shown["entries"]].count("accept") == 1
    assert len(repo.git("worktree", "list").splitlines()) == 2
