from __future__ import annotations

import pytest

from git_yoi.domain.authority import role_problem
from git_yoi.domain.states import ROLES


@pytest.mark.parametrize("role", ROLES)
def test_without_a_policy_everybody_may_do_all_but_the_human_gates(role: str) -> None:
    assert role_problem(role, "comment", {}) is None
    assert role_problem(role, "start", {}) is None


@pytest.mark.parametrize("gate", ["queue", "authorize", "override", "repair", "init", "remote"])
def test_without_a_policy_a_gate_is_a_humans(gate: str) -> None:
    assert role_problem("human", gate, {}) is None
    assert role_problem("orchestrator", gate, {}) is not None


def test_a_role_that_the_policy_names_has_its_verbs_and_no_other() -> None:
    roles = {"orchestrator": frozenset({"queue", "start"})}
    assert role_problem("orchestrator", "queue", roles) is None
    assert role_problem("orchestrator", "comment", roles) is not None
    assert role_problem("coder", "comment", roles) is None


def test_an_empty_grant_grants_nothing() -> None:
    assert role_problem("intake", "comment", {"intake": frozenset()}) == "the policy grants role intake no verb"
