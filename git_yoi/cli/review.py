"""`git yoi review`."""

from __future__ import annotations

from dataclasses import asdict

import click

from git_yoi.cli.command import VerbCommand, open_session
from git_yoi.cli.text_options import read_text, text_options
from git_yoi.cli.written import put_written
from git_yoi.errors import YoiError


@click.command("review", cls=VerbCommand)
@click.argument("ticket", metavar="ID")
@click.option("--approve", is_flag=True, help="It may be merged as it is.")
@click.option("--request-changes", is_flag=True, help="It may not be merged yet.")
@click.option("--revoke", is_flag=True, help="Take your own review back.")
@click.option("--commit", metavar="REV", help="The commit that you read; another head of the branch is refused.")
@text_options
@click.option(
    "--finding",
    "findings",
    metavar="SEVERITY:PATH:LINE:TEXT",
    multiple=True,
    help="A remark: blocker, major, minor or note; line 0 is the whole file; may be repeated.",
)
def command(
    ticket: str,
    approve: bool,
    request_changes: bool,
    revoke: bool,
    commit: str | None,
    message: tuple[str, ...],
    file: str | None,
    findings: tuple[str, ...],
) -> None:
    """Judge exactly the commit that the ticket's branch is at."""
    from git_yoi.actions.review import review

    decision = _decision(approve=approve, request_changes=request_changes, revoke=revoke)
    text = read_text(message, file)
    made = review(open_session(), ticket, decision, commit=commit, text=text, findings=findings)
    more = {
        "decision": made.decision,
        "commit": made.commit,
        "stale": False,
        "findings": [asdict(finding) for finding in made.findings],
    }
    following = "Next: git yoi dossier {id}" if made.decision == "approve" else ""
    put_written(made, f"{made.decision} {made.commit[:12]}", following, more=more)


def _decision(**given: bool) -> str:
    """The one that was asked for; YoiError `usage` for none or several."""
    chosen = [name.replace("_", "-") for name, wanted in given.items() if wanted]
    if len(chosen) != 1:
        raise YoiError(
            "usage",
            "exactly one decision is needed" if not chosen else f"{' and '.join(chosen)} exclude each other",
            hint="give --approve, --request-changes, or --revoke",
        )
    return chosen[0]
