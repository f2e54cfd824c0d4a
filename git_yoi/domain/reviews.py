"""Approval: bound to one exact commit, and given by somebody who wrote none of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # `show` reads a constant of this module, and must not load every event's class for it (10 ms).
    from git_yoi.domain.ticket import ReviewRecord

# What stands for the commit of another tracker's review that names none: no commit is ever called that.
NO_COMMIT = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the reviews of a ticket amount to for one head commit; `code` is None when they suffice."""

    code: str | None
    reason: str


def is_stale(review: ReviewRecord, head: str | None) -> bool:
    """Whether the branch has moved since; with no branch left there is nothing to compare with."""
    return head is not None and review.commit != head


def verdict(
    reviews: Collection[ReviewRecord], head: str, authors: Collection[str], *, required: int = 1, own: bool = False
) -> Verdict:
    """Judge by the approvals of exactly `head`; `authors` are the case-folded mail addresses that wrote it."""
    fresh = [r for r in reviews if r.commit == head]
    against = [r for r in fresh if r.decision == "request-changes"]
    if against:
        return Verdict("not-approved", f"{against[0].reviewer} asks for changes at {head[:12]}")
    approvals = [r for r in fresh if r.decision == "approve"]
    counted = [r for r in approvals if own or r.reviewer.email.casefold() not in authors]
    if len(counted) >= required:
        return Verdict(None, ", ".join(str(r.reviewer) for r in counted) or "no approval is required")
    if approvals and not counted:
        return Verdict("not-approved", f"{approvals[0].reviewer} wrote part of it, so that approval does not count")
    stale = [r for r in reviews if r.decision == "approve" and r.commit != head]
    if stale:
        return Verdict("stale-approval", f"{stale[-1].commit[:12]} was approved, but the branch is at {head[:12]}")
    return Verdict("not-approved", f"nobody else has approved {head[:12]}")
