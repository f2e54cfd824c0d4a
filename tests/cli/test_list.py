from __future__ import annotations

import pytest

from git_yoi.render.style import columns
from tests.conftest import Repo
from tests.inside import every_state, inside, new
from tests.terminal import on_terminal, without_colour

FIELDS = "id title state priority labels assignees blocked created_at created_by updated_at holder"


def ids(repo: Repo, *arguments: str) -> list[str]:
    return inside(repo, "list", *arguments, "--quiet").out.split()


def test_json_has_exactly_the_fields_of_the_contract(repo: Repo) -> None:
    new(repo, "One", "--label", "ui", "--assignee", "bob", "--priority", "P1")
    (ticket,) = inside(repo, "list", "--json").data
    assert list(ticket) == FIELDS.split()
    assert ticket["labels"] == ["ui"]
    assert ticket["assignees"] == ["bob"]
    assert ticket["created_at"] == "2025-06-15T15:06:40Z"
    assert ticket["created_by"] == "Ada <ada@example.org>"
    assert ticket["holder"] is None


def test_the_default_is_all_but_closed_and_a_condition_on_states_decides_itself(repo: Repo) -> None:
    tickets = every_state(repo)
    assert set(ids(repo)) == set(tickets.values()) - {tickets["closed"]}
    assert set(ids(repo, "--all")) == set(tickets.values())
    assert ids(repo, "state:closed") == [tickets["closed"]]
    assert ids(repo, "is:closed") == [tickets["closed"]]
    assert ids(repo, "--state", "closed") == [tickets["closed"]]
    assert ids(repo, "--state", "ready", "--state", "queued") == [tickets["ready"], tickets["queued"]]
    assert set(ids(repo, "blocked:yes")) == {tickets["queued"], tickets["inprogress"]}
    assert ids(repo, "is:held") == [tickets["inprogress"]]


def test_a_holder_is_told_with_branch_and_worktree(repo: Repo) -> None:
    tickets = every_state(repo)
    held = {t["id"]: t["holder"] for t in inside(repo, "list", "--json").data}[tickets["inprogress"]]
    branch = f"work/{tickets['inprogress']}"
    assert held == {
        "actor": "Ada <ada@example.org>",
        "generation": 1,
        "branch": branch,
        "worktree": None,
        "base": repo.git("rev-parse", "main"),
        "remote_confirmed": None,
    }
    place = repo.path.parent / "elsewhere"
    repo.git("worktree", "add", "-q", place, branch)
    assert inside(repo, "list", "is:held", "--json").data[0]["holder"]["worktree"] == str(place)
    assert inside(repo, "show", tickets["inprogress"], "--json").data["holder"]["worktree"] == str(place)


def test_most_urgent_first_then_oldest_first_and_other_orders_on_demand(repo: Repo) -> None:
    b, a, urgent = new(repo, "b"), new(repo, "A"), new(repo, "c", "--priority", "P0")
    assert ids(repo) == [urgent, b, a]
    assert ids(repo, "--sort", "title") == [a, b, urgent]
    assert ids(repo, "--sort", "-title") == [urgent, b, a]
    assert ids(repo, "--sort", "created", "--limit", "2") == [b, a]
    assert inside(repo, "list", "--sort", "colour", "--json", code=2).error == "usage"


def test_a_negated_term_is_no_option(repo: Repo) -> None:
    one, other = new(repo, "One", "--label", "ui"), new(repo, "Other", "--assignee", "h")
    assert ids(repo, "-label:ui") == [other]
    assert ids(repo, "-author:ada", "-assignee:h") == []
    assert ids(repo, "-assignee:h") == [one]


def test_words_are_found_in_titles_descriptions_and_entries(repo: Repo) -> None:
    title, body, entry = new(repo, "The panel"), new(repo, "b"), new(repo, "c")
    inside(repo, "edit", body, "-m", "a panel here")
    inside(repo, "comment", entry, "-m", "Panel again")
    new(repo, "none")
    assert ids(repo, "panel") == [title, body, entry]
    assert ids(repo, "panel", "again") == [entry]


def test_an_unknown_key_is_a_usage_error_that_names_the_keys(repo: Repo) -> None:
    failed = inside(repo, "list", "colour:red", code=2)
    assert "assignee" in failed.err
    assert "label" in failed.err


def test_me_is_the_actor_and_needs_an_identity_while_nothing_else_does(repo: Repo) -> None:
    mine = new(repo, "Mine", "--assignee", "Ada")
    new(repo, "Other", "--assignee", "bob")
    assert ids(repo, "assignee:me") == [mine]
    assert ids(repo, "--assignee", "me") == [mine]
    nobody = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_DATE": ""}
    assert len(inside(repo, "list", "--json", env=nobody).data) == 2
    assert inside(repo, "list", "assignee:me", "--json", code=9, env=nobody).error == "identity"
    assert "`me` needs an identity" in inside(repo, "list", "assignee:me", code=9, env=nobody).err


def test_blocked_is_an_unresolved_blocker_of_either_direction_or_a_mark(repo: Repo) -> None:
    first = new(repo, "First")
    waits, stopped = new(repo, "Waits", "--depends-on", first), new(repo, "Stopped")
    inside(repo, "link", first, "blocks", stopped)
    assert set(ids(repo, "blocked:yes")) == {waits, stopped}
    inside(repo, "close", first, "-m", "not needed", "--as", "wontfix")
    assert ids(repo, "blocked:yes") == []


def test_a_pipe_gets_a_line_a_ticket_with_tabs_and_no_colour(repo: Repo) -> None:
    one = new(repo, "One 設定", "--label", "ui", "--label", "x", "--assignee", "bob")
    two = new(repo, "Two", "--depends-on", one)
    out = inside(repo, "list").out
    assert out.splitlines() == [
        f"{one}\tplanning\tP2\tOne 設定\tui,x\tbob\t\t",
        f"{two}\tplanning\tP2\tTwo\t\t\t\tblocked",
    ]


def test_nothing_to_list_is_nothing(repo: Repo) -> None:
    assert inside(repo, "list").out == ""
    assert inside(repo, "list", "--json").data == []


def test_without_tickets_it_says_how_to_begin(plain: Repo) -> None:
    assert inside(plain, "list", "--json", code=9).error == "not-initialised"


def test_a_terminal_gets_aligned_lines_that_fit_and_prefixes_that_are_enough(repo: Repo) -> None:
    tickets = [new(repo, "短い"), new(repo, "とても長い題名です" * 8, "--label", "ui"), new(repo, "Plain " * 30)]
    lines = without_colour(on_terminal(repo.path, "list")).splitlines()
    assert len(lines) == 3
    assert all(columns(line) <= 80 for line in lines)
    assert [line.index("planning") for line in lines] == [6, 6, 6]
    assert [t[:4] for t in tickets] == [line.split()[0] for line in lines]
    assert lines[1].endswith("#ui")
    assert "…" in lines[1]
    assert lines[2].endswith("…")


@pytest.mark.parametrize(("env", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colour_only_where_it_is_wanted(repo: Repo, env: dict[str, str], coloured: bool) -> None:
    new(repo, "One")
    assert ("\x1b[" in on_terminal(repo.path, "list", env=env)) is coloured


def test_a_narrow_terminal_is_not_overrun(repo: Repo) -> None:
    new(repo, "A long title that does not fit", "--label", "ui", "--label", "another")
    out = without_colour(on_terminal(repo.path, "list", columns=40))
    assert all(columns(line) <= 40 for line in out.splitlines())


def test_it_works_from_a_subdirectory_a_linked_worktree_and_a_bare_clone(repo: Repo) -> None:
    ticket = new(repo)
    (repo.path / "deep" / "er").mkdir(parents=True)
    repo.git("worktree", "add", "-q", "../linked", "-b", "side")
    repo.git("clone", "-q", "--bare", ".", "../bare.git")
    bare = repo.path.parent / "bare.git"
    repo.git("fetch", "-q", repo.path, "refs/yoi/tickets:refs/yoi/tickets", cwd=bare)
    for place in (repo.path / "deep" / "er", repo.path.parent / "linked", bare):
        assert repo.yoi("list", "--quiet", cwd=place).out.strip() == ticket


def test_a_shallow_clone_is_read(repo: Repo) -> None:
    new(repo, "First")
    ticket = new(repo, "Second")
    shallow = repo.path.parent / "shallow"
    repo.git("clone", "-q", "--depth=1", f"file://{repo.path}", shallow)
    repo.git("fetch", "-q", "--depth=1", "origin", "refs/yoi/tickets:refs/yoi/tickets", cwd=shallow)
    assert ticket in repo.yoi("list", "--quiet", cwd=shallow).out
    assert len(repo.yoi("list", "--json", cwd=shallow).data) == 2
    repo.git("fetch", "-q", "--unshallow", "origin", "refs/yoi/tickets", cwd=shallow)
    assert len(repo.yoi("show", ticket, "--json", cwd=shallow).data["entries"]) == 1


@pytest.mark.parametrize("options", [("--object-format=sha256",)])
def test_a_sha_256_repository_is_read_from_its_index(options: tuple[str, ...], plain: Repo) -> None:
    other = Repo(plain.path.parent / "other")
    other.path.mkdir()
    other.git("init", "-q", *options)
    other.commit("README", "hello\n")
    inside(other, "init")
    ticket = new(other, "One")
    assert ids(other) == [ticket]
    assert inside(other, "show", ticket[:4], "--json").data["id"] == ticket
