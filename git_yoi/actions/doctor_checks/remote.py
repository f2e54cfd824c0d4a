"""What the shared remote itself says: can it be reached, would it take the ticket ref, has it what it once had."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from git_yoi.actions.doctor_checks.case import Ailment, Case
from git_yoi.git import refs
from git_yoi.git.evidence import kinds
from git_yoi.git.push_urls import TWO_REPOSITORIES, how_to_mend, pushes_elsewhere
from git_yoi.git.question import ask_push, ask_ref, ask_refusal
from git_yoi.store.root import ROOT_IDS

# A remote that is well answers in a second or two; doctor is not to hang on one that is not.
_SECONDS = 20.0


def remote(case: Case) -> Iterator[Ailment]:
    """The shared remote can be reached, has what is published, and takes pushes of the ticket ref."""
    name = case.shared_remote
    if name is None or case.ref is None or case.tip is None or case.offline:
        return
    there = ask_ref(case.repository, name, case.ref, seconds=_SECONDS)
    if there.problem is not None:
        fix = f"git ls-remote {name} must work here; git yoi doctor --offline leaves it out"
        yield Ailment("remote", name, f"it cannot be asked: {there.problem}", "a remote that answers", fix)
        return
    yield from _standing(case, name, there.tip)
    if pushes_elsewhere(case.repository, name, {case.ref: there.tip}, partial(_refs_at, case, case.ref)):
        yield Ailment("remote", name, f"it {TWO_REPOSITORIES}", "one repository on both sides", how_to_mend(name))
        return
    yield from _taking(case, name, case.ref, there.tip)


def _refs_at(case: Case, ref: str, where: str) -> dict[str, str] | None:
    there = ask_ref(case.repository, where, ref, seconds=_SECONDS)
    return None if there.problem is not None else {ref: there.tip} if there.tip is not None else {}


def _standing(case: Case, name: str, tip: str | None) -> Iterator[Ailment]:
    """What is published is still there."""
    known = case.refs.get(refs.PUBLISHED)
    if known is None:
        return
    if tip is None:
        observed = f"it has no {case.ref}, and once had {known[:12]}"
        fix = "git yoi sync puts it back"
    elif tip not in kinds(case.repository, {tip}) or _stands_on(case, known, tip):
        return
    elif _stands_on(case, tip, known):
        observed, fix = f"it went back to {tip[:12]}, behind {known[:12]}", "git yoi sync puts back what it lost"
    else:
        observed = f"its tickets were rewritten: {tip[:12]} does not stand on {known[:12]}"
        fix = "git yoi sync names the claims at stake"
    yield Ailment("remote-lost", name, observed, "what is published stays", fix)


def _stands_on(case: Case, old: str, tip: str) -> bool:
    from git_yoi.store.lineage import on_first_parents

    return on_first_parents(case.session.objects, old, tip)


def _taking(case: Case, name: str, ref: str, tip: str | None) -> Iterator[Ailment]:
    answer = ask_push(case.repository, name, case.tip or "", ref, seconds=_SECONDS)
    fix = "ask who runs it, or git config yoi.ref refs/heads/yoi-tickets (in every clone), then git yoi init"
    if answer.problem is not None:
        problem, fix = answer.problem, f"git push --dry-run {name} must work here"
    elif tip is not None and answer.tip is None:
        problem = "it shows the ref to those who fetch, and hides it from those who push"
    else:
        root = next(oid for oid in ROOT_IDS if len(oid) == len(case.repository.zero))
        said = ask_refusal(case.repository, name, root, ref, there=tip is not None, seconds=_SECONDS)
        if said is None:
            return
        problem = said
    yield Ailment("remote-refuses", name, f"it would refuse {ref}: {problem}", "a remote that takes the tickets", fix)
