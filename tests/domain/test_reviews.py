from __future__ import annotations

import pytest

from git_yoi.domain.reviews import is_stale, verdict
from git_yoi.domain.ticket import Actor, ReviewRecord

HEAD, OLD = "a" * 40, "b" * 40
ANN, BEN = "ann@example.org", "Ben@example.org"


def review(decision: str, commit: str, mail: str) -> ReviewRecord:
    return ReviewRecord(decision, commit, None, Actor("R", mail), 0)


@pytest.mark.parametrize(("reviews", "authors", "options", "code"), [
    ([], [], {}, "not-approved"),
    ([review("approve", HEAD, ANN)], [], {}, None),
    ([review("approve", OLD, ANN)], [], {}, "stale-approval"),
    ([review("approve", HEAD, ANN)], ["ann@example.org"], {}, "not-approved"),
    ([review("approve", HEAD, BEN)], ["ben@example.org"], {}, "not-approved"),
    ([review("approve", HEAD, ANN)], ["ann@example.org"], {"own": True}, None),
    ([review("approve", HEAD, ANN), review("request-changes", HEAD, BEN)], [], {}, "not-approved"),
    ([review("approve", HEAD, ANN), review("request-changes", OLD, BEN)], [], {}, None),
    ([review("revoke", HEAD, ANN)], [], {}, "not-approved"),
    ([review("approve", HEAD, ANN)], [], {"required": 2}, "not-approved"),
    ([review("approve", HEAD, ANN), review("approve", HEAD, BEN)], [], {"required": 2}, None),
    ([], [], {"required": 0}, None),
    ([review("request-changes", HEAD, ANN)], [], {"required": 0}, "not-approved"),
])  # fmt: skip
def test_what_reviews_amount_to(
    reviews: list[ReviewRecord], authors: list[str], options: dict[str, int], code: str | None
) -> None:
    found = verdict(reviews, HEAD, authors, required=options.get("required", 1), own=bool(options.get("own", False)))
    assert found.code == code
    assert found.reason


def test_a_review_is_stale_once_the_branch_moved() -> None:
    assert is_stale(review("approve", OLD, ANN), HEAD)
    assert not is_stale(review("approve", HEAD, ANN), HEAD)
    assert not is_stale(review("approve", OLD, ANN), None)
