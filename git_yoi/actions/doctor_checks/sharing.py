"""How the local refs stand to what was last seen of the shared remote; nothing here asks it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from git_yoi.actions.doctor_checks.case import Ailment, Case
from git_yoi.git import refs
from git_yoi.git.ancestry import is_ancestor
from git_yoi.git.branches import tracking_ref
from git_yoi.git.evidence import kinds


def published(case: Case) -> Iterator[Ailment]:
    """What is known to be on the shared remote is remembered."""
    remote = case.shared_remote
    if remote is None or case.tip is None or refs.PUBLISHED in case.refs:
        return
    copy = case.refs.get(refs.remote_tickets(remote))
    certain = copy is not None and _is_kept(case, copy, case.tip)
    yield Ailment(
        "published-missing",
        refs.PUBLISHED,
        f"the tickets are shared on {remote}, and it is not remembered what it is known to have",
        "the last tip that is known to be there: by it a rewind is seen",
        "git yoi sync" + ("; git yoi doctor --fix takes what was fetched" if certain else ""),
        partial(_remember, case, copy) if certain and copy is not None else None,
    )


def _is_kept(case: Case, old: str, tip: str) -> bool:
    from git_yoi.store.lineage import on_first_parents

    return on_first_parents(case.session.objects, old, tip)


def _remember(case: Case, copy: str) -> str:
    refs.move_refs(case.repository, [refs.RefChange(refs.PUBLISHED, None, copy)], message="yoi: doctor")
    return f"{refs.PUBLISHED} is {copy[:12]}, what was last fetched"


def copy_of_remote(case: Case) -> Iterator[Ailment]:
    """What was fetched can be joined without a word: it was not rewritten, and nothing waits on both sides."""
    remote = case.shared_remote
    copy = case.refs.get(refs.remote_tickets(remote)) if remote is not None else None
    if remote is None or copy is None or case.tip is None:
        return
    known = case.refs.get(refs.PUBLISHED)
    where = refs.remote_tickets(remote)
    if known is not None and not _is_kept(case, known, copy) and not is_ancestor(case.repository.git, copy, known):
        yield Ailment(
            "rewritten",
            where,
            f"the history of the tickets on {remote} was rewritten: {copy[:12]} does not stand on {known[:12]}",
            "what is published stays as it is",
            "git yoi sync names the claims at stake",
        )
    elif not is_ancestor(case.repository.git, copy, case.tip) and not is_ancestor(case.repository.git, case.tip, copy):
        yield Ailment(
            "diverged",
            where,
            f"both sides have entries that the other lacks: {case.tip[:12]} here, {copy[:12]} on {remote}",
            "one history",
            "git yoi sync",
        )


def target_ahead(case: Case) -> Iterator[Ailment]:
    """The local target has no commits that the shared remote's lacks: a completion would carry them along."""
    remote, name = case.shared_remote, case.settings.target
    if remote is None or name is None or name not in case.heads:
        return
    tracking = tracking_ref(case.repository, remote, name)
    theirs = refs.read_ref(case.repository, tracking) if tracking is not None else None
    if theirs is None or is_ancestor(case.repository.git, case.heads[name], theirs):
        return
    behind = not is_ancestor(case.repository.git, theirs, case.heads[name])
    yield Ailment(
        "target-ahead",
        refs.branch_ref(name),
        f"{name} has commits that {remote} lacks" + (", and the reverse" if behind else ""),
        f"every commit of {name} on {remote}, as of the last fetch",
        f"git push {remote} {name}" + (", after taking over what it has" if behind else ""),
    )


def whole(case: Case) -> Iterator[Ailment]:
    """What the refs of this program name is here."""
    here = kinds(case.repository, set(case.refs.values()))
    for name, oid in sorted(case.refs.items()):
        if oid not in here:
            fix = "fetch it from a clone that has the object"
            yield Ailment("missing", name, f"it names {oid[:12]}, which is not here", "an object that is here", fix)
