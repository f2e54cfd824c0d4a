"""`complete` where tickets are shared: target and record move on the remote as one act, or not at all, then here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Repo
from tests.inside import inside
from tests.merge.scene import REVIEWER, Work, approved, require_closed_once
from tests.sync.hubs import KINDS, TICKETS, Hub, make_hub
from tests.sync.scene import require_agreement, shared


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    """A bare hub at a path."""
    with make_hub(tmp_path) as made:
        return made


def tips(hub: Hub) -> tuple[str, str]:
    return hub.tip("refs/heads/main"), hub.tip(TICKETS)


def advance(repo: Repo, name: str = "theirs") -> str:
    """Somebody else's commit lands on the remote's main."""
    repo.git("fetch", "-q")
    repo.git("checkout", "-q", "--detach", "origin/main")
    made = repo.commit(name, "theirs\n")
    repo.git("push", "-q", "origin", "HEAD:main")
    repo.git("checkout", "-q", "main")
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_merge_and_closing_land_on_the_remote_as_one_act_and_then_here(tmp_path: Path, kind: str) -> None:
    with make_hub(tmp_path, kind) as hub:
        ada, bea = shared(hub)
        work = approved(ada)
        done = work.complete().data
        assert (done["pushed"], done["state"]) == (True, "closed")
        merge = require_closed_once(ada, work.ticket)
        assert tips(hub) == (merge, ada.git("rev-parse", TICKETS))
        assert ada.git("rev-parse", "origin/main") == merge
        assert ada.git("status", "--porcelain") == ""
        bea.git("pull", "-q")
        require_agreement(hub, (ada, bea))
        assert inside(bea, "show", work.ticket, "--json").data["state"] == "closed"


def test_the_merge_is_built_on_what_the_remote_has_and_the_local_target_follows(hub: Hub) -> None:
    ada, bea = shared(hub)
    work = approved(ada)
    theirs = advance(bea)
    done = work.complete().data
    merge = done["merge"]["commit"]
    assert ada.git("rev-parse", f"{merge}^1") == theirs
    assert (ada.path / "theirs").exists()
    assert ada.git("rev-parse", "main") == merge == tips(hub)[0]


def test_a_local_target_with_commits_that_the_remote_lacks_is_target_ahead(hub: Hub) -> None:
    ada, _ = shared(hub)
    work = approved(ada)
    ada.commit("unpushed", "x\n")
    before, refs = tips(hub), ada.refs()
    assert work.complete(code=7).error == "target-ahead"
    assert tips(hub) == before
    assert [r for r in ada.refs().splitlines() if "remotes" not in r and "published" not in r and TICKETS not in r] == [
        r for r in refs.splitlines() if "remotes" not in r and "published" not in r and TICKETS not in r
    ]


def test_a_protected_target_leaves_everything_and_says_what_to_do(hub: Hub) -> None:
    ada, _ = shared(hub)
    work = approved(ada)
    inside(ada, "sync")
    hub.hook("update", 'case "$1" in refs/heads/main) echo "protected branch" >&2; exit 1;; esac')
    before, refs = tips(hub), ada.refs()
    refused = work.complete(code=7)
    assert refused.error == "protected"
    hint = refused.json["error"]["hint"]
    assert "pull request" in hint
    assert "git yoi reconcile closes the ticket" in hint
    assert (tips(hub), ada.refs()) == (before, refs)
    assert not (ada.path / ".git/yoi/journal.json").exists()
    hub.hook("update", "")
    assert work.complete().data["pushed"] is True


@pytest.mark.parametrize(
    ("words", "cause"), [("", "pre-receive hook declined"), ("No, Ada.", "No, Ada.; pre-receive hook declined")]
)
def test_what_the_remote_says_comes_first_and_once(hub: Hub, words: str, cause: str) -> None:
    ada, _ = shared(hub, 2)
    work = approved(ada)
    inside(ada, "sync")
    hub.hook("pre-receive", f"{f'echo {words!r} >&2; ' * 2 if words else ''}exit 1")
    refused = work.complete(code=7)
    assert (refused.error, refused.json["error"]["cause"]) == ("protected", cause)


def test_what_sync_says_of_a_ticket_that_another_completed_is_true(hub: Hub) -> None:
    ada, bea = shared(hub)
    work = approved(ada)
    inside(ada, "sync")
    ada.git("push", "-q", "origin", work.branch)
    bea.git("fetch", "-q")
    bea.git("branch", "-q", work.branch, f"origin/{work.branch}")
    Work(bea, work.ticket, work.branch, bea.path).complete()
    said = inside(ada, "sync").out
    assert (
        f"{work.ticket[:8]}, which you held, is finished; git pull on the target, then git yoi worktree prune" in said
    )
    ada.git("pull", "-q")
    inside(ada, "worktree", "prune")
    assert not work.worktree.exists()
    assert f"refs/heads/{work.branch}" not in ada.refs()


def test_a_remote_without_atomic_pushes_gets_no_completion(hub: Hub) -> None:
    ada, _ = shared(hub)
    work = approved(ada)
    inside(ada, "sync")
    hub.repo.git("config", "receive.advertiseAtomic", "false")
    before, refs = tips(hub), ada.refs()
    refused = work.complete(code=9)
    assert refused.error == "remote"
    assert "git yoi reconcile closes the ticket" in refused.json["error"]["hint"]
    assert (tips(hub), ada.refs()) == (before, refs)


def test_an_unreachable_remote_changes_nothing(hub: Hub) -> None:
    ada, _ = shared(hub)
    work = approved(ada)
    away = hub.path.rename(hub.path.parent / "away")
    refs = ada.refs()
    assert work.complete(code=9).error == "remote"
    assert ada.refs() == refs
    away.rename(hub.path)
    assert work.complete().data["pushed"] is True


def test_a_target_that_moves_between_gets_a_fresh_merge_and_a_fresh_validation(hub: Hub) -> None:
    ada, bea = shared(hub)
    log = hub.path.parent / "validated"
    ada.commit(
        ".yoi.yaml",
        f"merge: {{authority: delegated}}\nvalidate:\n  - run: git rev-parse HEAD^1 >> {log}; {push(bea)}\n",
    )
    ada.git("push", "-q", "origin", "main")
    bea.git("pull", "-q")
    work = approved(ada)
    first = tips(hub)[0]
    done = work.complete().data
    validated = log.read_text().split()
    assert validated[0] == first
    assert validated[-1] == ada.git("rev-parse", f"{done['merge']['commit']}^1")
    assert len(validated) == 2
    require_closed_once(ada, work.ticket)


def push(repo: Repo) -> str:
    """A shell command that lets somebody else's commit land on the remote once."""
    flag = repo.path.parent / "pushed-once"
    env = "env -u GIT_DIR -u GIT_WORK_TREE -u GIT_INDEX_FILE"
    git = f"{env} git -C {repo.path}"
    return f"test -e {flag} || (touch {flag} && {git} commit -q --allow-empty -m theirs && {git} push -q origin main)"


def test_only_the_record_moved_and_the_same_merge_lands(hub: Hub) -> None:
    ada, bea = shared(hub)
    work = approved(ada)
    inside(ada, "sync")
    other = inside(bea, "new", "Bea's", "-m", "x", "-q").out.strip()
    flag = hub.path.parent / "raced"
    names = "GIT_DIR GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES"
    push = f"git push -q origin {TICKETS}:{TICKETS} >/dev/null 2>&1"
    script = f"test -e {flag} || (touch {flag}; cd {bea.path} && unset {names} && {push})"
    inside(bea, "pull")
    hub.hook("pre-receive", script)
    done = work.complete().data
    hub.hook("pre-receive", "")
    assert done["pushed"] is True
    require_closed_once(ada, work.ticket)
    require_agreement(hub, (ada, bea))
    assert inside(ada, "show", other, "--json").data["title"] == "Bea's"


def test_a_blocked_word_that_arrives_in_between_stops_it(hub: Hub) -> None:
    ada, bea = shared(hub)
    work = approved(ada)
    inside(ada, "sync")
    inside(bea, "sync")
    inside(bea, "block", work.ticket, "-m", "not yet")
    inside(bea, "sync")
    before = tips(hub)
    assert work.complete(code=4).error == "blocked"
    assert tips(hub) == before


def test_a_clone_without_the_branch_of_the_target_completes_all_the_same(hub: Hub) -> None:
    ada, _ = shared(hub)
    work = approved(ada)
    ada.git("checkout", "-q", "-b", "elsewhere")
    ada.git("branch", "-q", "-D", "main")
    done = work.complete().data
    assert (done["pushed"], hub.tip("refs/heads/main")) == (True, done["merge"]["commit"])
    assert "refs/heads/main" not in ada.refs()
    assert work.state() == "closed"


def agree(repo: Repo, policy: str, branch: str = "main") -> None:
    """Somebody else's commit of the policy lands on a branch of the remote."""
    repo.git("fetch", "-q")
    repo.git("checkout", "-q", "--detach", f"origin/{branch}")
    repo.commit(".yoi.yaml", policy)
    repo.git("push", "-q", "origin", f"HEAD:{branch}")
    repo.git("checkout", "-q", "main")


@pytest.mark.parametrize("local", [True, False], ids=["behind", "no-local-target"])
def test_what_the_remotes_policy_asks_for_is_asked_though_the_target_here_lacks_it(hub: Hub, local: bool) -> None:
    ada, bea = shared(hub)
    work = approved(ada)
    if not local:
        ada.git("checkout", "-q", "-b", "elsewhere")
        ada.git("branch", "-q", "-D", "main")
    agree(bea, "approval: {required: 2}\n")
    assert work.complete(code=7).error == "not-approved"
    agree(bea, "validate: ['false']\n")
    assert work.complete(code=7).error == "validation-failed"
    assert hub.tip("refs/heads/main") == bea.git("rev-parse", "origin/main")
    agree(bea, "merge: {strategy: squash}\nvalidate: ['true']\n")
    done = work.complete().data["merge"]
    assert (done["strategy"], [one["command"] for one in done["validations"]]) == ("squash", ["true"])


def test_a_verb_that_the_remotes_policy_has_just_taken_from_the_role_is_refused(hub: Hub) -> None:
    ada, bea = shared(hub)
    work = approved(ada)
    agree(bea, "roles: {human: [report]}\n")
    before = hub.tip("refs/heads/main")
    assert work.complete(code=4).error == "not-authorized"
    assert hub.tip("refs/heads/main") == before


def test_the_policy_is_fetched_when_something_else_is_merged_to(hub: Hub) -> None:
    ada, bea = shared(hub)
    ada.commit(".yoi.yaml", "targets: [next]\n")
    ada.git("push", "-q", "origin", "main", "main:next")
    ada.git("fetch", "-q")
    work = approved(ada)
    agree(bea, "targets: [next]\nvalidate: ['false']\n")
    assert work.complete("--target", "next", code=7).error == "validation-failed"


def test_a_branch_that_went_on_elsewhere_is_not_completed_as_it_was(hub: Hub) -> None:
    ada, bea = shared(hub)
    work = approved(ada)
    inside(ada, "sync")
    ada.git("push", "-q", "origin", work.branch)
    bea.git("fetch", "-q")
    bea.git("branch", "-q", work.branch, f"origin/{work.branch}")
    ada.commit("more.txt", "not seen\n", cwd=work.worktree)
    ada.git("push", "-q", "origin", work.branch)
    bea.git("fetch", "-q")
    before = hub.repo.refs()
    there = Work(bea, work.ticket, work.branch, bea.path).complete(code=6)
    assert there.error == "stale-approval"
    assert hub.repo.refs() == before


def test_somebody_elses_clone_completes_what_was_pushed(hub: Hub) -> None:
    ada, bea = shared(hub)
    work = approved(ada)
    inside(ada, "sync")
    ada.git("push", "-q", "origin", work.branch)
    bea.git("fetch", "-q")
    bea.git("branch", "-q", work.branch, f"origin/{work.branch}")
    done = Work(bea, work.ticket, work.branch, bea.path).complete().data
    assert done["pushed"] is True
    assert done["cleaned"]["branch"] is True
    inside(ada, "sync")
    assert inside(ada, "report", work.ticket, "-m", "x", "--json", code=4).error == "illegal-transition"
    assert REVIEWER


def test_a_newer_commit_of_the_branch_on_the_remote_is_seen_though_nobody_fetched_it(hub: Hub) -> None:
    ada, bea = shared(hub)
    work = approved(ada)
    inside(ada, "sync")
    ada.git("push", "-q", "origin", work.branch)
    bea.git("fetch", "-q")
    bea.git("checkout", "-q", work.branch)
    bea.commit("newer", "unapproved\n")
    bea.git("push", "-q", "origin", work.branch)
    before = tips(hub)
    assert work.complete(code=6).error == "stale-approval"
    assert tips(hub) == before
    assert work.state() == "inprogress"


def apart(hub: Hub) -> tuple[Repo, Work]:
    """A branch that somebody else has pushed a commit to, while its holder has committed another one here."""
    ada, bea = shared(hub)
    work = approved(ada)
    inside(ada, "sync")
    ada.git("push", "-q", "origin", work.branch)
    bea.git("fetch", "-q")
    bea.git("checkout", "-q", work.branch)
    bea.commit("theirs", "x\n")
    bea.git("push", "-q", "origin", work.branch)
    work.commit("mine", "y\n")
    work.approve()
    inside(ada, "sync")
    return bea, work


def test_a_commit_of_the_branch_that_is_on_the_remote_alone_is_not_left_behind(hub: Hub) -> None:
    _, work = apart(hub)
    before = tips(hub)
    refused = work.complete(code=6)
    assert refused.error == "stale-approval"
    assert refused.json["error"]["cause"] == "a commit there would stay behind"
    assert tips(hub) == before


def test_what_the_target_has_by_other_ways_does_not_count(hub: Hub) -> None:
    bea, work = apart(hub)
    bea.git("push", "-q", "origin", f"{work.branch}:main")
    work.repo.git("fetch", "-q")
    work.complete()
    require_closed_once(work.repo, work.ticket)


@pytest.mark.parametrize("taken", ["merged", "dropped"])
def test_a_commit_of_the_remote_that_was_here_before_does_not_count(hub: Hub, taken: str) -> None:
    _, work = apart(hub)
    ada = work.repo
    ada.git("fetch", "-q")
    mine = ada.git("rev-parse", work.branch)
    ada.git("merge", "-q", "-m", "theirs", f"origin/{work.branch}", cwd=work.worktree)
    if taken == "dropped":
        ada.git("reset", "-q", "--hard", mine, cwd=work.worktree)
    work.approve()
    work.complete()
    require_closed_once(ada, work.ticket)


def test_a_rebase_that_is_not_pushed_yet_is_completed_as_it_is(hub: Hub) -> None:
    ada, bea = shared(hub)
    work = approved(ada)
    ada.git("push", "-q", "origin", work.branch)
    advance(bea)
    ada.git("fetch", "-q")
    ada.git("rebase", "-q", "origin/main", cwd=work.worktree)
    ada.git("commit", "-q", "--amend", "-m", "In other words", cwd=work.worktree)
    work.approve()
    work.complete()
    require_closed_once(ada, work.ticket)
