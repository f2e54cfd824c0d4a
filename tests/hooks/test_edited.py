"""What is written in an editor on a ticket's branch: it gets the trailer, and is empty where git would find it so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Repo
from tests.hooks.clients import LINE, commit, editor, message, on_ticket_branch, put_hooks


@pytest.fixture
def clone(plain: Repo) -> Repo:
    """A clone with the hooks, on a ticket's branch."""
    put_hooks(plain)
    on_ticket_branch(plain)
    return plain


MARKS = ["#", ";", "auto", "|"]
TYPED = "Why: so\nCo-authored-by: B <b@c>"


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("verbose", [False, True], ids=["plain", "verbose"])
def test_what_is_written_in_an_editor_gets_it_below(clone: Repo, tmp_path: Path, mark: str, verbose: bool) -> None:
    clone.git("config", "core.commentChar", mark)
    (clone.path / "README").write_text("other\n")
    env = editor(tmp_path, f"cp \"$1\" '{tmp_path}/seen'; sed -i '1s/^/Written/' \"$1\"")
    commit(clone, "-a", *(["-v"] if verbose else []), env=env)
    assert LINE not in (tmp_path / "seen").read_text()
    assert message(clone) == f"Written\n\n{LINE}\n"


@pytest.mark.parametrize("mark", ["//", ";"])
def test_a_comment_string_counts_where_git_knows_it(
    clone: Repo, tmp_path: Path, git_version: tuple[int, ...], mark: str
) -> None:
    clone.git("config", "core.commentString", mark)
    known = git_version >= (2, 45)
    env = editor(
        tmp_path, 'sed -i "1s/^/Written\\n\\n# a\\n{mark} b/" "$1"'.replace("{mark}", mark.replace("/", "\\/"))
    )
    assert commit(clone, env=env).err == ""
    assert message(clone) == f"Written\n\n{'# a' if known else f'{mark} b'}\n\n{LINE}\n"
    assert "empty commit message" in commit(clone, env=editor(tmp_path, ":"), code=1).err


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("cleanup", ["default", "scissors"])
@pytest.mark.parametrize("options", [(), ("-v",), ("-n",)], ids=["plain", "verbose", "no-verify"])
def test_an_editor_that_is_left_without_a_word_ends_the_commit(
    clone: Repo, tmp_path: Path, mark: str, cleanup: str, options: tuple[str, ...]
) -> None:
    clone.git("config", "core.commentChar", mark)
    clone.git("config", "commit.cleanup", cleanup)
    (clone.path / "README").write_text("other\n")
    before = clone.refs()
    done = commit(clone, "-a", *options, env=editor(tmp_path, ":"), code=1)
    assert "Aborting commit due to empty commit message" in done.err
    assert clone.refs() == before


def test_a_message_that_was_deleted_but_for_the_trailer_ends_the_commit(clone: Repo, tmp_path: Path) -> None:
    done = commit(clone, "-e", "-m", "Do it", env=editor(tmp_path, 'sed -i /Do/d "$1"'), code=1)
    assert "empty commit message" in done.err
    env = editor(tmp_path, 'sed -i "/^#/d; s/$/\\r/" "$1"')
    assert "empty commit message" in commit(clone, env=env, code=1).err


def test_a_message_may_be_empty_where_git_was_told_so(clone: Repo, tmp_path: Path) -> None:
    commit(clone, "--allow-empty-message", env=editor(tmp_path, ":"))
    assert message(clone) == ""


def test_a_template_that_was_not_touched_ends_the_commit(clone: Repo, tmp_path: Path) -> None:
    template = tmp_path / "template"
    template.write_text("What:\n\n# Say why.\nWhy:\n")
    clone.git("config", "commit.template", str(template))
    for options in ((), ("-n",)):
        done = commit(clone, *options, env=editor(tmp_path, ":"), code=1)
        assert "you did not edit the message" in done.err
    commit(clone, env=editor(tmp_path, 'sed -i "s/^What:/What: all/" "$1"'))
    assert message(clone) == f"What: all\n\nWhy:\n{LINE}\n"


@pytest.mark.parametrize(
    ("script", "kept"),
    [
        ('echo Written >"$1"', f"Written\n\n{LINE}\n"),
        ('echo Written >>"$1"', f"Written\n\n{LINE}\n"),
        ('printf "Written\\n\\nWhy." >"$1"', f"Written\n\nWhy.\n\n{LINE}\n"),
        ('{ echo Written; cat "$1"; } >"$1.new"; mv "$1.new" "$1"', f"Written\n\n{LINE}\n"),
        ('sed -i "1s/^/Written\\n\\nWhy: so\\nCo-authored-by: B <b@c>/" "$1"', f"Written\n\n{TYPED}\n{LINE}\n"),
        (
            f'sed -i "1s/^/Written\\n\\n{LINE}\\n\\nWhy: so\\nCo-authored-by: B <b@c>/" "$1"',
            f"Written\n\n{TYPED}\n{LINE}\n",
        ),
        (f'sed -i "1s/^/Written\\n\\n{LINE}\\nWhy: so/" "$1"', f"Written\n\n{LINE}\nWhy: so\n"),
        (f'sed -i "1s/^/{LINE}\\nWritten/" "$1"', f"Written\n\n{LINE}\n"),
    ],
    ids=["overwrites", "appends", "overwrites-more", "prepends", "trailers", "apart", "typed", "as-the-subject"],
)
def test_whatever_an_editor_does(clone: Repo, tmp_path: Path, script: str, kept: str) -> None:
    commit(clone, env=editor(tmp_path, script))
    assert message(clone) == kept


@pytest.mark.parametrize(
    ("script", "kept"),
    [
        ('sed -i "/^Ticket:/d" "$1"', "Do it\n"),
        ('echo Written >"$1"', f"Written\n\n{LINE}\n"),
        ('sed -i "s/^Ticket:.*/&\\n\\nCo-authored-by: B <b@c>/" "$1"', f"Do it\n\nCo-authored-by: B <b@c>\n{LINE}\n"),
    ],
    ids=["takes-it-out", "overwrites", "below-it"],
)
def test_where_it_stood_in_the_message_that_is_edited(clone: Repo, tmp_path: Path, script: str, kept: str) -> None:
    commit(clone, "-e", "-m", "Do it", env=editor(tmp_path, script))
    assert message(clone) == kept


def test_where_no_hook_may_look_at_what_was_written_it_has_no_trailer(clone: Repo, tmp_path: Path) -> None:
    commit(clone, "-n", env=editor(tmp_path, 'sed -i "1s/^/Written/" "$1"'))
    assert message(clone) == "Written\n"
    clone.git("checkout", "-q", "main")
    commit(clone, env=editor(tmp_path, 'sed -i "1s/^/Another/" "$1"'))
    assert message(clone) == "Another\n"
