"""What is said where the shared remote did not take a completion, or nobody can tell whether it did."""

from __future__ import annotations

from git_yoi.domain.ids import short_id
from git_yoi.errors import YoiError
from git_yoi.git.network import Pushed, PushResult
from git_yoi.git.refs import branch_ref
from git_yoi.merge.journal import Journal

# The server could not even store what it was sent: too large, no room, or objects that it takes for damaged.
_NOT_STORED = ("unpacker error", "remote unpack failed")
_UNCHANGED = "nothing was changed, there or here"


def refused(journal: Journal, remote: str, pushed: Pushed) -> YoiError:
    """The remote does not take it, and has nothing of it."""
    code, message, hint = _of_push(journal, remote, pushed) or _of_target(journal, remote, pushed)
    hidden = "; a server says so of a ref that it hides, or cannot lock" if pushed.result is PushResult.RACED else ""
    return YoiError(code, message, cause=f"{pushed.said}{hidden}", hint=hint)


def _of_push(journal: Journal, remote: str, pushed: Pushed) -> tuple[str, str, str] | None:
    """Code, message and hint of what has nothing to do with the one ref or the other."""
    merge = f"the merge of ticket {short_id(journal.ticket)}"
    if "does not support --atomic" in pushed.said:
        hint = f"push {journal.branch} and have it merged there; git yoi reconcile closes the ticket after that"
        return "remote", f"{remote} cannot take a merge and its ticket's closing as one act", hint
    if not pushed.sent:
        hint = "nothing was changed; check the network and your rights, then run the same command again"
        return "remote", f"the remote {remote} cannot be pushed to", hint
    told = f"{_UNCHANGED}; whoever keeps the remote can tell why"
    if pushed.result is PushResult.RACED:
        return "remote", f"{remote} does not take {merge}, though nothing moved there", told
    if any(sign in pushed.said for sign in _NOT_STORED):
        return "remote", f"{remote} could not keep {merge}", f"{_UNCHANGED}; the remote says why"
    return ("remote", f"{remote} turns {merge} down", told) if pushed.answered else None


def _of_target(journal: Journal, remote: str, pushed: Pushed) -> tuple[str, str, str]:
    """Code, message and hint by the refs that were refused."""
    target = journal.target
    by_request = f"push {journal.branch} and open a pull request; git yoi reconcile closes the ticket after the merge"
    if {branch_ref(target), journal.ticket_ref} <= pushed.refused and "pre-receive" in pushed.said:
        message = f"{remote} refuses {target} and the tickets alike, by its pre-receive hook"
        return "protected", message, f"if it is {target} that may not be pushed: {by_request}"
    if branch_ref(target) in pushed.refused:
        return "protected", f"{remote} does not let {target} be pushed", by_request
    message = f"{remote} refuses the closing of ticket {short_id(journal.ticket)}"
    return "remote", message, f"{_UNCHANGED}; the remote says why"


def unknown(journal: Journal, remote: str, said: str) -> YoiError:
    """Nobody can tell yet."""
    return YoiError(
        "remote-unknown",
        f"nobody can tell yet whether {remote} took the merge of ticket {short_id(journal.ticket)}",
        cause=said,
        hint="the next command that writes finds out, as soon as the remote answers",
    )
