"""`prepare-commit-msg` and `commit-msg`: every commit on a ticket's branch names it, and no other commit does."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.conftest import Repo, make_repo, run
from tests.hooks.clients import LINE, OTHER, TICKET, commit, editor, message, on_ticket_branch, put_hooks, tickets_of
from tests.sync.hubs import FORMATS


@pytest.fixture
def clone(plain: Repo) -> Repo:
    """A clone with the hooks, on a ticket's branch."""
    put_hooks(plain)
    on_ticket_branch(plain)
    return plain


def write(folder: Path, data: bytes) -> str:
    file = folder / "given"
    file.write_bytes(data)
    return str(file)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (b"Do it\n", f"Do it\n\n{LINE}\n"),
        (b"Do it", f"Do it\n\n{LINE}\n"),
        (b"fix: it\n", f"fix: it\n\n{LINE}\n"),
        (b"#123 is mended\n", f"#123 is mended\n\n{LINE}\n"),
        (b"Mend it\n\n#123 was the cause\n", f"Mend it\n\n#123 was the cause\n\n{LINE}\n"),
        (b"Do it\n\nWhy.\n\nSigned-off-by: A <a@b>\n", f"Do it\n\nWhy.\n\nSigned-off-by: A <a@b>\n{LINE}\n"),
        (f"Do it\n\n{LINE}\n".encode(), f"Do it\n\n{LINE}\n"),
        (f"Do it\n\nticket: {TICKET}\n".encode(), f"Do it\n\nticket: {TICKET}\n"),
        (f"Do it\n\nTicket: {OTHER}\n".encode(), f"Do it\n\nTicket: {OTHER}\n{LINE}\n"),
        (b"Do it\n\n---\nno patch\n", f"Do it\n\n---\nno patch\n\n{LINE}\n"),
        ("Größe\n".encode("latin-1"), f"Größe\n\n{LINE}\n"),
        (b"Do it\r\n\r\nWhy.\r\n", f"Do it\n\nWhy.\n\n{LINE}\n"),
        (b"fixup! First\n", f"fixup! First\n\n{LINE}\n"),
        (b"\\c\\nDo it\\0\n", f"\\c\\nDo it\\0\n\n{LINE}\n"),
    ],
    ids=[
        *("plain", "unfinished", "title-like-a-trailer", "number", "number-below", "signed", "there", "there-lower"),
        *("another", "divider", "latin-1", "crlf", "fixup", "backslashes"),
    ],
)
def test_a_message_that_is_given_gets_the_trailer_as_its_last_line(
    clone: Repo, tmp_path: Path, given: bytes, kept: str
) -> None:
    commit(clone, "-F", write(tmp_path, given))
    assert message(clone) == kept


def test_bytes_in_another_encoding_stay_what_they_are(clone: Repo, tmp_path: Path) -> None:
    clone.git("config", "i18n.commitEncoding", "ISO-8859-1")
    commit(clone, "-F", write(tmp_path, "Größe\n".encode("latin-1")))
    assert message(clone) == f"Gr\\xf6\\xdfe\n\n{LINE}\n"


@pytest.mark.parametrize("cleanup", ["strip", "whitespace", "verbatim", "scissors", "default"])
@pytest.mark.parametrize("how", ["option", "setting"])
def test_whatever_is_cleaned_up(clone: Repo, cleanup: str, how: str) -> None:
    options = [f"--cleanup={cleanup}"] if how == "option" else []
    if how == "setting":
        clone.git("config", "commit.cleanup", cleanup)
    commit(clone, *options, "-m", "Do it\n\n# a remark\nWhy.")
    assert tickets_of(clone) == [TICKET]
    assert message(clone).startswith("Do it\n\n")


@pytest.mark.parametrize("cleanup", ["strip", "default"])
def test_a_message_of_comments_only_is_judged_as_git_does(clone: Repo, cleanup: str) -> None:
    clone.git("config", "commit.cleanup", cleanup)
    commit(clone, "-m", "# 12", code=1 if cleanup == "strip" else 0)
    assert tickets_of(clone) == ([] if cleanup == "strip" else [TICKET])


@pytest.mark.parametrize("empty", ["", " \n\n"])
def test_an_empty_message_stays_empty(clone: Repo, empty: str) -> None:
    before = clone.refs()
    assert "Aborting commit due to empty commit message" in commit(clone, "-m", empty, code=1).err
    assert clone.refs() == before
    commit(clone, "--allow-empty-message", "-m", empty)
    assert message(clone) == ""


SHELLS = [
    words
    for words in (["dash"], ["bash", "--posix"], ["busybox", "sh"], ["ksh"], ["mksh"], ["zsh", "--emulate", "sh"])
    if shutil.which(words[0])
]


def test_an_amended_commit_has_it_once(clone: Repo, tmp_path: Path) -> None:
    commit(clone, "-m", "Do it")
    commit(clone, "--amend", "--no-edit")
    assert message(clone) == f"Do it\n\n{LINE}\n"
    commit(clone, "--amend", env=editor(tmp_path, 'sed -i s/Do/Done/ "$1"'))
    assert message(clone) == f"Done it\n\n{LINE}\n"
    commit(clone, "-C", "HEAD")
    assert message(clone) == f"Done it\n\n{LINE}\n"
    commit(clone, "--amend", "-m", "Anew")
    assert message(clone) == f"Anew\n\n{LINE}\n"


def test_a_merge_and_a_squash_have_it(clone: Repo) -> None:
    clone.git("checkout", "-q", "-b", "side", "main")
    clone.commit("side", "side\n")
    assert tickets_of(clone) == []
    clone.git("checkout", "-q", "work")
    clone.commit("own", "own\n")
    clone.git("merge", "-q", "--no-edit", "side")
    assert tickets_of(clone) == [TICKET]
    clone.git("reset", "-q", "--hard", "HEAD^")
    clone.git("merge", "-q", "--squash", "side")
    commit(clone, "--no-edit")
    assert tickets_of(clone) == [TICKET]


def test_a_pick_keeps_whose_it_was_and_adds_whose_it_is(clone: Repo) -> None:
    on_ticket_branch(clone, "other", OTHER)
    picked = clone.commit("picked", "picked\n")
    clone.git("checkout", "-q", "work")
    clone.git("cherry-pick", picked)
    assert tickets_of(clone) == [OTHER, TICKET]


@pytest.mark.parametrize("options", [(), ("-i", "--autosquash")], ids=["plain", "interactive"])
def test_a_rebase_of_a_tickets_branch_adds_it(clone: Repo, options: tuple[str, ...]) -> None:
    clone.git("config", "--unset", "branch.work.yoiTicket")
    clone.commit("a", "a\n", message="Make a")
    clone.commit("a", "b\n", message="fixup! Make a")
    clone.commit("c", "c\n", message="Make c")
    clone.git("config", "branch.work.yoiTicket", TICKET)
    clone.git("checkout", "-q", "main")
    clone.commit("meanwhile", "x\n")
    clone.git("checkout", "-q", "work")
    done = run("git", "rebase", "-q", *options, "main", cwd=clone.path, env={"GIT_SEQUENCE_EDITOR": ":"})
    assert done.code == 0, done
    commits = clone.git("rev-list", "main..").splitlines()
    assert len(commits) == (2 if options else 3)
    assert [tickets_of(clone, oid) for oid in commits] == [[TICKET]] * len(commits)
    again = run("git", "rebase", "-q", "-f", "main", cwd=clone.path)
    assert again.code == 0, again
    assert tickets_of(clone) == [TICKET]
    assert message(clone).count("Ticket:") == 1


def test_a_squash_in_a_rebase_has_it_once(clone: Repo, tmp_path: Path) -> None:
    clone.commit("a", "a\n", message="Make a")
    clone.commit("a", "b\n", message="squash! Make a\n\nMore.")
    clone.commit("a", "c\n", message="fixup! Make a")
    env = {**editor(tmp_path, ":"), "GIT_SEQUENCE_EDITOR": ":"}
    done = run("git", "rebase", "-q", "-i", "--autosquash", "main", cwd=clone.path, env=env)
    assert done.code == 0, done
    assert len(clone.git("rev-list", "main..").splitlines()) == 1
    assert tickets_of(clone) == [TICKET]


def test_no_other_branch_gets_it(clone: Repo, tmp_path: Path) -> None:
    for state in ("checkout -q main", "checkout -q -b plain", "checkout -q --detach", "checkout -q --orphan none"):
        clone.git(*state.split())
        for _ in range(2):
            commit(clone, "-m", "Do it")
            assert message(clone) == "Do it\n", state
        done = commit(clone, env=editor(tmp_path, ":"), code=1)
        assert "empty commit message" in done.err
    clone.git("checkout", "-q", "work")
    commit(clone, "-m", "Do it")
    assert tickets_of(clone) == [TICKET]


def test_a_branch_becomes_a_tickets_and_a_tickets_branch_another_ones(clone: Repo) -> None:
    clone.git("checkout", "-q", "-b", "later", "main")
    commit(clone, "-m", "Before")
    clone.git("config", "branch.later.yoiTicket", OTHER)
    commit(clone, "-m", "After")
    assert tickets_of(clone) == [OTHER]
    clone.git("branch", "-m", "renamed")
    commit(clone, "-m", "Renamed")
    assert tickets_of(clone) == [OTHER]
    clone.git("checkout", "-q", "main")
    clone.git("branch", "-D", "renamed")
    clone.git("checkout", "-q", "-b", "renamed")
    commit(clone, "-m", "Another one")
    assert tickets_of(clone) == []


def test_what_an_aborted_commit_left_is_not_the_next_ones(clone: Repo, tmp_path: Path) -> None:
    commit(clone, env=editor(tmp_path, "exit 1"), code=1)
    clone.git("checkout", "-q", "main")
    commit(clone, env=editor(tmp_path, 'echo Written >"$1"'))
    assert message(clone) == "Written\n"


@pytest.mark.parametrize("options", FORMATS.values(), ids=FORMATS)
def test_in_linked_worktrees_and_subdirectories(tmp_path: Path, options: tuple[str, ...]) -> None:
    repo = make_repo(tmp_path / "it's a repo", *options)
    put_hooks(repo)
    there = tmp_path / "a worktree"
    repo.git("worktree", "add", "-q", "-b", "wörk/x.y", there)
    repo.git("config", "branch.wörk/x.y.yoiTicket", TICKET)
    (there / "sub").mkdir()
    commit(repo, "-m", "Do it", cwd=there / "sub")
    assert message(repo, "wörk/x.y").endswith(f"\n{LINE}\n")
    commit(repo, "-m", "Do it")
    assert message(repo) == "Do it\n"
    run("git", "-C", there, "commit", "-q", "--allow-empty", "-m", "Again", cwd=tmp_path)
    assert message(repo, "wörk/x.y") == f"Again\n\n{LINE}\n"


def test_the_users_configuration_of_trailers_adds_nothing_and_renames_nothing(clone: Repo, tmp_path: Path) -> None:
    clone.git("config", "trailer.t.key", "Ticket-Number")
    clone.git("config", "trailer.separators", "=#")
    clone.git("config", "trailer.sign.key", "Signed")
    clone.git("config", "trailer.sign.command", f"touch '{tmp_path}/ran'")
    clone.git("config", "trailer.where", "start")
    commit(clone, "-m", "Do it\n\nAcked-by: B")
    assert message(clone) == f"Do it\n\nAcked-by: B\n{LINE}\n"
    run("git", "-c", "trailer.t.key=Ticketing", "commit", "--allow-empty", "-q", "-m", "Do", cwd=clone.path)
    assert message(clone) == f"Do\n\n{LINE}\n"
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("value", ["", "$(touch x)", "a b", "a\nb", "../x"])
def test_what_is_no_id_is_never_written(clone: Repo, value: str) -> None:
    clone.git("config", "branch.work.yoiTicket", value)
    commit(clone, "-m", "Do it")
    assert message(clone) == "Do it\n"
    assert not (clone.path / "x").exists()


def test_a_client_without_a_path_or_a_home(clone: Repo) -> None:
    git = run("sh", "-c", "command -v git", cwd=clone.path).out.strip()
    who = ["-c", "user.name=A", "-c", "user.email=a@b"]
    done = run("env", "-i", git, *who, "commit", "-q", "--allow-empty", "-m", "Do it", cwd=clone.path)
    assert done.code == 0, done
    assert (message(clone), done.err) == (f"Do it\n\n{LINE}\n", "")


@pytest.mark.parametrize("options", FORMATS.values(), ids=FORMATS)
def test_a_commit_on_no_tickets_branch_asks_git_once_until_the_configuration_changes(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    repo = make_repo(tmp_path / "repo", *options)
    put_hooks(repo)
    old = 1_700_000_000
    os.utime(repo.path / ".git/config", (old, old))
    assert asked(repo, tmp_path) == 1
    assert asked(repo, tmp_path) == 0
    repo.git("checkout", "-q", "-b", "another")
    assert asked(repo, tmp_path) == 1
    assert asked(repo, tmp_path) == 0
    repo.git("config", "branch.another.yoiTicket", TICKET)
    assert asked(repo, tmp_path) >= 1
    assert tickets_of(repo) == [TICKET]


def asked(repo: Repo, folder: Path) -> int:
    """How often the hooks of one commit ask for a setting."""
    trace = folder / "trace"
    trace.unlink(missing_ok=True)
    commit(repo, "-m", "Do it", env={"GIT_TRACE": str(trace)})
    return trace.read_text().count("git config --get branch.")


@pytest.mark.parametrize("shell", SHELLS, ids=str)
@pytest.mark.parametrize("options", [(), ("-e", "-u")], ids=["plain", "strict"])
def test_every_posix_shell_that_is_here(
    clone: Repo, tmp_path: Path, shell: list[str], options: tuple[str, ...]
) -> None:
    for hook in ("prepare-commit-msg", "commit-msg", "post-commit"):
        file = clone.path / ".git" / "hooks" / hook
        real = file.rename(file.with_name(f"{hook}.text"))
        file.write_text(f"#!/bin/sh\nexec {' '.join([*shell, *options])} '{real}' \"$@\"\n")
        file.chmod(0o755)
    commit(clone, "-m", "Do it")
    commit(clone, env=editor(tmp_path, 'echo Written >"$1"'))
    assert [message(clone, r) for r in ("HEAD^", "HEAD")] == [f"Do it\n\n{LINE}\n", f"Written\n\n{LINE}\n"]
    assert commit(clone, env=editor(tmp_path, ":"), code=1).err == "Aborting commit due to empty commit message.\n"
    clone.git("checkout", "-q", "main")
    assert [commit(clone, "-m", f"{n}").err for n in range(2)] == ["", ""]
    assert message(clone) == "1\n"


def test_hooks_that_are_turned_off_do_nothing(clone: Repo) -> None:
    commit(clone, "-m", "Do it", env={"GIT_YOI_HOOKS": "0"})
    assert message(clone) == "Do it\n"
