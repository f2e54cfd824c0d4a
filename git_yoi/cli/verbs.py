"""Every verb: its module, its place in the manual, and its summary; and the other names that first guesses try."""

from __future__ import annotations

from typing import NamedTuple


class Verb(NamedTuple):
    """A verb's module below `git_yoi.cli`, the heading it stands under, and one line on it."""

    module: str
    section: str
    summary: str


_RECORDS, _LIFE, _DELIVERY = "Records", "Lifecycle", "Delivery"
_HEALTH, _HELP = "Sharing and health", "Help"

VERBS = {
    "init": Verb("init", _RECORDS, "begin tickets in this repository"),
    "new": Verb("new", _RECORDS, "create a ticket"),
    "list": Verb("list_", _RECORDS, "list tickets"),
    "show": Verb("show", _RECORDS, "show a ticket and its thread"),
    "search": Verb("search", _RECORDS, "search titles, descriptions and entries"),
    "edit": Verb("edit", _RECORDS, "change title, priority or description"),
    "comment": Verb("comment", _RECORDS, "add a comment, plan, decision, report or intake summary"),
    "report": Verb("report", _RECORDS, "report on the work, as its holder"),
    "label": Verb("label", _RECORDS, "add and remove labels"),
    "assign": Verb("assign", _RECORDS, "set who is assigned"),
    "attach": Verb("attach", _RECORDS, "attach a file"),
    "link": Verb("link", _RECORDS, "relate a ticket to another"),
    "unlink": Verb("unlink", _RECORDS, "end a relation"),
    "log": Verb("log", _RECORDS, "show entries as git does"),
    "ready": Verb("ready", _LIFE, "say that a ticket is written down"),
    "queue": Verb("queue", _LIFE, "let the work begin: the human gate"),
    "start": Verb("start", _LIFE, "accept a ticket, then make its branch and worktree"),
    "return": Verb("return_", _LIFE, "send a ticket back to planning"),
    "release": Verb("release", _LIFE, "give a ticket back to the queue"),
    "takeover": Verb("takeover", _LIFE, "take a ticket over from its holder"),
    "block": Verb("block", _LIFE, "mark a ticket as blocked"),
    "unblock": Verb("unblock", _LIFE, "end that mark"),
    "done": Verb("done", _LIFE, "end work that needs no merge"),
    "close": Verb("close", _LIFE, "close a ticket with a resolution"),
    "reopen": Verb("reopen", _LIFE, "plan a finished ticket anew"),
    "review": Verb("review", _DELIVERY, "judge the exact commit of a ticket's branch"),
    "dossier": Verb("dossier", _DELIVERY, "show what a merge must be judged by"),
    "complete": Verb("complete", _DELIVERY, "merge the branch and close the ticket, as one act"),
    "reconcile": Verb("reconcile", _DELIVERY, "close what was merged elsewhere, reopen what was reverted"),
    "worktree": Verb("worktree", _DELIVERY, "list the worktrees of tickets, judged; prune, rescue"),
    "hooks": Verb("hooks", _DELIVERY, "tie tickets to git here, or guard a shared repository"),
    "sync": Verb("sync", _HEALTH, "exchange tickets with the shared remote"),
    "pull": Verb("pull", _HEALTH, "take what the shared remote has"),
    "push": Verb("push", _HEALTH, "send what is here"),
    "remote": Verb("remote", _HEALTH, "tell or move the shared remote"),
    "status": Verb("status", _HEALTH, "one screen: what waits, runs, is stuck"),
    "fsck": Verb("fsck", _HEALTH, "prove the record"),
    "doctor": Verb("doctor", _HEALTH, "look at everything around the record, and mend it"),
    "import": Verb("import_", _HEALTH, "bring tickets in"),
    "export": Verb("export", _HEALTH, "write tickets out"),
    "demo": Verb("demo", _HELP, "play the whole story in a throw-away repository"),
    "help": Verb("help", _HELP, "show the manual"),
}
ALIASES = {"create": "new", "ls": "list", "view": "show", "claim": "start", "note": "comment"}
