"""What `doctor` sees around the record: each ailment made as it comes about, found, and mended where that is safe."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.findings import codes, mended, problems
from tests.conftest import Ran, Repo, make_repo, run
from tests.forge import TICKETS, Forger
from tests.inside import inside, new, queued
from tests.killing import make_killer
from tests.merge.scene import approved, require_closed_once, started
from tests.sync.hubs import FORMATS


@pytest.mark.parametrize("kind", ["plain", "sha256", "bare", "linked", "hub"])
def test_nothing_is_wrong_where_all_is_well(tmp_path: Path, kind: str) -> None:
    repo = make_repo(tmp_path / "a repo", *(["--object-format=sha256"] if kind == "sha256" else []))
    here = repo
    if kind in ("bare", "hub"):
        repo.git("clone", "-q", "--bare", repo.path, tmp_path / "bare.git")
    if kind == "bare":
        repo = here = Repo(tmp_path / "bare.git")
    if kind != "bare":
        repo.commit(".yoi.yaml", "merge: {authority: delegated}\n")
    inside(repo, "init")
    work = started(repo)
    new(repo, "Another")
    if kind == "linked":
        here = Repo(work.worktree)
    if kind == "hub":
        here = Repo(tmp_path / "bare.git")
        here.git("fetch", "-q", repo.path, f"{TICKETS}:{TICKETS}")
    before = here.refs()
    found = inside(here, "doctor", "--json").data
    assert (found["tickets"], found["entries"], found["problems"]) == (2, 5, [])
    assert found["tip"] == here.git("rev-parse", TICKETS)
    assert inside(here, "doctor", "--fix", "--json").data["fixed"] == []
    assert here.refs() == before
    assert "nothing is wrong" in inside(here, "doctor").out


def test_a_repository_without_tickets_says_how_to_begin(plain: Repo) -> None:
    before = plain.refs()
    for more in ([], ["--fix"]):
        assert inside(plain, "doctor", "--json", *more, code=9).error == "not-initialised"
    assert plain.refs() == before


def test_a_finding_is_four_lines_for_people(repo: Repo) -> None:
    repo.git("config", "yoi.role", "boss")
    done = inside(repo, "doctor", code=8)
    first, observed, expected, fix, last = done.out.splitlines()
    assert (first, observed) == ("role  yoi.role", "    observed: yoi.role is boss")
    assert expected.startswith("    expected: one of human, ")
    assert fix.startswith("    fix: git config yoi.role ")
    assert last.endswith(": 1 problem")


SETTINGS: dict[str, tuple[str, ...]] = {
    "role": ("yoi.role", "boss"),
    "ref": ("yoi.ref", "not a ref"),
    "ref-elsewhere": ("yoi.ref", "refs/heads/yoi-tickets"),
    "target": ("yoi.target", "gone"),
    "remote-name": ("yoi.remote", "nowhere"),
    "identity": ("yoi.actor", "nobody at all"),
}


@pytest.mark.parametrize("code", SETTINGS)
def test_a_setting_that_cannot_be_is_found_and_left_to_people(repo: Repo, code: str) -> None:
    new(repo)
    repo.git("config", *SETTINGS[code])
    assert codes(repo) == [code]
    assert mended(repo) == []
    assert codes(repo) == [code]


def test_an_identity_that_is_missing_is_found(repo: Repo) -> None:
    done = repo.yoi("doctor", "--json", code=8, env={"GIT_CONFIG_GLOBAL": os.devnull})
    (problem,) = done.data["problems"]
    assert (problem["code"], "user.name" in problem["fix"]) == ("identity", True)


def test_a_git_that_is_too_old_is_found(repo: Repo, tmp_path: Path) -> None:
    git = shutil.which("git")
    wrapper = tmp_path / "bin" / "git"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\n[ "$1" = version ] && echo git version 2.34.1 && exit\nexec {git} "$@"\n')
    wrapper.chmod(0o755)
    path = f"{wrapper.parent}{os.pathsep}{os.environ['PATH']}"
    (problem,) = repo.yoi("doctor", "--json", code=8, env={"PATH": path}).data["problems"]
    assert (problem["code"], problem["observed"]) == ("git-version", "git 2.34")


def test_a_policy_that_cannot_be_read_is_found_with_its_line(repo: Repo) -> None:
    repo.commit(".yoi.yaml", "merge:\n  authority: nobody\n")
    (problem,) = problems(repo)
    assert (problem["code"], problem["where"]) == ("policy-file", "main:.yoi.yaml")
    assert ":2:" in problem["observed"]


def test_a_shallow_clone_is_told_what_that_means(repo: Repo, tmp_path: Path) -> None:
    new(repo)
    run("git", "clone", "-q", "--depth=1", f"file://{repo.path}", tmp_path / "clone", cwd=tmp_path)
    clone = Repo(tmp_path / "clone")
    clone.git("fetch", "-q", "--depth=1", "origin", f"{TICKETS}:{TICKETS}")
    (problem,) = problems(clone)
    assert (problem["code"], problem["fix"]) == ("shallow", "git fetch --unshallow")


def test_a_partial_clone_without_the_tickets_contents_is_found(repo: Repo, tmp_path: Path) -> None:
    new(repo)
    repo.git("config", "uploadpack.allowFilter", "true")
    run("git", "clone", "-q", "--filter=blob:none", f"file://{repo.path}", tmp_path / "clone", cwd=tmp_path)
    clone = Repo(tmp_path / "clone")
    clone.git("fetch", "-q", "origin", f"{TICKETS}:{TICKETS}")
    assert codes(clone)[0] == "partial"
    clone.git("fetch", "-q", "--no-filter", "--refetch", "origin", f"{TICKETS}:{TICKETS}")
    done = inside(clone, "doctor", "--json")
    assert "a partial clone" in done.err


def index_of(repo: Repo) -> Path:
    return repo.path / ".git/yoi/index.sqlite3"


def gone(repo: Repo) -> None:
    index_of(repo).unlink()


def garbage(repo: Repo) -> None:
    index_of(repo).write_text("no database\n")


def torn(repo: Repo) -> None:
    data = bytearray(index_of(repo).read_bytes())
    data[8192:12288] = b"\xff" * 4096
    index_of(repo).write_bytes(data)


def behind(repo: Repo) -> None:
    kept = index_of(repo).read_bytes()
    new(repo, "Not in the index")
    index_of(repo).write_bytes(kept)


@pytest.mark.parametrize(
    ("ailment", "code"),
    [(gone, "index-missing"), (garbage, "index-damaged"), (torn, "index-damaged"), (behind, "index-behind")],
)
def test_an_index_that_does_not_show_the_tickets_is_built_anew(
    repo: Repo, ailment: Callable[[Repo], None], code: str
) -> None:
    new(repo)
    for suffix in ("-wal", "-shm"):
        index_of(repo).with_name(f"index.sqlite3{suffix}").unlink(missing_ok=True)
    ailment(repo)
    count = len(repo.git("ls-tree", "-r", "--name-only", TICKETS, "tickets").splitlines())
    done = inside(repo, "doctor", "--fix", "--json").data
    assert ([f["code"] for f in done["fixed"]], done["problems"], done["tickets"]) == ([code], [], count)
    assert codes(repo) == []


def test_a_damaged_ticket_is_found(repo: Repo) -> None:
    ticket = new(repo)
    forger = Forger(repo)
    forger.put(forger.message(ticket, "teleport"))
    inside(repo, "list")
    (problem,) = problems(repo)
    assert (problem["code"], problem["where"]) == ("damaged", ticket)
    assert problem["fix"] == f"git yoi fsck --repair {ticket} -m WHY"


@pytest.mark.parametrize("foreign", ["HEAD", "HEAD:README"])
def test_a_ticket_ref_that_is_something_else_is_a_finding(plain: Repo, foreign: str) -> None:
    plain.git("update-ref", TICKETS, plain.git("rev-parse", foreign))
    before = plain.refs()
    assert "format" in codes(plain)
    assert "format" in codes(plain, "--fix")
    assert plain.refs() == before


def test_a_completion_that_was_killed_is_finished(repo: Repo, tmp_path: Path) -> None:
    work = approved(repo)
    killer = make_killer(tmp_path / "killer")
    ended = killer.yoi(repo, "complete", work.ticket, "--authorize", at=1, when="after", match="yoi: complete")
    assert ended.code == -signal.SIGKILL
    assert "journal" in codes(repo)
    assert "journal" in mended(repo)
    assert codes(repo) == []
    require_closed_once(repo, work.ticket)


def test_what_was_only_tried_out_is_removed(repo: Repo) -> None:
    scratch = repo.path / ".git/yoi/scratch"
    scratch.mkdir(parents=True)
    dead = subprocess.Popen(["true"])
    dead.wait()
    (scratch / f"index.{dead.pid}").write_text("")
    (scratch / f"index.{os.getpid()}").write_text("in use")
    new(repo)
    (scratch / f"index.{dead.pid}").write_text("")
    assert (codes(repo), mended(repo), codes(repo)) == (["scratch"], ["scratch"], [])
    assert [p.name for p in scratch.iterdir()] == [f"index.{os.getpid()}"]


def killed_transaction(repo: Repo, ref: str) -> Path:
    """A git that was killed in a transaction that it had prepared; the lock file that it left."""
    child = subprocess.Popen(
        ["git", "update-ref", "--stdin"], cwd=repo.path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None
    assert child.stdout is not None
    head = repo.git("rev-parse", ref)
    child.stdin.write(f"start\nupdate {ref} {head} {head}\nprepare\n".encode())
    child.stdin.flush()
    assert [child.stdout.readline() for _ in range(2)] == [b"start: ok\n", b"prepare: ok\n"]
    child.kill()
    child.communicate()
    return repo.path / ".git" / f"{ref}.lock"


@pytest.mark.parametrize("ref", [TICKETS, "refs/heads/main"])
def test_a_lock_file_of_a_git_that_was_killed_is_removed(repo: Repo, ref: str) -> None:
    new(repo)
    lock = killed_transaction(repo, ref)
    # A branch that HEAD stands for is locked together with HEAD.
    left = [str(repo.path / ".git/HEAD.lock")] * (ref != TICKETS) + [str(lock)]
    assert [(p["code"], p["where"], lock.exists()) for p in problems(repo)] == [("lock-file", w, True) for w in left]
    assert set(mended(repo)) == {"lock-file"}
    assert (codes(repo), lock.exists()) == ([], False)
    new(repo, "Goes on")


def test_the_one_lock_of_a_reftable_repository_is_removed(tmp_path: Path) -> None:
    if "reftable" not in FORMATS:
        return
    repo = make_repo(tmp_path / "repo", *FORMATS["reftable"])
    inside(repo, "init")
    killed_transaction(repo, TICKETS)
    lock = repo.path / ".git/reftable/tables.list.lock"
    assert (lock.exists(), set(mended(repo)), lock.exists(), codes(repo)) == (True, {"lock-file"}, False, [])
    new(repo, "Goes on")


def test_a_lock_of_a_branch_that_has_nothing_to_do_with_tickets_is_left(repo: Repo) -> None:
    repo.git("branch", "mine")
    lock = killed_transaction(repo, "refs/heads/mine")
    assert (mended(repo), lock.exists()) == ([], True)


def test_a_lock_stays_while_a_git_is_at_work_here(repo: Repo) -> None:
    lock = killed_transaction(repo, TICKETS)
    with subprocess.Popen(["git", "cat-file", "--batch"], cwd=repo.path, stdin=subprocess.PIPE) as busy:
        assert inside(repo, "doctor", "--fix", "--json", code=8).data["fixed"] == []
        assert lock.exists()
        busy.communicate()
    assert mended(repo) == ["lock-file"]


def test_a_stranger_below_our_folder_is_named_and_left(repo: Repo) -> None:
    new(repo)
    stray = repo.path / ".git/yoi/notes.txt"
    stray.write_text("mine\n")
    assert [(p["code"], p["where"]) for p in problems(repo)] == [("stray", str(stray))]
    assert (mended(repo), stray.read_text()) == ([], "mine\n")


def test_half_a_record_of_a_killed_process_is_removed(repo: Repo) -> None:
    ticket = queued(repo)
    inside(repo, "start", ticket)
    dead = subprocess.Popen(["true"])
    dead.wait()
    private = repo.path / ".git/yoi"
    drafts = [private / f"claims/{ticket}.json.{dead.pid}.new", private / f"policy.json.{dead.pid}.new"]
    living = private / f"policy.json.{os.getpid()}.new"
    for draft in (*drafts, living):
        draft.write_text("{")
    assert (codes(repo), mended(repo)) == (["stray"] * 2, ["stray"] * 2)
    assert [draft.exists() for draft in (*drafts, living)] == [False, False, True]


def lost_objects(repo: Repo) -> None:
    shutil.rmtree(repo.path / ".git/objects")
    (repo.path / ".git/objects").mkdir()


def no_such_object(repo: Repo) -> None:
    (repo.path / ".git" / TICKETS).write_text("1" * 40 + "\n")


def no_ref_at_all(repo: Repo) -> None:
    (repo.path / ".git" / TICKETS).write_text("garbage\n")


def a_file_for_our_folder(repo: Repo) -> None:
    shutil.rmtree(repo.path / ".git/yoi")
    (repo.path / ".git/yoi").write_text("x")


def a_folder_for_the_index(repo: Repo) -> None:
    index_of(repo).unlink()
    index_of(repo).mkdir()


def a_folder_for_a_record(repo: Repo) -> None:
    (repo.path / ".git/yoi/claims/kkkkkkkk.json").mkdir(parents=True)


def a_folder_for_the_journal(repo: Repo) -> None:
    (repo.path / ".git/yoi/journal.json").mkdir()


def another_name_of_a_branch(repo: Repo) -> None:
    repo.git("symbolic-ref", TICKETS, "refs/heads/main")


@pytest.mark.parametrize(
    "ailment",
    [
        lost_objects,
        no_such_object,
        no_ref_at_all,
        a_file_for_our_folder,
        a_folder_for_the_index,
        a_folder_for_a_record,
        a_folder_for_the_journal,
        another_name_of_a_branch,
    ],
)
def test_whatever_is_broken_is_a_finding_and_no_fault(repo: Repo, ailment: Callable[[Repo], None]) -> None:
    new(repo)
    repo.git("update-ref", "refs/yoi/published", TICKETS)
    ailment(repo)
    for more in ([], ["--fix"], ["--fix"]):
        done = repo.yoi("doctor", "--json", *more, code=None)
        assert done.code in (0, 8), done
        assert "fixed" in done.data


def test_control_characters_of_a_setting_are_not_put_out(repo: Repo) -> None:
    repo.git("config", "yoi.remote", "evil\x1b[31mred")
    done: Ran = repo.yoi("doctor", code=8)
    assert "\x1b" not in done.out
    assert "\\x1b[31mred" in done.out
