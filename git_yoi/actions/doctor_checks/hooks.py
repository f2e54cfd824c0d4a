"""The server's guard, where it was installed: a push of tickets must really pass by it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from git_yoi.actions.doctor_checks.case import Ailment, Case


def guard(case: Case) -> Iterator[Ailment]:
    """A guard that stands here fires; nowhere is one installed unasked."""
    if case.ref is None:
        return
    from git_yoi.hooks.installer import guards
    from git_yoi.hooks.probe import EXPECTED, probe

    found = list(guards(case.repository, case.python))
    if not found:
        return
    probed = probe(case.repository, case.ref)
    if probed.fires:
        return
    old = not all(one.current for one in found)
    yield Ailment(
        "guard",
        str(found[0].path),
        f"the server's guard stands there and does not fire: {probed.observed}",
        EXPECTED,
        "git yoi hooks install --server"
        if old
        else "git yoi hooks status --server tells more; core.hooksPath may lead elsewhere",
        partial(_renew, case) if old else None,
    )


def _renew(case: Case) -> str:
    from git_yoi.hooks.installer import install

    return f"the guard at {install(case.repository, case.python).path} is as this version writes it"
