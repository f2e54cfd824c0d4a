"""`git yoi complete`: the branch merged and the ticket closed, as one act (design.md, section 2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from git_yoi.actions.authority import require_role
from git_yoi.actions.checks import require_line, require_reason
from git_yoi.actions.closing import Closing, journal_of
from git_yoi.actions.dossier import describe
from git_yoi.actions.subject import ground_of, needs_authority, subject_of
from git_yoi.domain.events import Validation
from git_yoi.domain.ids import short_id
from git_yoi.domain.ticket import MergeRecord
from git_yoi.errors import YoiError
from git_yoi.git.branches import head_of
from git_yoi.merge.candidate import STRATEGIES, Candidate, make_candidate
from git_yoi.merge.finish import Hands, Landed
from git_yoi.merge.gather import Gathered, Subject, gather, require_followable
from git_yoi.merge.journal import JournalFile, lock_journal
from git_yoi.merge.land import land
from git_yoi.merge.readiness import missing
from git_yoi.merge.recover import finish_found
from git_yoi.merge.scratch import sweep
from git_yoi.merge.validation import validate
from git_yoi.worktree.remove import Cleaned

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.config.policy import ValidateCommand
    from git_yoi.sync.exchange import Settled

# The target moved under each attempt but the last: with a validation of minutes this is a busy day's worth.
_ATTEMPTS = 20
# What the target may say of a ticket that somebody else has just completed; it is fetched after the record.
_BY_TARGET = ("not-merged", "merge-conflict")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person asks for; `why` is the reason of an override, `target` None for the ticket's own."""

    authorize: bool = False
    override: bool = False
    why: str | None = None
    strategy: str | None = None
    target: str | None = None
    keep_worktree: bool = False
    keep_branch: bool = False


@dataclass(frozen=True, slots=True)
class Completed:
    """A ticket that is merged and closed; `finished` says that this was a killed completion's end.

    `pushed`: on the shared remote first.
    """

    id: str
    title: str
    state: str
    merge: MergeRecord
    cleaned: Cleaned
    finished: bool = False
    pushed: bool = False


def complete(session: Session, given: str, wishes: Wishes) -> Completed:
    """Merge a ticket's branch and close it; nothing is changed by a refusal. YoiError with the first thing missing.

    A completion that was killed is finished first; when it is this ticket's, that is all.
    """
    check_wishes(session, wishes)
    ticket_id = session.resolve(given)
    require_role(session, "complete")
    hands = hands_of(session)
    sweep(session.repository)
    checked = _has_own_checks(session)
    candidate: Candidate | None = None
    passed: dict[tuple[str, tuple[ValidateCommand, ...]], tuple[Validation, ...]] = {}
    for _ in range(_ATTEMPTS):
        with lock_journal(session.repository, wait=True):
            found = finish_found(hands)
            if found is not None:
                session.index_follows(session.local_tip())
                if found.journal.ticket == ticket_id:
                    return _completed(found, finished=True)
            met = met_remote(session, ticket_id, wishes)
            if met is not None:
                # By the policy that was just fetched, too.
                require_role(session, "complete")
            built = _built(session, ticket_id, wishes, met, candidate)
            if built is None:
                continue
            subject, gathered, candidate = built
            commands = subject.policy.validate
            key = (candidate.commit, commands)
            if key in passed or not (commands or checked):
                closing = Closing(subject, gathered, candidate, passed.get(key, ()), wishes.why, _seen(met))
                landed = _land(session, hands, closing, wishes)
                if landed is not None:
                    return _completed(landed)
                continue
        passes = validate(session.repository, candidate.commit, ticket_id, commands, progress=session.notice)
        if checked:
            _check_push(session, subject, candidate)
        passed[key] = passes
    raise YoiError(
        "stale",
        f"the target moved under every attempt to merge ticket {short_id(ticket_id)}",
        cause=f"{_ATTEMPTS} merges were built, and each was out of date before it could land",
        hint="run the same command again",
    )


def _has_own_checks(session: Session) -> bool:
    """Whether the user has hooks of their own for a push, and there will be one."""
    if session.settings.remote is None:
        return False
    from git_yoi.hooks.users_pre_push import has_own

    return has_own(session.repository)


def _check_push(session: Session, subject: Subject, candidate: Candidate) -> None:
    """Let the user's own hooks see what is to be pushed; YoiError `validation-failed`."""
    from git_yoi.hooks.users_pre_push import Push, require_passed

    push = Push(str(subject.settings.remote), subject.target, candidate.commit, candidate.tip)
    require_passed(session.repository, push, say=session.notice)


def met_remote(session: Session, ticket_id: str, wishes: Wishes) -> Settled | None:
    """Where tickets are shared: join the remote's record, fetch its target, the policy's, and its copy of the branch.

    YoiError `remote`, `rewritten`.
    """
    remote = session.settings.remote
    if remote is None:
        return None
    from git_yoi.actions.sharing import meet
    from git_yoi.git.branches import is_valid_branch_name
    from git_yoi.git.network import fetch_branch

    met = meet(session, remote)
    ticket = session.ticket(session.snapshot(), ticket_id)
    target = wishes.target or ticket.target or session.settings.target
    for branch in dict.fromkeys((target, session.settings.target, ticket.branch)):
        # The policy is that of `yoi.target`, whatever is merged to. And of the branch somebody may have pushed a newer
        # commit, which nobody here has seen.
        if branch is not None and is_valid_branch_name(session.repository, branch):
            fetch_branch(session.repository, remote, branch)
    return met


def _built(
    session: Session, ticket_id: str, wishes: Wishes, met: Settled | None, before: Candidate | None
) -> tuple[Subject, Gathered, Candidate] | None:
    """The ticket, found ready, with the commit that would land; None where the record went on, and all is asked anew.

    `before` is the last attempt's commit, which may be the right one still. YoiError with the first thing missing.
    """
    try:
        subject, gathered = judged(session, ticket_id, wishes)
        if before is not None and before.merges(gathered.facts.tip, gathered.facts.head):
            return subject, gathered, before
        return subject, gathered, candidate_of(session, subject, gathered, wishes)
    except YoiError as error:
        if error.code in _BY_TARGET and _moved_since(session, met):
            return None
        raise


def _moved_since(session: Session, met: Settled | None) -> bool:
    """Whether the record went on after it was joined: what the target has since then may be what closed the ticket."""
    if met is None:
        return False
    from git_yoi.actions.sharing import meet

    return meet(session, str(session.settings.remote)).received.tip != met.received.tip


def _seen(met: Settled | None) -> str | None:
    return met.received.tip if met is not None else None


def check_wishes(session: Session, wishes: Wishes) -> None:
    """YoiError `usage` for options that do not go together, `not-authorized` for an override by another role."""
    if wishes.override:
        if session.role != "human":
            raise YoiError(
                "not-authorized",
                "an override is a human's",
                cause=f"this is role {session.role}",
                hint="ask for an approval, or ask a human",
            )
        require_reason(wishes.why)
    elif wishes.why is not None:
        raise YoiError("usage", "a text goes with --override only", hint="git yoi report adds one to the thread")
    if wishes.target is not None:
        require_line("target", wishes.target)
    if wishes.strategy not in (None, *STRATEGIES):
        raise YoiError("usage", f"there is no strategy {wishes.strategy}", hint=f"one of {', '.join(STRATEGIES)}")


def hands_of(session: Session) -> Hands:
    """What landing needs of a session."""
    return Hands(session.repository, session.bare_writer, session.repository.directory, session.clock, session.notice)


def judged(session: Session, ticket_id: str, wishes: Wishes) -> tuple[Subject, Gathered]:
    """The ticket and everything about it, found ready and authorized; YoiError with the first thing that is missing."""
    subject, gathered = looked_at(session, ticket_id, wishes, asked=True)
    refusal = refusal_of(session, subject, gathered, wishes)
    if refusal is not None:
        raise refusal
    return subject, gathered


def looked_at(session: Session, ticket_id: str, wishes: Wishes, *, asked: bool = False) -> tuple[Subject, Gathered]:
    """The ticket and everything about it, ready or not; YoiError for what cannot be judged at all.

    `asked`: what a shared remote has was just fetched.
    """
    subject = subject_of(session, ticket_id, target=wishes.target, overridden=wishes.override, asked=asked)
    if problem := subject.lookup.damage(ticket_id):
        raise YoiError(
            "read-only", f"ticket {ticket_id} is damaged and cannot be closed", cause=problem, hint="git yoi fsck"
        )
    return subject, gather(subject)


def refusal_of(session: Session, subject: Subject, gathered: Gathered, wishes: Wishes) -> YoiError | None:
    """The first thing that is missing, a human's word the last of all; None where nothing is."""
    short, lacks = short_id(subject.ticket.id), missing(gathered.facts)
    if lacks:
        first, data = lacks[0], {"missing": [{"code": m.code, "text": m.text, "hint": m.hint} for m in lacks]}
        return YoiError(first.code, first.message, cause=first.cause, hint=first.hint, data=data)
    if not needs_authority(session, subject, authorized=wishes.authorize):
        return None
    return YoiError(
        "merge-authority",
        f"ticket {short} may be merged, but a human has to say so",
        cause="the policy delegates no merge authority" + _by_role(session),
        hint=f"a human, after reading the dossier: git yoi complete {short} --authorize",
        data=describe(session, subject, gathered, authorized=wishes.authorize),
    )


def say_absent(session: Session, gathered: Gathered) -> None:
    """Name the worktrees of the target that cannot follow it, for they are locked and not there."""
    for worktree in gathered.absent:
        session.notice(f"{worktree.path} is not there (locked): it does not follow; see `git status` when it is back")


def _by_role(session: Session) -> str:
    return "" if session.role == "human" else f", and this is role {session.role}"


def candidate_of(session: Session, subject: Subject, gathered: Gathered, wishes: Wishes) -> Candidate:
    """The commit that would land of what was found ready; YoiError `merge-conflict` by the strategy, `dirty`."""
    facts = gathered.facts
    if gathered.tree is None or facts.tip is None or facts.head is None or gathered.base is None:
        raise RuntimeError("a branch that was found ready has no merge")
    made = make_candidate(
        session.bare_writer,
        subject.ticket,
        session.actor,
        strategy=wishes.strategy or subject.policy.strategy,
        tree=gathered.tree,
        tip=facts.tip,
        head=facts.head,
        base=gathered.base,
    )
    if made.tree != gathered.tree:
        # A rebase may come to another tree than the merge that was looked at.
        require_followable(subject, gathered, made.tree)
    return made


def _land(session: Session, hands: Hands, closing: Closing, wishes: Wishes) -> Landed | None:
    """Write the journal and go by it; None when something moved that the judgement stands on, and nothing happened."""
    file, ground = JournalFile(session.repository), ground_of(closing.subject)
    ticket_id = closing.subject.ticket.id
    for _ in range(_ATTEMPTS):
        journal = journal_of(session, closing, keep_worktree=wishes.keep_worktree, keep_branch=wishes.keep_branch)
        landed = land(hands, file, file.begin(journal), fresh=True)
        if landed is not None:
            session.index_follows(session.local_tip())
            say_absent(session, closing.gathered)
            return landed
        # Mostly it was a word on some other ticket: then what was judged still holds, and only the entries are stale.
        met = met_remote(session, ticket_id, wishes)
        subject = subject_of(session, ticket_id, target=wishes.target, overridden=wishes.override, asked=True)
        if ground_of(subject) != ground or not _stands(closing):
            return None
        closing = replace(closing, subject=subject, remote_ticket_old=_seen(met))
    return None


def _stands(closing: Closing) -> bool:
    """Whether the target and the branch are still here what was judged."""
    found, repository = closing.gathered, closing.subject.repository
    here = head_of(repository, closing.subject.target), head_of(repository, closing.subject.ticket.branch or "")
    return here == (found.local_tip, found.facts.head)


def _completed(landed: Landed, *, finished: bool = False) -> Completed:
    journal = landed.journal
    validations = tuple(Validation(*one) for one in journal.validations)
    merge = MergeRecord(journal.merge, journal.target, journal.head, journal.base, journal.strategy, validations)
    pushed = journal.remote is not None
    return Completed(journal.ticket, journal.title, "closed", merge, landed.cleaned, finished, pushed)
