"""What this clone knows of a ticket's branch and of its target: where to look for a merge that was made elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from git_yoi.config.branch_tickets import tickets_of_branches
from git_yoi.domain.ticket import Ticket
from git_yoi.git.branches import head_of, is_ancestor, newest, remotes
from git_yoi.git.evidence import kinds
from git_yoi.git.ref_history import arrived, made_on, values, watched
from git_yoi.git.refs import branch_ref, read_ref, read_refs, remote_branch
from git_yoi.git.repository import Repository


@dataclass(frozen=True, slots=True)
class Traces:
    """The newest copies of a branch, and the commits that are known to be the ticket's own.

    `heads`: of several, none is in another one; all have to be merged. `named` are those that the thread names (a
    review's, a report's), `made` those that this clone saw being made; `all_made`: it saw every one that was. `gone`:
    the branch is nowhere here, and `heads` is what the thread names last.
    """

    heads: tuple[str, ...]
    named: frozenset[str]
    made: frozenset[str]
    gone: bool
    all_made: bool = False


def traces(repository: Repository, ticket: Ticket, reported: Collection[str]) -> Traces:
    """Where the ticket's work may be; `reported` are the commits that reports name."""
    branches = _names(repository, ticket)
    named = frozenset({*(review.commit for review in ticket.reviews), *reported})
    known = remotes(repository)
    copies = [copy for branch in branches for copy in _copies(repository, branch, known)]
    made = frozenset[str]().union(*(made_on(repository, branch) for branch in branches))
    if copies:
        all_made = any(_saw_all(repository, ticket, branch, known) for branch in branches)
        return Traces(newest(repository, copies), named, made, gone=False, all_made=all_made)
    approved = [review.commit for review in ticket.reviews if review.decision == "approve"]
    here = kinds(repository, approved or reported)
    last = [oid for oid in (approved or reported) if here.get(oid) == "commit"]
    return Traces(newest(repository, last), named, made, gone=True)


def target_tips(repository: Repository, target: str, shared: str | None) -> tuple[str, ...]:
    """The commits that say what the target is: where tickets are shared the shared remote's copy, if it has one.

    A merge that only this clone has is not merged for anybody else. Where nothing is shared: the branch here, and the
    copy of the remote that it follows, on which a host has merged before anybody pulled.
    """
    if shared is not None and (there := read_ref(repository, remote_branch(shared, target))) is not None:
        return (there,)
    followed = _followed(repository, target) if shared is None else None
    names = [branch_ref(target), *([remote_branch(followed, target)] if followed is not None else [])]
    found = read_refs(repository, *names)
    return tuple(dict.fromkeys(found[name] for name in names if name in found))


def stands_on(repository: Repository, old: str, tip: str) -> bool:
    """Whether `tip` has a commit that may not even be here."""
    return kinds(repository, [old]).get(old) == "commit" and is_ancestor(repository, old, tip)


def _names(repository: Repository, ticket: Ticket) -> list[str]:
    """The branch's name, and where it is not here the names that git has moved its settings to (`git branch -m`)."""
    branch = ticket.branch or ""
    if head_of(repository, branch) is not None:
        return [branch]
    return [branch, *(name for name, said in tickets_of_branches(repository).items() if said == ticket.id)]


def _copies(repository: Repository, branch: str, named: Iterable[str]) -> list[str]:
    """The branch here and on every remote; what was pushed and then amended or rebased here is no copy any more."""
    wanted = [branch_ref(branch), *(remote_branch(remote, branch) for remote in named)]
    found = read_refs(repository, *wanted)
    here, *there = (found.get(ref) for ref in wanted)
    past = values(repository, branch_ref(branch)) if here is not None and any(there) else ()
    return [oid for oid in (here, *(oid for oid in there if oid not in past)) if oid is not None]


def _saw_all(repository: Repository, ticket: Ticket, branch: str, named: Iterable[str]) -> bool:
    """Whether every commit that was made on a branch was made here: since its start, and by nobody in another clone."""
    began = watched(repository, branch, f"yoi: start {ticket.id}")
    if began is None or any(arrived(repository, remote_branch(remote, branch)) for remote in named):
        return False
    # It may have been begun here with what a remote had of it.
    base = ticket.base or ""
    return began == base or (kinds(repository, [base]).get(base) == "commit" and stands_on(repository, began, base))


def _followed(repository: Repository, target: str) -> str | None:
    """The remote whose branch the target follows; the only one, where nothing says."""
    said = repository.git.run("config", "--get", f"branch.{target}.remote", ok=(0, 1)).text
    there = remotes(repository)
    if said in there:
        return said
    return there[0] if len(there) == 1 and not said else None
