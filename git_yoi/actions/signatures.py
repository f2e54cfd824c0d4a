"""What the signatures in a whole record are worth, for `fsck`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from git_yoi.codec.json_line import CorruptError
from git_yoi.codec.message import decode
from git_yoi.git.signatures import BAD, UNVERIFIABLE, VERIFIED, Signed, judge
from git_yoi.store.entry_commit import read_person
from git_yoi.store.findings import Problem

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.domain.entry import Entry
    from git_yoi.git.raw import Commit
    from git_yoi.store.verify import Proof

# Every signature is a process or two, so a thousand take seconds: that is how often somebody hears of it.
_CHUNK = 200
_NOT_BY_AUTHOR = "not-by-author"
_REMEDY = "read it with `git log --show-signature -1 {}`, and correct what it did by an entry of your own"


@dataclass(frozen=True, slots=True)
class SignatureCounts:
    """How many entries are signed, and how well; `not_by_author` are verified by somebody else's key."""

    verified: int
    unsigned: int
    unverifiable: int
    bad: int
    not_by_author: int


def check_signatures(
    session: Session, proof: Proof, progress: Callable[[int, int], None]
) -> tuple[SignatureCounts, list[Problem]]:
    """Judge every signature that the proof came upon; joins have no author to be held to, and are not counted.

    A bad signature is a finding. One by somebody else is so only where signatures must be the author's
    (`yoi.requireSignatures`): without that, agents that sign with their human's key are the usual case.
    """
    counts: Counter[str] = Counter()
    problems: list[Problem] = []
    for oid, signed in _judged(session, proof.signed, progress):
        commit = session.objects.commit(oid)
        entry = _entry(commit)
        if signed.state == BAD:
            problems.append(_problem("bad-signature", oid, entry, "its signature was made for another content"))
        if len(commit.parents) == 1:
            counts[signed.state] += 1
            if signed.state == VERIFIED and not _is_by_author(commit, entry, signed):
                counts[_NOT_BY_AUTHOR] += 1
                if session.settings.require_signatures:
                    message = f"its author did not sign it, {signed.signer} did"
                    problems.append(_problem("other-signer", oid, entry, message))
    unsigned = proof.entries - counts[VERIFIED] - counts[UNVERIFIABLE] - counts[BAD]
    made = SignatureCounts(counts[VERIFIED], unsigned, counts[UNVERIFIABLE], counts[BAD], counts[_NOT_BY_AUTHOR])
    return made, problems


def _judged(
    session: Session, commits: Sequence[str], progress: Callable[[int, int], None]
) -> Iterator[tuple[str, Signed]]:
    for at in range(0, len(commits), _CHUNK):
        progress(at, len(commits))
        yield from judge(session.repository.root, commits[at : at + _CHUNK]).items()
    progress(len(commits), len(commits))


def _entry(commit: Commit) -> Entry | None:
    """The entry, None where there is none that can be read."""
    try:
        return decode(commit.message.decode(), read_person(commit.author))
    except (CorruptError, UnicodeDecodeError):
        return None


def _is_by_author(commit: Commit, entry: Entry | None, signed: Signed) -> bool:
    """Whether the key is its author's; an imported entry is signed by whoever brought it, who committed it."""
    line = commit.committer if entry is not None and entry.imported is not None else commit.author
    try:
        return signed.matches(read_person(line).actor.email)
    except CorruptError:
        return False


def _problem(code: str, oid: str, entry: Entry | None, message: str) -> Problem:
    tickets = frozenset({entry.ticket}) if entry is not None else frozenset[str]()
    return Problem(code, oid, message, tickets, remedy=_REMEDY.format(oid[:12]))
