"""`complete` wherever it is run, and whatever the repository is like."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from git_yoi.git.child import identify, wait_until_gone
from git_yoi.git.version import CONFIGURED_HOOKS
from git_yoi.merge.journal import Journal, JournalFile
from tests.conftest import Repo, make_repo, run
from tests.inside import inside
from tests.merge.scene import DELEGATED, approved, everything, require_closed_once, require_tidy, started


def formats() -> list[str]:
    """The options of `git init` that the git under test has."""
    git = os.environ.get("GIT_YOI_TEST_GIT", "git")
    said = run(git, "version", cwd=Path.cwd()).out.split()[2].split(".")
    reftable = ["--ref-format=reftable"] if (int(said[0]), int(said[1])) >= (2, 45) else []
    return ["--object-format=sha1", "--object-format=sha256", *reftable]


@pytest.mark.parametrize("option", formats())
def test_the_branch_is_merged_the_ticket_closed_and_the_rest_is_gone(tmp_path: Path, option: str) -> None:
    repo = make_repo(tmp_path / "a repo ü", option)
    repo.commit(".yoi.yaml", "validate:\n  - test -f README\n  - run: test -f wörk\n")
    inside(repo, "init")
    work = approved(repo, file="wörk")
    head, old = repo.git("rev-parse", work.branch), repo.git("rev-parse", "main")
    done = work.complete().data
    merge = require_closed_once(repo, work.ticket)
    assert done["merge"] | {"validations": 0} == {
        "commit": merge, "target": "main", "head": head, "base": old, "strategy": "merge", "validations": 0
    }  # fmt: skip
    assert [(v["command"], v["exit_code"]) for v in done["merge"]["validations"]] == [
        ("test -f README", 0),
        ("test -f wörk", 0),
    ]
    assert (done["id"], done["state"], done["pushed"]) == (work.ticket, "closed", False)
    assert done["cleaned"] == {"worktree": True, "branch": True, "kept_because": []}
    assert repo.git("rev-parse", "main^1", "main^2").split() == [old, head]
    message = repo.git("log", "-1", "--format=%B", "main")
    assert message.splitlines()[0] == f"Merge {work.branch}: A ticket"
    assert repo.git("log", "-1", "--format=%(trailers:key=Ticket,valueonly)", "main").strip() == work.ticket
    assert (repo.path / "wörk").read_text() == "work\n"
    assert repo.git("status", "--porcelain") == ""
    assert not work.worktree.exists()
    assert repo.git("branch", "--list", work.branch) == ""
    assert not list((repo.path / ".git/yoi/claims").glob("*.json"))
    shown = inside(repo, "show", work.ticket, "--json").data
    assert shown["resolution"]["as"] == "completed"
    assert shown["merge"] == done["merge"]
    repo.git("fsck", "--strict")


def test_changes_that_have_nothing_to_do_with_it_stay_where_the_target_is_checked_out(repo: Repo) -> None:
    repo.commit("staged", "old\n")
    repo.commit("unstaged", "old\n")
    repo.commit("touched", "old\n")
    work = started(repo)
    work.commit("touched", "new\n")
    work.commit("deep/er/file", "new\n")
    work.approve()
    (repo.path / "staged").write_text("mine\n")
    repo.git("add", "staged")
    (repo.path / "unstaged").write_text("mine\n")
    (repo.path / "untracked").write_text("mine\n")
    os.utime(repo.path / "touched")
    work.complete()
    assert repo.git("status", "--porcelain").splitlines() == ["M  staged", " M unstaged", "?? untracked"]
    assert (repo.path / "touched").read_text() == "new\n"
    assert (repo.path / "deep/er/file").read_text() == "new\n"
    require_closed_once(repo, work.ticket)


def test_every_worktree_of_the_target_follows_and_no_other(repo: Repo, tmp_path: Path) -> None:
    repo.git("checkout", "-q", "--detach")
    repo.git("worktree", "add", "-q", str(tmp_path / "one"), "main")
    repo.git("worktree", "add", "-q", "-f", str(tmp_path / "two"), "main")
    work = approved(repo, file="new")
    work.complete()
    for place in ("one", "two"):
        assert (tmp_path / place / "new").read_text() == "work\n"
        assert repo.git("status", "--porcelain", cwd=tmp_path / place) == ""
    assert not (repo.path / "new").exists()
    require_closed_once(repo, work.ticket)


def test_the_target_may_be_checked_out_nowhere(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "elsewhere")
    work = approved(repo, file="new")
    work.complete()
    require_closed_once(repo, work.ticket)
    assert not (repo.path / "new").exists()
    assert repo.git("status", "--porcelain") == ""


@pytest.mark.parametrize("where", ["linked", "subdirectory", "git directory"])
def test_it_can_be_run_from_anywhere_in_the_repository(repo: Repo, tmp_path: Path, where: str) -> None:
    repo.commit("folder/file", "x\n")
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"), "-b", "linked")
    work = approved(repo, file="folder/new")
    place = {"linked": tmp_path / "linked", "subdirectory": repo.path / "folder", "git directory": repo.path / ".git"}
    repo.yoi("complete", work.ticket, "--authorize", cwd=place[where])
    require_closed_once(repo, work.ticket)
    assert (repo.path / "folder/new").read_text() == "work\n"
    assert repo.git("status", "--porcelain") == ""


def test_in_a_bare_repository_the_refs_move_and_no_worktree_is_needed(plain: Repo, tmp_path: Path) -> None:
    plain.git("clone", "-q", "--bare", str(plain.path), str(tmp_path / "bare.git"))
    bare = Repo(tmp_path / "bare.git")
    bare.git("remote", "remove", "origin")
    inside(bare, "init")
    work = approved(bare, file="new")
    assert work.complete().data["cleaned"]["worktree"] is True
    require_closed_once(bare, work.ticket)
    assert bare.git("show", "main:new") == "work"


def test_from_inside_the_ticket_s_own_worktree_it_works_and_keeps_the_ground_under_the_feet(repo: Repo) -> None:
    work = approved(repo, file="new")
    cleaned = repo.json("complete", work.ticket, "--authorize", cwd=work.worktree)["cleaned"]
    require_closed_once(repo, work.ticket)
    assert (cleaned["worktree"], cleaned["branch"]) == (False, False)
    assert "current directory" in cleaned["kept_because"][0]
    assert work.worktree.exists()
    assert repo.git("status", "--porcelain") == ""


def test_worktree_and_branch_stay_when_that_is_asked_for(repo: Repo) -> None:
    one, two = approved(repo, "one"), approved(repo, "two")
    kept = one.complete("--keep-worktree").data["cleaned"]
    assert (kept["worktree"], kept["branch"]) == (False, False)
    assert one.worktree.exists()
    kept = two.complete("--keep-branch").data["cleaned"]
    assert (kept["worktree"], kept["branch"]) == (True, False)
    assert repo.git("branch", "--list", two.branch) != ""
    assert not two.worktree.exists()


def test_what_git_merges_it_merges_renames_and_both_sides_included(repo: Repo) -> None:
    repo.commit("text", "".join(f"{n}\n" for n in range(40)))
    work = started(repo)
    repo.git("mv", "text", "renamed", cwd=work.worktree)
    repo.git("commit", "-q", "-m", "Rename", cwd=work.worktree)
    work.approve()
    repo.commit("text", "changed\n" + "".join(f"{n}\n" for n in range(1, 40)))
    work.complete()
    assert (repo.path / "renamed").read_text().startswith("changed\n1\n")
    assert not (repo.path / "text").exists()
    assert repo.git("status", "--porcelain") == ""


def test_a_policy_that_delegates_lets_any_role_complete_and_asks_for_no_approval_it_does_not_want(plain: Repo) -> None:
    plain.commit(".yoi.yaml", DELEGATED + "approval: {required: 0}\n")
    inside(plain, "init")
    work = started(plain)
    work.commit("new", "x\n")
    done = inside(plain, "complete", work.ticket, "--json", env={"GIT_YOI_ROLE": "orchestrator"})
    assert done.data["state"] == "closed"
    require_closed_once(plain, work.ticket)


def test_the_validation_sees_the_merge_and_nothing_of_the_callers_surroundings(repo: Repo) -> None:
    work = approved(repo, file="theirs")
    check = 'test -f theirs && test -f ours && test ! -f untracked && test -z "$GIT_DIR" && git rev-parse HEAD > seen'
    repo.commit(".yoi.yaml", f"validate: ['{check} && cp seen {repo.path}.seen && chmod 500 . && touch /dev/null']\n")
    repo.commit("ours", "x\n")
    (repo.path / "untracked").write_text("x\n")
    merge = work.complete().data["merge"]["commit"]
    assert Path(f"{repo.path}.seen").read_text().strip() == merge
    require_closed_once(repo, work.ticket)


def test_the_merge_is_signed_where_git_signs(repo: Repo, tmp_path: Path) -> None:
    signer = tmp_path / "signer"
    lines = ("-----BEGIN PGP SIGNATURE-----", "", "signed", "-----END PGP SIGNATURE-----")
    says = "".join(f"echo '{line}'\n" for line in lines)
    signer.write_text(f"#!/bin/sh\ncat > /dev/null\necho '[GNUPG:] SIG_CREATED ' >&2\n{says}")
    signer.chmod(0o755)
    work = approved(repo)
    for name, value in (("gpg.program", str(signer)), ("user.signingKey", "me"), ("commit.gpgSign", "true")):
        repo.git("config", name, value)
    work.complete()
    assert "\ngpgsig " in repo.git("cat-file", "commit", "main")
    require_closed_once(repo, work.ticket)


def test_a_merge_that_git_cannot_sign_is_a_matter_of_identity(repo: Repo, tmp_path: Path) -> None:
    work = approved(repo)
    before = repo.refs()
    for name, value in (("gpg.program", str(tmp_path / "none")), ("commit.gpgSign", "true")):
        repo.git("config", name, value)
    ended = work.complete(code=9)
    assert (ended.error, ended.json["error"]["message"]) == ("identity", "git could not sign the merge")
    assert "commit.gpgSign" in ended.json["error"]["hint"]
    assert repo.refs() == before


def test_a_worktree_of_the_target_on_a_drive_that_is_not_there_is_named(repo: Repo, tmp_path: Path) -> None:
    repo.git("checkout", "-q", "--detach")
    away = tmp_path / "away"
    repo.git("worktree", "add", "-q", str(away), "main")
    repo.git("worktree", "lock", str(away))
    work = approved(repo)
    away.rename(tmp_path / "unplugged")
    for more in (["--dry-run"], []):
        assert f"{away} is not there (locked)" in work.complete(*more).err
    require_closed_once(repo, work.ticket)


def test_a_dry_run_shows_each_step_and_changes_nothing(repo: Repo) -> None:
    repo.commit(".yoi.yaml", f"validate: ['touch {repo.path}.ran']\n")
    work = approved(repo)
    before = repo.refs(), sorted(p.name for p in (repo.path / ".git/yoi").rglob("*"))
    would = work.complete("--dry-run").data
    assert [s["step"] for s in would["steps"]] == [
        "state", "approval", "authority", "merge", "validate", "land", "follow", "clean up",
    ]  # fmt: skip
    assert (would["state"], would["dry_run"]) == ("inprogress", True)
    assert would["cleaned"] == {"worktree": True, "branch": True, "kept_because": []}
    assert "Nothing was changed." in inside(repo, "complete", work.ticket, "--authorize", "--dry-run").out
    assert not Path(f"{repo.path}.ran").exists()
    assert before[0] == repo.refs()
    made = {p.name for p in (repo.path / ".git/yoi").rglob("*") if not p.name.startswith("index.")}
    assert made - set(before[1]) <= {"scratch"}
    assert work.complete().data["merge"]["head"] == would["merge"]["head"]


def test_two_tickets_completed_at_once_both_land_each_validated_on_what_it_landed_on(plain: Repo) -> None:
    log = f"{plain.path}.validated"
    plain.commit(".yoi.yaml", DELEGATED + f"validate: ['git rev-parse HEAD >> {log}; test -f README']\n")
    inside(plain, "init")
    works = [approved(plain, f"number {n}") for n in range(3)]
    words = [sys.executable, "-m", "git_yoi", "complete"]
    children = [
        subprocess.Popen([*words, w.ticket, "--json"], cwd=plain.path, stdout=subprocess.DEVNULL) for w in works
    ]
    assert [child.wait(timeout=120) for child in children] == [0, 0, 0]
    validated = Path(log).read_text().split()
    for work in works:
        assert require_closed_once(plain, work.ticket) in validated
        assert (plain.path / f"work-{work.ticket}").exists()
    assert plain.git("status", "--porcelain") == ""
    plain.git("fsck", "--strict")


def test_comments_written_while_it_validates_do_not_stop_it(plain: Repo) -> None:
    begun, go = f"{plain.path}.begun", f"{plain.path}.go"
    plain.commit(".yoi.yaml", DELEGATED + f"validate: ['touch {begun}; until test -e {go}; do sleep 0.02; done']\n")
    inside(plain, "init")
    work = approved(plain)
    child = subprocess.Popen([sys.executable, "-m", "git_yoi", "complete", work.ticket, "-q"], cwd=plain.path)
    while not Path(begun).exists():
        assert child.poll() is None
    inside(plain, "comment", work.ticket, "-m", "Meanwhile.")
    Path(go).touch()
    assert child.wait(timeout=60) == 0
    require_closed_once(plain, work.ticket)
    assert "Meanwhile." in inside(plain, "show", work.ticket).out


def test_an_approval_revoked_while_it_validates_stops_it(plain: Repo) -> None:
    begun, go = f"{plain.path}.begun", f"{plain.path}.go"
    plain.commit(".yoi.yaml", DELEGATED + f"validate: ['touch {begun}; until test -e {go}; do sleep 0.02; done']\n")
    inside(plain, "init")
    work = approved(plain)
    old = plain.git("rev-parse", "main")
    child = subprocess.Popen([sys.executable, "-m", "git_yoi", "complete", work.ticket, "-q"], cwd=plain.path)
    while not Path(begun).exists():
        assert child.poll() is None
    inside(plain, "review", work.ticket, "--revoke", env={"GIT_YOI_ACTOR": "Rea <rea@example.org>"})
    Path(go).touch()
    assert child.wait(timeout=60) == 7
    assert plain.git("rev-parse", "main") == old
    assert work.state() == "inprogress"


# A suite that runs in the background ignores what a terminal sends.
_LISTENING = """
import os, signal, sys
for number in (signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_whoever_is_told_to_stop_while_it_validates_leaves_nothing_behind(plain: Repo, number: signal.Signals) -> None:
    begun = Path(f"{plain.path}.begun")
    plain.commit(
        ".yoi.yaml", DELEGATED + f"validate: ['echo $$ > {begun}.new; mv {begun}.new {begun}; exec sleep 60']\n"
    )
    inside(plain, "init")
    work = approved(plain)
    before = everything(plain)
    arguments = [sys.executable, "-c", _LISTENING, sys.executable, "-m", "git_yoi", "complete", work.ticket]
    child = subprocess.Popen(arguments, cwd=plain.path, stderr=subprocess.PIPE)
    while not begun.exists():
        assert child.poll() is None
    child.send_signal(number)
    _, said = child.communicate(timeout=60)
    assert (child.returncode, b"interrupted" in said) == (130, True)
    assert wait_until_gone(identify(int(begun.read_text())), seconds=10)
    assert everything(plain) == before
    require_tidy(plain)


def test_a_target_that_moved_at_the_last_moment_is_judged_anew_at_once(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = approved(repo)
    begun: list[Journal] = []

    def begin(file: JournalFile, journal: Journal) -> Journal:
        if not begun:
            repo.commit("meanwhile", "m\n")
        begun.append(journal)
        return really(file, journal)

    really = JournalFile.begin
    monkeypatch.setattr(JournalFile, "begin", begin)
    work.complete()
    assert len(begun) == 2
    require_closed_once(repo, work.ticket)


def test_hooks_of_the_configuration_see_nothing_of_what_is_done_aside(repo: Repo, git_version: tuple[int, ...]) -> None:
    if git_version < CONFIGURED_HOOKS:
        pytest.skip("this git takes no hooks from its configuration; GIT_YOI_TEST_GIT=/path/to/git names a newer one")
    repo.commit(".yoi.yaml", "validate: ['true']\n")
    work = approved(repo)
    for event in ("post-checkout", "post-index-change"):
        repo.git("config", f"hook.mine-{event}.event", event)
        repo.git("config", f"hook.mine-{event}.command", f"touch {repo.path}.{event}; exit 1 #")
    work.complete()
    require_closed_once(repo, work.ticket)
    assert not list(repo.path.parent.glob(f"{repo.path.name}.post-*"))
