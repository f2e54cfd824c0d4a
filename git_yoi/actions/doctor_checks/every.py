"""Every check of `doctor`, in the order in which it tells of them."""

from __future__ import annotations

from git_yoi.actions.doctor_checks import (
    claims,
    clone,
    configuration,
    hooks,
    leftovers,
    record,
    refspecs,
    remote,
    sharing,
    worktrees,
)
from git_yoi.actions.doctor_checks.case import Check

# A name is what a finding stands under when its check itself cannot be carried out.
CHECKS: dict[str, Check] = {
    "git": configuration.git_version,
    "identity": configuration.identity,
    "role": configuration.role,
    "yoi.ref": configuration.ref_name,
    "yoi.target": configuration.target,
    "policy": configuration.policy,
    "yoi.remote": configuration.remote_name,
    "shallow clone": clone.shallow,
    "partial clone": clone.partial,
    "refspecs": refspecs.refspecs,
    "refs": sharing.whole,
    # Before any check that asks the index: whoever reads it mends it.
    "index": record.index,
    "journal": leftovers.journal,
    "lock files": leftovers.locks,
    "scratch": leftovers.scratch,
    "stray files": leftovers.strays,
    "record": record.format_known,
    "rewind": record.rewind,
    "damage": record.damaged,
    "claim drafts": claims.drafts,
    "claims": claims.claims,
    "held tickets": worktrees.held,
    "closed tickets": worktrees.left,
    "branches": worktrees.unaccepted,
    "guard": hooks.guard,
    "hooks": hooks.client,
    "published": sharing.published,
    "remote's copy": sharing.copy_of_remote,
    "target": sharing.target_ahead,
    "remote": remote.remote,
}
