"""What this clone knows of a ticket's branch and of its target: where to look for a merge that was made elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from git_yoi.domain.ticket import Ticket
from git_yoi.git.branches import is_ancestor, newest, remotes
from git_yoi.git.evidence import kinds
from git_yoi.git.ref_history import made_on
from git_yoi.git.refs import branch_ref, read_ref, read_refs, remote_branch
from git_yoi.git.repository import Repository


@dataclass(frozen=True, slots=True)
class Traces:
    """The newest copies of a branch, and the commits that are known to be the ticket's own.

    `heads`: of several, none is in another one; all have to be merged. `named` are those that the thread names (a
    review's, a report's), `made` those that this clone saw being made. `gone`: the branch is nowhere here, and `heads`
    is what the thread names last.
    """

    heads: tuple[str, ...]
    named: frozenset[str]
    made: frozenset[str]
    gone: bool


def traces(repository: Repository, ticket: Ticket, reported: Collection[str]) -> Traces:
    """Where the ticket's work may be; `reported` are the commits that reports name."""
    branch = ticket.branch or ""
    named = frozenset({*(review.commit for review in ticket.reviews), *reported})
    copies = _copies(repository, branch, remotes(repository))
    made = made_on(repository, branch)
    if copies:
        return Traces(newest(repository, copies), named, made, gone=False)
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


def _copies(repository: Repository, branch: str, named: Iterable[str]) -> list[str]:
    wanted = [branch_ref(branch), *(remote_branch(remote, branch) for remote in named)]
    found = read_refs(repository, *wanted)
    return [found[ref] for ref in wanted if ref in found]


def _followed(repository: Repository, target: str) -> str | None:
    """The remote whose branch the target follows; the only one, where nothing says."""
    said = repository.git.run("config", "--get", f"branch.{target}.remote", ok=(0, 1)).text
    there = remotes(repository)
    if said in there:
        return said
    return there[0] if len(there) == 1 and not said else None
