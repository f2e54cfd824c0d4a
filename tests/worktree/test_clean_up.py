"""Cleaning up in real repositories: what goes is in the rescue ref and the trash, what must not go stays whole."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from git_yoi.worktree.remove import Cleaned
from tests.conftest import Repo, make_repo
from tests.worktree.scene import ID, KEY, Work


def everything(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_merged_work_goes_and_its_tip_is_rescued(work: Work) -> None:
    tip = work.git("rev-parse", "HEAD")
    assert work.clean() == Cleaned(worktree=True, branch=True)
    assert not work.path.exists()
    assert len(work.repo.git("worktree", "list").splitlines()) == 1
    assert work.repo.git("for-each-ref", "--format=%(refname)", "refs/heads") == "refs/heads/main"
    assert work.repo.git("rev-parse", f"refs/yoi/rescue/{KEY}/work") == tip
    work.repo.git("fsck", "--strict")


def test_the_directory_is_in_the_trash_with_its_ignored_files(work: Work) -> None:
    (work.repo.path / ".git/info/exclude").write_text("*.env\n")
    (work.path / "secret.env").write_text("token\n")
    assert work.clean().worktree
    assert (work.repo.path / f".git/yoi/trash/{KEY}/worktree/secret.env").read_text() == "token\n"


def test_the_configuration_of_the_branch_goes_with_it(work: Work) -> None:
    work.repo.git("config", "branch.work.description", "about it")
    work.repo.git("config", "branch.workshop.description", "another")
    work.clean()
    assert work.repo.git("config", "--get-regexp", r"^branch\.") == "branch.workshop.description another"


def test_cleaning_up_again_finds_nothing_to_do(work: Work) -> None:
    work.clean()
    before = work.repo.refs()
    assert work.clean(again=True) == Cleaned(worktree=True, branch=True)
    assert work.clean() == Cleaned(worktree=False, branch=False)
    assert work.repo.refs() == before


def dirty(work: Work) -> None:
    (work.path / "README").write_text("changed\n")


def staged(work: Work) -> None:
    (work.path / "README").write_text("changed\n")
    work.git("add", "README")
    (work.path / "README").write_text("hello\n")


def untracked(work: Work) -> None:
    work.repo.git("config", "status.showUntrackedFiles", "no")
    (work.path / "new").write_text("new\n")


def assumed_unchanged(work: Work) -> None:
    work.git("update-index", "--assume-unchanged", "README")
    (work.path / "README").write_text("changed\n")


def skipped(work: Work) -> None:
    work.git("update-index", "--skip-worktree", "README")
    (work.path / "README").write_text("changed\n")


def locked(work: Work) -> None:
    work.repo.git("worktree", "lock", "--reason", "on a stick", work.path)


def rebasing(work: Work) -> None:
    work.repo.commit("change", "other\n", message="Conflict")
    work.git("reset", "-q", "--hard", "HEAD")
    subprocess.run(
        ["git", "rebase", "-q", "--onto", "main", "main~2", "work"], cwd=work.path, capture_output=True, check=False
    )
    assert (work.entry / "rebase-merge").exists()


def bisecting(work: Work) -> None:
    work.git("bisect", "start")


def picking(work: Work) -> None:
    (work.entry / "CHERRY_PICK_HEAD").write_text(work.git("rev-parse", "HEAD"))


def being_written(work: Work) -> None:
    (work.entry / "index.lock").touch()


def nested(work: Work) -> None:
    (work.repo.path / ".git/info/exclude").write_text("vendor/\n")
    make_repo(work.path / "vendor/other")


def with_submodule(work: Work) -> None:
    inner = make_repo(work.repo.path.parent / "inner")
    work.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.path), "inner")
    work.git("commit", "-q", "-m", "Add inner")
    work.repo.git("merge", "-q", "work")


def private_refs(work: Work) -> None:
    work.git("update-ref", "refs/worktree/mine", "HEAD")


def unmerged(work: Work) -> None:
    work.repo.commit("more", "more\n", cwd=work.path)


def amended(work: Work) -> None:
    work.git("commit", "-q", "--amend", "-m", "Another message")


def stale_link(work: Work) -> None:
    (work.path / ".git").write_text("gitdir: /nowhere\n")


def broken_index(work: Work) -> None:
    (work.entry / "index").write_bytes(b"garbage")


def bad_policy(work: Work) -> None:
    work.repo.commit(".yoi.yaml", "target: [\n")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (dirty, "not committed"),
        (staged, "not committed"),
        (untracked, "does not track"),
        (assumed_unchanged, "overlook"),
        (skipped, "overlook"),
        (locked, "locked: on a stick"),
        (rebasing, "rebase"),
        (bisecting, "bisect"),
        (picking, "cherry-pick"),
        (being_written, "git command"),
        (nested, "another repository"),
        (with_submodule, "submodules"),
        (private_refs, "refs of its own"),
        (unmerged, "lacks"),
        (amended, "lacks"),
        (stale_link, "lead back"),
        (broken_index, "cannot be judged"),
        (bad_policy, "judged"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_could_be_lost_stays_untouched(work: Work, change: Callable[[Work], None], said: str) -> None:
    change(work)
    files, refs = everything(work.path), work.repo.refs()
    cleaned = work.clean()
    assert (cleaned.worktree, cleaned.branch) == (False, False)
    assert any(said in reason for reason in cleaned.kept_because), cleaned
    assert (everything(work.path), work.repo.refs()) == (files, refs)


@pytest.mark.parametrize("below", ["", "deep/er"])
def test_a_worktree_with_the_current_directory_inside_stays(work: Work, below: str) -> None:
    here = work.path / below
    here.mkdir(parents=True, exist_ok=True)
    cleaned = work.clean(here=here)
    assert not cleaned.worktree
    assert "current directory" in cleaned.kept_because[0]


@pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="only /proc tells where other processes are")
def test_a_worktree_that_a_process_works_in_stays(work: Work) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], cwd=work.path, stdin=subprocess.PIPE) as child:
        cleaned = work.clean()
        assert not cleaned.worktree
        assert f"process {child.pid}" in cleaned.kept_because[0]
        child.communicate(b"\n")
    assert work.clean() == Cleaned(worktree=True, branch=True)


def test_a_branch_in_the_main_worktree_stays(work: Work) -> None:
    work.repo.git("worktree", "remove", work.path)
    work.repo.git("switch", "-q", "work")
    cleaned = work.clean()
    assert (cleaned.worktree, cleaned.branch) == (False, False)
    assert any("main worktree" in reason for reason in cleaned.kept_because)


def test_a_branch_that_another_worktree_rebases_stays(work: Work) -> None:
    other = work.repo.path.parent / "other"
    work.repo.git("worktree", "add", "-q", "--detach", other)
    entry = work.repo.path / ".git/worktrees/other/rebase-merge"
    entry.mkdir()
    (entry / "head-name").write_text("refs/heads/work\n")
    tip = work.git("rev-parse", "work")
    assert not work.clean().branch
    assert work.repo.git("rev-parse", "work") == tip


@pytest.mark.parametrize("branch", ["main", "release"])
def test_a_target_is_never_removed_whatever_the_ticket_says(work: Work, branch: str) -> None:
    work.repo.commit(".yoi.yaml", "targets: [release]\n")
    work.repo.git("branch", "release")
    work.repo.git("switch", "-q", "--detach")
    tip = work.repo.git("rev-parse", branch)
    cleaned = work.clean(branch=branch, merged_into=work.repo.git("rev-parse", "HEAD"))
    assert not cleaned.branch
    assert work.repo.git("rev-parse", branch) == tip


def test_a_branch_that_is_another_name_of_one_stays(work: Work) -> None:
    work.repo.git("update-ref", "refs/heads/real", "work")
    work.repo.git("symbolic-ref", "refs/heads/work", "refs/heads/real")
    files, refs = everything(work.path), work.repo.refs()
    assert not work.clean().branch
    assert (everything(work.path), work.repo.refs()) == (files, refs)


def test_staged_work_of_a_worktree_that_was_moved_by_hand_keeps_it(work: Work, tmp_path: Path) -> None:
    (work.path / "README").write_text("staged\n")
    work.git("add", "README")
    before, entry = work.repo.refs(), work.entry
    moved = work.path.rename(tmp_path / "elsewhere")
    kept = work.clean()
    assert (kept.worktree, kept.branch) == (False, False)
    assert any("staged changes" in why for why in kept.kept_because)
    assert (work.repo.refs(), entry.exists()) == (before, True)
    work.repo.git("worktree", "repair", moved)
    assert work.repo.git("diff", "--cached", "--name-only", cwd=moved) == "README"


def test_a_worktree_that_is_gone_does_not_keep_its_branch(work: Work) -> None:
    subprocess.run(["rm", "-r", str(work.path)], check=True)
    assert work.clean() == Cleaned(worktree=True, branch=True)
    assert len(work.repo.git("worktree", "list").splitlines()) == 1


def test_a_branch_without_worktree_goes_alone(work: Work) -> None:
    work.repo.git("worktree", "remove", work.path)
    assert work.clean() == Cleaned(worktree=False, branch=True)


def test_another_branch_in_the_worktree_keeps_the_worktree(work: Work) -> None:
    work.git("switch", "-q", "-c", "something-else")
    cleaned = work.clean()
    assert cleaned.branch
    assert work.path.exists()
    assert work.git("rev-parse", "--abbrev-ref", "HEAD") == "something-else"


def test_a_repository_without_a_main_worktree_is_cleaned_up_too(work: Work, tmp_path: Path) -> None:
    bare = Repo(tmp_path / "hub.git")
    work.repo.git("clone", "-q", "--bare", work.repo.path, bare.path)
    bare.git("worktree", "add", "-q", tmp_path / "linked", "work")
    bare.git("config", "branch.work.yoiTicket", ID)
    other = Work(bare, tmp_path / "linked")
    assert other.clean() == Cleaned(worktree=True, branch=True)
    assert not other.path.exists()


_KILLED = """
import os, signal, sys
from pathlib import Path
from tests.worktree.scene import Work
from tests.conftest import Repo

left = int(sys.argv[3])

def audit(event, arguments):
    global left
    writes = event == "subprocess.Popen" and {"update-ref", "--remove-section"} & set(arguments[1])
    if writes or event in ("os.rename", "os.mkdir"):
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

work = Work(Repo(Path(sys.argv[1])), Path(sys.argv[2]))
sys.addaudithook(audit)
work.clean()
"""


def test_a_clean_up_killed_at_any_step_is_finished_by_the_next_one(work: Work) -> None:
    tip, steps = work.git("rev-parse", "work"), 0
    root = Path(__file__).parents[2]
    for _ in range(100):
        arguments = [sys.executable, "-c", _KILLED, str(work.repo.path), str(work.path), str(steps)]
        killed = subprocess.run(arguments, cwd=root, check=False)
        if killed.returncode == 0:
            break
        assert killed.returncode == -signal.SIGKILL
        steps += 1
        assert work.clean(again=True) == Cleaned(worktree=True, branch=True), steps
        assert not work.path.exists()
        assert len(work.repo.git("worktree", "list").splitlines()) == 1
        rescued = work.repo.git("for-each-ref", "--format=%(objectname)", "refs/yoi/rescue")
        assert set(rescued.splitlines()) == {tip}
        work.repo.git("update-ref", "-d", f"refs/yoi/rescue/{KEY}/work")
        # Each folder in the trash makes finding a new name a step longer.
        shutil.rmtree(work.repo.path / ".git/yoi/trash")
        work.repo.git("worktree", "add", "-q", "-b", "work", work.path, tip)
        work.repo.git("config", "branch.work.yoiTicket", ID)
    assert steps >= 6
