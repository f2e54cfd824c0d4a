"""A head that is in the target's history: merged for certain, or only brought up to date."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.merge.evidence.scene import OTHER, TICKET, Scene, begun, merged, worked

MARK = f"\n\nTicket: {TICKET}"


def forwarded(path: Path, *, trailer: bool = True) -> Scene:
    """Two commits on the branch, to which the target was then forwarded."""
    scene = begun(path)
    end = MARK if trailer else ""
    scene.git("checkout", "-q", "work")
    scene.edit(f"One{end}", 20, "one")
    scene.edit(f"Two{end}", 21, "two")
    scene.git("checkout", "-q", "main")
    scene.git("merge", "-q", "--ff-only", "work")
    return scene


def test_a_merge_is_found_where_it_came_first(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r")
    merged(scene)
    commit = scene.at("main")
    scene.git("checkout", "-q", "-b", "develop")
    scene.edit("On develop", 1, "one")
    scene.git("checkout", "-q", "main")
    scene.git("merge", "-q", "--no-ff", "-m", "Merge develop", "develop")
    assert scene.found().commit == commit


def test_a_merge_by_way_of_another_branch_counts_from_where_that_one_arrived(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r")
    scene.git("checkout", "-q", "-b", "develop")
    merged(scene)
    scene.edit("On develop", 1, "one")
    scene.git("checkout", "-q", "main")
    scene.edit("On main", 50, "fifty")
    scene.git("merge", "-q", "--no-ff", "-m", "Merge develop", "develop")
    shown = scene.found()
    assert (shown.commit, shown.commits, shown.strategy) == (scene.at("main"), (scene.at("main"),), "merge")


def test_an_octopus_is_a_merge_of_each_of_its_heads(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r")
    scene.git("checkout", "-q", "-b", "other", scene.base)
    scene.write("Other", other="other\n")
    scene.git("checkout", "-q", "main")
    scene.git("merge", "-q", "-m", "Merge both", "work", "other")
    assert (scene.found().commit, scene.found("other").commit) == (scene.at("main"), scene.at("main"))
    scene.git("revert", "--no-edit", "-m", "1", "main")
    shown = scene.undone()
    assert shown is not None
    assert shown.by == (scene.at("main"),)


def test_a_merge_whose_conflicts_were_resolved_for_one_side_is_a_merge(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r")
    scene.edit("Main's own twenty", 20, "twenty of main")
    scene.git("merge", "-q", "-X", "theirs", "-m", "Merge work", "work")
    assert scene.found().strength == "certain"
    scene.git("revert", "--no-edit", "-m", "1", "main")
    assert scene.undone() is not None


def test_a_merge_of_what_was_there_already_is_a_merge(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r")
    scene.git("cherry-pick", "work~2", "work~1", "work")
    commit = scene.git("commit-tree", "-p", "main", "-p", "work", "-m", "Merge work", "main^{tree}")
    scene.git("reset", "-q", "--hard", commit)
    assert (scene.found().commit, scene.found().strategy) == (commit, "merge")


def test_a_fast_forward_by_trailers(tmp_path: Path) -> None:
    scene = forwarded(tmp_path / "r")
    shown = scene.found()
    assert (shown.strategy, shown.strength, shown.commit) == ("ff", "certain", scene.at("work"))
    assert shown.commits == (scene.at("work~1"), scene.at("work"))
    scene.later()
    assert scene.found() == shown


def test_a_fast_forward_by_what_the_thread_or_the_reflog_knows(tmp_path: Path) -> None:
    scene = forwarded(tmp_path / "r", trailer=False)
    assert scene.refused() == "ambiguous"
    for claim in (scene.claim(known=[scene.at("work")]), scene.claim(reflog=[scene.at("work")])):
        assert scene.found(claim=claim).commits == (scene.at("work~1"), scene.at("work"))


def test_a_trailer_shows_nothing_where_the_branch_was_watched_and_nothing_was_made_on_it(tmp_path: Path) -> None:
    scene = forwarded(tmp_path / "r")
    claim = replace(scene.claim(), watched=True)
    assert scene.refused(claim=claim) == "ambiguous"
    made = replace(claim, reflog=frozenset([scene.at("work")]))
    assert scene.found(claim=made).commit == scene.at("work")


def test_a_revert_that_names_the_ticket_is_no_fast_forward_of_it(tmp_path: Path) -> None:
    scene = begun(tmp_path / "r")
    scene.edit("Meanwhile", 5, "meanwhile")
    scene.edit(f"Revert the first attempt{MARK}", 20, "as it was")
    scene.git("branch", "-f", "work", "main")
    assert scene.refused() == "ambiguous"
    assert scene.found(claim=scene.claim(known=[scene.at("work")])).strategy == "ff"


def test_what_is_known_elsewhere_shows_nothing_of_this_branch(tmp_path: Path) -> None:
    scene = forwarded(tmp_path / "r", trailer=False)
    claim = scene.claim(known=[scene.base, "0" * 40], reflog=[scene.at("main~2")])
    assert scene.refused(claim=claim) == "ambiguous"


def test_a_fast_forward_of_a_branch_that_was_rebased_first(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r", trailer=True)
    scene.git("rebase", "-q", "main", "work")
    scene.git("checkout", "-q", "main")
    scene.git("merge", "-q", "--ff-only", "work")
    shown = scene.found()
    assert shown.commits == tuple(scene.at(f"work~{back}") for back in (2, 1, 0))
    scene.git("revert", "--no-edit", "HEAD", "HEAD~1", "HEAD~2")
    undone = scene.undone()
    assert undone is not None
    assert undone.by == tuple(scene.at(f"main~{back}") for back in (2, 1, 0))


def test_one_commit_of_a_fast_forward_taken_back_is_not_all_of_it(tmp_path: Path) -> None:
    for name, trailer in (("a", True), ("b", False)):
        scene = forwarded(tmp_path / name, trailer=trailer)
        scene.git("revert", "--no-edit", "HEAD")
        evidence = scene.found(claim=scene.claim(known=[scene.at("work")]))
        assert scene.undone(evidence) is None
        scene.git("revert", "--no-edit", "HEAD~2")
        assert scene.undone(evidence) is not None


def test_a_branch_brought_up_to_date_after_its_fast_forward(tmp_path: Path) -> None:
    scene = forwarded(tmp_path / "r")
    commits = (scene.at("work~1"), scene.at("work"))
    scene.edit("Main goes on", 1, "one")
    scene.git("branch", "-f", "work", "main")
    assert (scene.found().strategy, scene.found().commits) == ("ff", commits)


def test_a_branch_brought_up_to_date_after_its_merge(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r", trailer=True)
    commits = merged(scene)
    scene.edit("Main goes on", 1, "one")
    scene.git("branch", "-f", "work", "main")
    assert (scene.found().strategy, scene.found().commits) == ("merge", commits)


def test_a_forwarded_branch_holds_not_what_others_did_meanwhile(tmp_path: Path) -> None:
    scene = begun(tmp_path / "r")
    scene.git("checkout", "-q", "work")
    one = scene.edit(f"One{MARK}", 20, "one")
    scene.edit(f"Another's\n\nTicket: {OTHER}", 40, "other")
    two = scene.edit(f"Two{MARK}", 21, "two")
    scene.git("branch", "-f", "main", "work")
    assert scene.found().commits == (one, two)


def test_without_the_base_the_head_alone_is_asked(tmp_path: Path) -> None:
    scene = forwarded(tmp_path / "a")
    for base in (None, "0" * 40):
        assert scene.found(claim=replace(scene.claim(), base=base)).commits == (scene.at("work~1"), scene.at("work"))
    plain = begun(tmp_path / "b")
    plain.edit("Main goes on", 1, "one")
    for base in (None, "0" * 40):
        assert plain.refused(claim=replace(plain.claim(), base=base)) == "ambiguous"


def test_a_branch_that_began_on_another_is_merged_with_it_where_its_commits_say_so(tmp_path: Path) -> None:
    scene = worked(tmp_path / "r")
    began = scene.at("work")
    scene.git("checkout", "-q", "-b", "upon", "work")
    scene.edit("Upon", 70, "upon")
    scene.git("checkout", "-q", "main")
    scene.git("merge", "-q", "--no-ff", "-m", "Merge upon", "upon")
    claim = replace(scene.claim("upon"), base=began)
    assert scene.refused(claim=claim) == "ambiguous"
    assert scene.found(claim=replace(claim, known=frozenset([scene.at("upon")]))).commit == scene.at("main")
    assert scene.refused(claim=replace(claim, head=began)) == "nothing-own"
