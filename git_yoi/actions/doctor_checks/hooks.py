"""The server's guard and the hooks of a clone, where they were installed: git must really run them."""

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


def client(case: Case) -> Iterator[Ailment]:
    """The hooks that stand in this clone fire, and are as this version writes them; nowhere are any unasked."""
    if case.repository.top is None:
        return
    from git_yoi.hooks.client_installer import Clone
    from git_yoi.hooks.client_probe import probe

    clone = Clone(case.repository, case.python)
    for one in probe(clone) if clone.standing else ():
        standing = one.standing
        if one.fires and (standing.current or standing.stays):
            continue
        observed = "it is not as this version writes it" if one.fires else f"it does not fire: {one.observed}"
        yield Ailment(
            "hook",
            str(standing.path),
            f"{standing.hook}: {observed}",
            "hooks that git runs, as this version writes them",
            one.remedy or "git yoi hooks install brings them up to date; git yoi hooks status tells more",
            None if standing.stays or one.remedy else partial(_renew_client, case),
        )


def _renew_client(case: Case) -> str:
    from git_yoi.hooks.client_installer import install

    return f"{len(install(case.repository, case.python))} hooks are as this version writes them"
