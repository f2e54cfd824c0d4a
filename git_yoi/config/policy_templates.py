"""Beginnings of a policy file for `git yoi init --policy`, commented for whoever goes on with them."""

from __future__ import annotations

_HEAD = """\
# How work on tickets is merged here. This file counts as it stands in the commit of {target};
# what a ticket's own branch says of it does not. `git yoi help` has every key.
"""

_VALIDATE = """
# Commands that each merge must pass, run on the merge commit itself before anything moves.
# Each has a time limit in seconds.
validate: []
#  - run: make test
#    timeout: 600
"""

_WORKTREE = """
# Where a ticket's worktree goes: {{repo}}, {{branch}} and {{id}} are filled in.
worktree:
  path: ../{{repo}}.worktrees/{{branch}}
"""

_SOLO = """
# You work alone: you say so when you merge (--authorize), and nobody else has to approve.
merge:
  authority: human
approval:
  required: 0
"""

_TEAM = """
# A human authorizes each merge, and somebody who wrote none of it has approved exactly that commit.
merge:
  authority: human
approval:
  required: 1
  own: false
"""

_AGENTS = """
# Agents merge by themselves what somebody else has approved. Give them commands to pass, below:
# they are what stands between a mistake and {target}.
merge:
  authority: delegated
approval:
  required: 1
  own: false
"""

_ROLES = """
# The only verbs by which each role may change tickets; a role that is not named may use all but what is a human's
# (queue, authorize, override, repair). A role is what somebody says of themselves, not a lock.
roles:
  orchestrator: [new, edit, comment, label, assign, link, unlink, ready, return, start, release, takeover,
                 block, unblock, done, close, reopen, complete]
  coder: [start, release, report, comment, attach, block, unblock]
  reviewer: [review, comment]
"""

TEMPLATES = {
    "solo": _HEAD + _SOLO + _VALIDATE + _WORKTREE,
    "team": _HEAD + _TEAM + _VALIDATE + _WORKTREE,
    "agents": _HEAD + _AGENTS + _VALIDATE + _WORKTREE + _ROLES,
}


def policy_text(kind: str, target: str) -> str:
    """A policy file of a kind of `TEMPLATES`."""
    return TEMPLATES[kind].format(target=target)
