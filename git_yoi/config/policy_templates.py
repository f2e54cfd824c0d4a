"""Beginnings of a policy file for `git yoi init --policy`, commented for whoever goes on with them."""

from __future__ import annotations

_HEAD = """\
# How work on tickets is merged here. This file counts as it stands in the commit of the branch {target};
# what a ticket's own branch says of it does not. `git yoi help` has every key.
"""

_TARGETS = """
# The branch that work is merged to (`yoi.target` in a clone's own configuration comes first), and more of them that
# `git yoi complete --target` may name.
target: {target}
targets: []
"""

_VALIDATE = """
# Commands that each merge must pass, run on the merge commit itself before anything moves.
# Each has a time limit in seconds.
validate: []
#  - run: make test
#    timeout: 600
"""

_WORKTREE = """
# Where a ticket's worktree goes, from the main worktree's root, inside or beside that: {{repo}}, {{branch}} and {{id}}
# are filled in. And the part of the files that is checked out there, as `git sparse-checkout` takes it: directories
# ([src, docs]), or patterns as in .gitignore (['/*', '!/vendor/']); everything where the list is empty.
worktree:
  path: ../{{repo}}.worktrees/{{branch}}
  sparse: []
"""

_HOOKS = """
# What the pre-push hook does about commits of a ticket that nobody has accepted: off, warn or block.
hooks:
  unaccepted: warn
"""

_SOLO = """
# You work alone: you say so when you merge (--authorize), and nobody else has to approve.
# Strategies: merge (a merge commit), squash (one commit), rebase (each commit anew), ff (only where it stands on it).
merge:
  authority: human
  strategy: merge
# How many people have to approve exactly the commit that is merged, and whether its author's word counts.
approval:
  required: 0
  own: false
"""

_TEAM = """
# A human authorizes each merge, and somebody who wrote none of it has approved exactly that commit.
# Strategies: merge (a merge commit), squash (one commit), rebase (each commit anew), ff (only where it stands on it).
merge:
  authority: human
  strategy: merge
# How many people have to approve exactly the commit that is merged, and whether its author's word counts.
approval:
  required: 1
  own: false
"""

_AGENTS = """
# Agents merge by themselves what somebody else has approved. Give them commands to pass, below:
# they are what stands between a mistake and {target}.
# Strategies: merge (a merge commit), squash (one commit), rebase (each commit anew), ff (only where it stands on it).
merge:
  authority: delegated
  strategy: merge
# How many people have to approve exactly the commit that is merged, and whether its author's word counts.
approval:
  required: 1
  own: false
"""

_ROLES = """
# The only verbs by which each role may change tickets; a role that is not named may use all but what is a human's
# (queue, authorize, override, repair). A role is what somebody says of themselves, not a lock. The hooks of a clone
# use reconcile, which records what git shows: who may start or merge may do that.
roles:
  orchestrator: [new, edit, comment, report, label, assign, attach, link, unlink, ready, return, start, release,
                 takeover, block, unblock, done, close, reopen, complete, reconcile]
  coder: [start, release, report, comment, attach, block, unblock, reconcile]
  reviewer: [review, comment]
"""

_NO_ROLES = """
# The only verbs by which each role may change tickets ({{coder: [start, report, reconcile]}}, say); a role that is
# not named may use all but what is a human's. A role is what somebody says of themselves, not a lock.
roles: {{}}
"""

_MIDDLE = _TARGETS + _VALIDATE + _WORKTREE + _HOOKS
TEMPLATES = {
    "solo": _HEAD + _SOLO + _MIDDLE + _NO_ROLES,
    "team": _HEAD + _TEAM + _MIDDLE + _NO_ROLES,
    "agents": _HEAD + _AGENTS + _MIDDLE + _ROLES,
}


def policy_text(kind: str, target: str) -> str:
    """A policy file of a kind of `TEMPLATES`."""
    import json

    # In JSON's quotes: a branch may be called `yes` or `1.0`.
    return TEMPLATES[kind].format(target=json.dumps(target, ensure_ascii=False))
