"""What a killed process leaves: a completion half done, git's lock files, something that was only tried out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from git_yoi.actions.doctor_checks.case import Ailment, Case
from git_yoi.errors import YoiError
from git_yoi.git import refs
from git_yoi.git.lock_files import is_held, left_behind
from git_yoi.git.worktrees import PLACE
from git_yoi.merge import journal as journals
from git_yoi.merge import looked_at
from git_yoi.merge import scratch as scratches
from git_yoi.merge.leftovers import JOURNAL
from git_yoi.store.claims import DRAFT

_REFTABLE = "reftable/tables.list.lock"
# What lies below the folder of this program; `*` stands for what sqlite and a rename in progress put behind a name.
_KNOWN_FILES = (
    *("index.sqlite3*", "index.lock", "turn.lock", "journal.json", "journal.lock", "journal.new"),
    *("exchange.lock", "distrusted.json", "policy.json", f"{looked_at.FILE}*", f"{PLACE}*", DRAFT),
)
_KNOWN_FOLDERS = ("claims", "edit", "hooks", "scratch", "trash", "logs")


def journal(case: Case) -> Iterator[Ailment]:
    """No completion was left half done."""
    if not journals.is_there(case.repository) or is_held(case.repository.private / journals.LOCK):
        return
    yield Ailment(
        "journal",
        str(case.repository.private / JOURNAL),
        "a completion was killed before its end",
        "every completion finished, or taken back as a whole",
        "git yoi doctor --fix finishes it; so does any command that writes",
        partial(_finish, case),
    )


def _finish(case: Case) -> str:
    from git_yoi.merge.finish import Hands
    from git_yoi.merge.recover import finish_found

    session, repository = case.session, case.repository
    with journals.lock_journal(repository, wait=False) as held:
        if not held:
            return "another process finishes the completion"
        hands = Hands(repository, session.bare_writer, repository.directory, session.clock, session.notice)
        landed = finish_found(hands)
    return "the completion has come to its end" if landed else "nothing was to be finished, or to be read there"


def scratch(case: Case) -> Iterator[Ailment]:
    """Nothing is left of what was only tried out."""
    left = scratches.left_over(case.repository)
    if left:
        yield Ailment(
            "scratch",
            str(scratches.scratch_folder(case.repository)),
            f"a killed command left {len(left)} things that it only tried out",
            "nothing there that no command uses",
            "git yoi doctor --fix removes them; so does any command that writes",
            partial(_sweep, case),
        )


def _sweep(case: Case) -> str:
    scratches.sweep(case.repository)
    return "what was only tried out is removed"


def locks(case: Case) -> Iterator[Ailment]:
    """No lock file of a git that was killed stands in the way of the refs that tickets need."""
    for path in left_behind(sorted(set(_lock_files(case)))):
        yield Ailment(
            "lock-file",
            str(path),
            "a lock file stays, and stops every git that would write there",
            "a lock for as long as a git command takes",
            "git yoi doctor --fix removes it where no git is at work; else end that git first",
            partial(_unlock, case, path),
        )


def _lock_files(case: Case) -> Iterator[Path]:
    """Never index.lock: `git commit` holds one for as long as an editor is open."""
    common = case.repository.common_dir
    yield from common.glob(f"{refs.OWN}**/*.lock")
    branches = [branch for _, _, branch in case.session.lookup().branches()] if case.tip is not None else []
    named = [case.ref or "", *map(refs.branch_ref, filter(None, (case.settings.target, *branches)))]
    yield from (common / f"{name}.lock" for name in named if name)
    folders = [common, *(folder for folder in common.glob("worktrees/*"))]
    yield from (folder / name for folder in folders for name in ("HEAD.lock", _REFTABLE))


def _unlock(case: Case, path: Path) -> str:
    from git_yoi.worktree.processes import git_working_in

    places = [case.repository.common_dir, *(w.path for w in case.worktrees if not w.missing)]
    at_work = [pid for place in places for pid in git_working_in(place)]
    if at_work:
        raise YoiError("io", f"git is at work here, as process {at_work[0]}", hint="let it end, then try again")
    # Watched once more: another git may have made one of its own in the meantime.
    for left in left_behind([path]):
        left.unlink(missing_ok=True)
    return f"removed {path}"


def strays(case: Case) -> Iterator[Ailment]:
    """Below the folder of this program lies nothing but what it put there."""
    private = case.repository.private
    if os.path.lexists(private) and not private.is_dir():
        yield Ailment("stray", str(private), "it is not a folder", "a folder of git-yoi's own", "move it elsewhere")
        return
    for path in sorted(private.iterdir()) if private.is_dir() else ():
        known = _KNOWN_FOLDERS if path.is_dir() else _KNOWN_FILES
        if not any(path.match(name) for name in known):
            yield _stray(path)


def _stray(path: Path) -> Ailment:
    if path.name == "journal.bad":
        observed = "a journal that could not be read was put aside here"
        fix = "git yoi fsck tells whether a ticket lacks its merge; then the file can go"
    else:
        observed, fix = "git-yoi knows nothing of it", "move it elsewhere if it is yours"
    return Ailment("stray", str(path), observed, "only what git-yoi keeps there", fix)
