"""Reading `.yoi.yaml` as people write it."""

from __future__ import annotations

from git_yoi.config.policy import Policy


def parse_policy(data: bytes, *, where: str) -> Policy:
    """Parse a policy file; YoiError `policy-file`, naming `where`, line and column."""
    raise NotImplementedError(where, data)
