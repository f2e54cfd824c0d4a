"""The commit that would land: made without a checkout, and exactly the object that is validated."""

from __future__ import annotations

from dataclasses import dataclass

from git_yoi.codec.message import Signature
from git_yoi.domain.text import first_line
from git_yoi.domain.ticket import Actor, Ticket
from git_yoi.errors import YoiError
from git_yoi.git.raw import Commit
from git_yoi.merge.replay import Replay, in_utf8, replayed
from git_yoi.store.entry_commit import Writer, person_line, write_commit

STRATEGIES = ("merge", "squash", "rebase", "ff")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What `head` becomes on `tip`, as `commit`, which nothing references yet; `base` is what both share."""

    commit: str
    tree: str
    tip: str
    head: str
    base: str
    strategy: str = "merge"

    def merges(self, tip: str | None, head: str | None) -> bool:
        """Whether it is still made of these two."""
        return (self.tip, self.head) == (tip, head)


def make_candidate(
    writer: Writer, ticket: Ticket, actor: Actor, *, strategy: str, tree: str, tip: str, head: str, base: str
) -> Candidate:
    """Store what would land, signed where git is set so; `tree` is what a merge gives.

    YoiError `merge-conflict` where the strategy cannot be followed.
    """
    if strategy == "rebase":
        commit, tree = _rebased(writer, ticket, tip, head, base)
    elif strategy == "ff":
        commit = _forwarded(ticket, tip, head, base)
    else:
        parents = (tip, head) if strategy == "merge" else (tip,)
        author = person_line(Signature(actor, writer.committer.at))
        if strategy == "squash":
            # Whoever did the work last is its author; the others stand in trailers.
            author = in_utf8(writer.objects.commit(head))[0]
        message = merge_message(ticket) if strategy == "merge" else _squash_message(writer, ticket, tip, head)
        made = Commit(tree, parents, author, person_line(writer.committer), message.encode())
        commit = write_commit(writer, made, "merge")
    return Candidate(commit, tree, tip, head, base, strategy)


def merge_message(ticket: Ticket) -> str:
    """What the merge commit says; the trailer is how others find the ticket from the commit."""
    return f"Merge {ticket.branch}: {first_line(ticket.title, 200)}\n\nTicket: {ticket.id}\n"


def _squash_message(writer: Writer, ticket: Ticket, tip: str, head: str) -> str:
    from git_yoi.git.commit_list import commits_between

    commits = commits_between(writer.repository, tip, head)
    subjects = "\n".join(f"- {first_line(one.subject, 200)}" for one in commits)
    main = commits[-1].author if commits else ""
    named = [pair for one in commits for pair in (("Co-authored-by", one.author), *one.people)]
    others = [f"{key}: {who}" for key, who in dict.fromkeys(named) if (key, who) != ("Co-authored-by", main)]
    trailers = "\n".join([f"Ticket: {ticket.id}", *sorted(others, key=lambda line: line.startswith("Signed"))])
    return f"{first_line(ticket.title, 200)}\n\n{subjects}\n\n{trailers}\n"


def _forwarded(ticket: Ticket, tip: str, head: str, base: str) -> str:
    if base == tip:
        return head
    raise _unfit(f"{ticket.branch} does not stand on the target's tip", f"{tip[:12]} is not in it", ticket)


def _rebased(writer: Writer, ticket: Ticket, tip: str, head: str, base: str) -> tuple[str, str]:
    """The commits of the branch, one by one, upon the target's tip; where they stand there already, they stay."""
    if base == tip:
        return head, writer.objects.commit(head).tree
    made: Replay = replayed(writer, tip, head, ticket.id)
    if made.problem is not None:
        raise _unfit(f"{ticket.branch} cannot be rebased", made.problem, ticket)
    return made.commit, made.tree


def _unfit(message: str, cause: str, ticket: Ticket) -> YoiError:
    return YoiError(
        "merge-conflict",
        message,
        cause=cause,
        hint=f"rebase {ticket.branch} and have it reviewed, or complete with --strategy merge",
    )
