"""What holds of a world at every moment, and what holds once a completion has come to its end."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Repo, run
from tests.inside import inside
from tests.merge.scene import require_tidy
from tests.merge.worlds import World
from tests.sync.hubs import TICKETS


def journal_of(repo: Repo) -> Path:
    return repo.path / ".git/yoi/journal.json"


def is_merged(repo: Repo, world: World, target: str = "main") -> bool:
    """Whether the target has the ticket's work."""
    return run("git", "cat-file", "-e", f"{target}:{world.file}", cwd=repo.path).code == 0


def is_closed(repo: Repo, world: World, where: object) -> bool:
    """Whether the thread has the merge and its closing: both or neither, and never twice."""
    thread = repo.git("log", "--format=%B", "-F", f"--grep=Yoi-Ticket: {world.ticket}", TICKETS)
    merges = thread.count("\nYoi-Event: merge\n")
    closings = thread.count("\nYoi-Event: close\nYoi-Ticket: ") and thread.count("\nYoi-As: completed\n")
    assert (merges, closings) in ((0, 0), (1, 1)), (where, merges, closings)
    return merges == 1


def hub_of(world: World) -> Repo | None:
    """The hub, wherever it is by now."""
    if world.hub is None:
        return None
    away = world.hub.path.with_name(f"{world.hub.path.name}.away")
    return Repo(away) if away.exists() else world.hub.repo


def require_never_half(world: World, where: object) -> bool:
    """Merged exactly if closed, on the hub at every moment, and here unless a journal says what is left to do.

    Whether it is so closed, as far as is known here.
    """
    hub = hub_of(world)
    if hub is not None:
        assert is_merged(hub, world) == is_closed(hub, world, where), where
    # What another clone has landed is closed here once its record has come, and merged on the copy of the target.
    here = is_merged(world.ada, world) or (hub is not None and is_merged(world.ada, world, "origin/main"))
    closed = is_closed(world.ada, world, where)
    assert here == closed or journal_of(world.ada).exists() or (closed and world.kind.place == "nowhere"), where
    return closed


def require_end(world: World, where: object, *, tidy: bool = True) -> None:
    """Merged and closed once, there and here and in a fresh clone, nothing left over, the records sound."""
    ada = world.ada
    assert is_closed(ada, world, where), where
    # What another clone has landed is on the copy of the target until somebody pulls.
    target = "main" if world.hub is None or is_merged(ada, world) else "origin/main"
    assert is_merged(ada, world, target), where
    added = ada.git("log", "--format=%H", "--diff-filter=A", target, "--", world.file).splitlines()
    assert len(added) == 1, where
    shown = inside(ada, "show", world.ticket, "--json").data
    assert shown["state"] == "closed", where
    ada.git("merge-base", "--is-ancestor", shown["merge"]["commit"], target)
    _require_nothing_left(world, where, tidy=tidy)
    require_sound(ada, where)
    if world.hub is not None:
        # Others may have landed something since.
        ada.git("fetch", "-q", "origin", "main")
        ada.git("merge-base", "--is-ancestor", "main", world.hub.tip("refs/heads/main"))
        _require_elsewhere(world, where)


def _require_nothing_left(world: World, where: object, *, tidy: bool) -> None:
    ada = world.ada
    require_tidy(ada, where)
    if tidy:
        # A clone that did not complete it itself keeps its record while its worktree is there.
        assert not (ada.path / ".git/yoi/claims" / f"{world.ticket}.json").exists(), where
    if world.at_target is not None:
        assert ada.git("status", "--porcelain", cwd=world.at_target) == "", where
        if is_merged(ada, world):
            assert (world.at_target / world.file).read_text() == "work\n", where
    if tidy:
        keeps_branch = bool(world.kind.keep)
        assert (ada.git("branch", "--list", world.branch) != "") == keeps_branch, where
        assert world.worktree.exists() == ("--keep-worktree" in world.kind.keep), where
        assert ("--keep-worktree" in world.kind.keep) == (str(world.worktree) in ada.git("worktree", "list")), where


def require_sound(repo: Repo, where: object) -> None:
    """Git's own check and ours find nothing."""
    repo.git("fsck", "--strict", "--connectivity-only")
    found = inside(repo, "fsck", "--json", code=None)
    assert (found.code, found.data["problems"]) == (0, []), (where, found.out)


def _require_elsewhere(world: World, where: object) -> None:
    """What a clone sees that was not there before."""
    assert world.hub is not None
    fresh = Repo(world.root / "fresh")
    world.ada.git("clone", "-q", world.hub.url, fresh.path)
    inside(fresh, "init")
    assert is_merged(fresh, world), where
    assert is_closed(fresh, world, where), where
    shown = inside(fresh, "show", world.ticket, "--json").data
    assert (shown["state"], shown["resolution"]["as"]) == ("closed", "completed"), where
    fresh.git("merge-base", "--is-ancestor", shown["merge"]["commit"], "main")
    require_sound(fresh, where)
