"""The story that `git yoi demo` plays, as data: each command as a reader could type it, and how it must end.

`{one}` and `{two}` are the ids that the two `git yoi new` print, `{worktree}` and
`{back}` lead to where `git yoi start` put the branch, and back again.
"""

from __future__ import annotations

from dataclasses import dataclass

REPOSITORY = "greeter"
_REVIEWER = "GIT_YOI_ACTOR='Rie Reviewer <rie@example.org>' GIT_YOI_ROLE=reviewer"


@dataclass(frozen=True, slots=True)
class Step:
    """One command, what it is there for (empty: the same as the one before), and its expected exit status."""

    command: str
    about: str = ""
    code: int = 0


SCRIPT = (
    Step(f"git init -q -b main {REPOSITORY}", "An ordinary repository, with a test that every merge must pass."),
    Step(f"cd {REPOSITORY}"),
    Step("git config user.name 'Ada Author'"),
    Step("git config user.email ada@example.org"),
    Step("echo 'echo Hello' > greet.sh"),
    Step("echo 'sh greet.sh Ada | grep -q Hello' > test.sh"),
    Step("printf 'validate:\\n  - run: sh test.sh\\n' > .yoi.yaml"),
    Step("git add . && git commit -q -m 'A greeter, and its test'"),
    Step("git yoi init", "Tickets begin: on a ref of their own, beside the code."),
    Step("git yoi new 'Greet by name' -m 'greet.sh takes a name, and greets it.'", "Two tickets; one needs the other."),
    Step("git yoi new 'Greet in Japanese' -m 'With --ja, say it in Japanese.' --depends-on {one}"),
    Step("git yoi ready {one}"),
    Step("git yoi start {one}", "The human gate: what nobody has queued is not started.", 4),
    Step("git yoi queue {one}"),
    Step("git yoi ready {two}"),
    Step("git yoi queue {two}", "What waits for a queued ticket may be queued too, but it does not start."),
    Step("git yoi start {two}", code=4),
    Step("git yoi start {one}", "Acceptance is recorded first; then, and only then, come branch and worktree."),
    Step("git yoi start {one}", "Nobody starts it a second time.", 5),
    Step("cd {worktree}", "The work, with a mistake in it, and the report on it."),
    Step("echo 'echo \"Hallo, $1\"' > greet.sh"),
    Step("git commit -q -a -m 'Greet by name'"),
    Step("git yoi report {one} -m 'greet.sh takes the name as its first argument.'"),
    Step("git yoi review {one} --approve", "Nobody approves their own work.", 4),
    Step(f"{_REVIEWER} git yoi review {{one}} --approve -m 'Short and right.'", "The reviewer misses the mistake."),
    Step("cd {back}"),
    Step("git yoi complete {one} --authorize", "The merge is built, tested, and refused: nothing has moved.", 7),
    Step("git log --oneline main"),
    Step("cd {worktree}", "Mended. The approval was for another commit, and does not count any more."),
    Step("echo 'echo \"Hello, $1\"' > greet.sh"),
    Step("git commit -q -a -m 'Say it in English'"),
    Step("cd {back}"),
    Step("git yoi complete {one} --authorize", code=6),
    Step(
        f"{_REVIEWER} git yoi review {{one}} --approve -m 'Now it is.' --finding 'note:greet.sh:1:quote a quote'",
        "A new look, at the new commit.",
    ),
    Step("git yoi complete {one}", "Merging is a human's decision: without it, this ends with what to judge by.", 7),
    Step("git yoi complete {one} --authorize", "Merged and closed in one transaction; worktree and branch are gone."),
    Step("git log --graph --format='%h %an: %s' main"),
    Step("git worktree list"),
    Step("git yoi show {one}", "Everything that was asked, decided and done is on the ticket."),
    Step("git yoi status", "What it waited for is merged: the other ticket can start."),
    Step("git yoi start {two}"),
    Step("git log --format='%h %an: %s' refs/yoi/tickets", "The record is plain git, and shares no history with main."),
    Step("git merge-base main refs/yoi/tickets", code=1),
    Step("git fsck --strict --no-dangling", "Sound for git, and proven entry by entry."),
    Step("git yoi fsck"),
)
