"""Which role may use which verb: by default all may do all but what stands for a human's word (mission.md, point 3)."""

from __future__ import annotations

from collections.abc import Mapping

# `authorize` and `override` are what `complete` asks for, `repair` is what `fsck` may do: not verbs of their own.
# `init` is asked for when another branch is to be the target: with it the policy changes. `remote`: when the tickets
# are to be shared through another one, which decides then who holds what.
HUMAN_GATES = frozenset({"queue", "authorize", "override", "repair", "init", "remote"})
HUMAN = "human"


def role_problem(role: str, verb: str, roles: Mapping[str, frozenset[str]]) -> str | None:
    """Why `role` may not use `verb`, or None; `roles` is the policy's map of a role to the verbs it is granted."""
    granted = roles.get(role)
    if granted is not None:
        return None if verb in granted else f"the policy grants role {role} {_listed(granted)}"
    if role != HUMAN and verb in HUMAN_GATES:
        return f"without a word of the policy, {verb} is a human's, and this is role {role}"
    return None


def _listed(verbs: frozenset[str]) -> str:
    return f"only: {', '.join(sorted(verbs))}" if verbs else "no verb"
