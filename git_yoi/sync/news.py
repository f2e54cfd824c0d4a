"""Whether the shared remote has anything new, asked with as little as git itself would need."""

from __future__ import annotations

from git_yoi.git import refs
from git_yoi.git.network import fetch
from git_yoi.git.repository import Repository


def fetched_tip(repository: Repository, remote: str, ref: str) -> str | None:
    """Fetch the remote's tickets; the tip that both sides have, or None where there is something to be done.

    YoiError `remote` when it cannot be reached.
    """
    fetch(repository, remote, refs.fetch_refspec(remote, ref))
    copy = refs.remote_tickets(remote)
    found = refs.read_refs(repository, ref, copy, refs.PUBLISHED)
    tip = found.get(ref)
    return tip if tip is not None and found.get(copy) == found.get(refs.PUBLISHED) == tip else None
