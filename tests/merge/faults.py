"""What may befall a remote while a ticket is completed: as shell scripts, so that they can strike at any step."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import dedent

from tests.inside import inside
from tests.merge.scene import REVIEWER
from tests.merge.worlds import AS_MADE, World

# It lets the real one do its work, and then says of each ref that it was refused.
_DENIES = """
import subprocess, sys
from threading import Thread

done = subprocess.Popen(["git-receive-pack", sys.argv[1]], stdin=0, stdout=subprocess.PIPE)
def packet():
    head = done.stdout.read(4)
    return head + done.stdout.read(max(int(head, 16) - 4, 0)) if head else b""
while True:
    one = packet()
    sys.stdout.buffer.write(one)
    if one in (b"0000", b""):
        break
sys.stdout.buffer.flush()
done.stdout.read()
def line(data):
    return b"%04x" % (len(data) + 4) + data
refs = (b"refs/heads/main", b"refs/yoi/tickets")
report = line(b"unpack ok\\n") + b"".join(line(b"ng " + ref + b" broken\\n") for ref in refs) + b"0000"
sys.stdout.buffer.write(line(b"\\x01" + report) + b"0000")
"""


@dataclass(frozen=True)
class Fault:
    """`strike` begins it and `heal` ends it, shell scripts both; then `remedy` lets the ticket be completed again.

    `codes` are what a completion may say that did not land. `ends`: whether it lands in the end.
    """

    strike: Callable[[World], str]
    heal: Callable[[World], str] = lambda _: ":"
    remedy: Callable[[World], None] = lambda _: None
    codes: tuple[str, ...] = ()
    ends: bool = True


def hub_of(made: World) -> str:
    assert made.hub is not None
    return str(made.hub.path)


def hooked(name: str, *lines: str) -> Callable[[World], str]:
    def strike(made: World) -> str:
        body = "\n".join(("#!/bin/sh", *lines)).replace("HUB", hub_of(made))
        path = f"{hub_of(made)}/hooks/{name}"
        return f"mkdir -p {hub_of(made)}/hooks; cat > {path} <<'END'\n{body}\nEND\nchmod +x {path}"

    return strike


def unhooked(made: World) -> str:
    hub = hub_of(made)
    return f"if test -e {hub}.away; then mv {hub}.away {hub}; fi; rm -f {hub}/hooks/*"


def away(made: World) -> str:
    return f"mv {hub_of(made)} {hub_of(made)}.away"


def moved(name: str) -> Callable[[World], str]:
    """The hub goes into a prepared state, unless something has landed there already."""

    def strike(made: World) -> str:
        assert made.hub is not None
        lines = ["start"]
        for ref, oid in made.prepared[name].items():
            lines.append(f"update {ref} {oid} {made.prepared[AS_MADE][ref]}")
        commands = "\\n".join([*lines, "commit"])
        return f"printf '{commands}\\n' | git --git-dir={hub_of(made)} update-ref --stdin >/dev/null 2>&1 || true"

    return strike


def later(*verbs: str) -> Callable[[World], str]:
    """The other clone does something, upon whatever the hub has by then."""

    def strike(made: World) -> str:
        assert made.bea is not None
        yoi = f"'{sys.executable}' -m git_yoi"
        words = "; ".join(f"{yoi} {verb} || true" for verb in ("sync", *verbs, "sync"))
        words = words.replace("TICKET", made.ticket).replace("SECOND", made.second)
        return f"cd {made.bea.path}; ({words}) >/dev/null 2>&1"

    return strike


def pushed(made: World) -> str:
    """Somebody's plain commit upon whatever the hub's target is by then."""
    git = f"git --git-dir={hub_of(made)}"
    # The push of a killed completion may still be under way: upon what it leaves, never over it.
    made_new = f"new=$({git} commit-tree -p $old -m theirs $old^{{tree}})"
    return f"until old=$({git} rev-parse main); {made_new}; {git} update-ref refs/heads/main $new $old; do :; done"


def served_by(script: Callable[[World], str]) -> Callable[[World], str]:
    def strike(made: World) -> str:
        path = made.root / "receiver"
        config = f"git -C {made.ada.path} config remote.origin.receivepack {path}"
        return f"cat > {path} <<'END'\n{script(made)}\nEND\nchmod +x {path}; {config}"

    return strike


def served_well(made: World) -> str:
    return f"git -C {made.ada.path} config --unset-all remote.origin.receivepack || true"


def liar(made: World) -> str:
    return f'#!/bin/sh\nrm -rf {made.root}/lie\ncp -R "$1" {made.root}/lie\nexec git-receive-pack {made.root}/lie'


def denier(_made: World) -> str:
    return f"#!{sys.executable}\n{dedent(_DENIES)}"


def atomic(value: str) -> Callable[[World], str]:
    return lambda made: f"git --git-dir={hub_of(made)} config receive.advertiseAtomic {value}"


def by_bea(*words: str, review: bool = False) -> Callable[[World], None]:
    def remedy(made: World) -> None:
        assert made.bea is not None
        inside(made.bea, "sync")
        inside(made.bea, *(word.replace("TICKET", made.ticket) for word in words), env=REVIEWER if review else {})
        inside(made.bea, "sync")

    return remedy


REFUSE_MAIN = 'case "$1" in refs/heads/main) echo protected >&2; exit 1;; esac'
REFUSE_RECORD = 'case "$1" in refs/yoi/*) echo hidden >&2; exit 1;; esac'
LOST = ("remote", "remote-unknown")
# After these it lands all the same: on another target, with another thread, under another name.
MOVED = ("target", "record", "both", "another lands", "word", "retitled", "backwards")
FAULTS: dict[str, Fault] = {
    "refuses the target": Fault(hooked("update", REFUSE_MAIN), unhooked, codes=("protected",)),
    "refuses the record": Fault(hooked("update", REFUSE_RECORD), unhooked, codes=("remote",)),
    "refuses all": Fault(hooked("pre-receive", "exit 1"), unhooked, codes=("protected",)),
    "vanishes": Fault(away, unhooked, codes=LOST),
    "dies before the update": Fault(hooked("pre-receive", "kill -9 $PPID"), unhooked, codes=LOST),
    "dies after the update": Fault(hooked("post-receive", "kill -9 $PPID"), unhooked, codes=LOST),
    "vanishes with the push": Fault(
        hooked("pre-receive", "mv HUB HUB.away", "exit 1"), unhooked, codes=(*LOST, "protected")
    ),
    "vanishes after the push": Fault(hooked("post-receive", "mv HUB HUB.away"), unhooked, codes=LOST),
    "is slow": Fault(hooked("pre-receive", "sleep 0.5"), unhooked),
    "says ok": Fault(served_by(liar), served_well, codes=LOST),
    "denies": Fault(served_by(denier), served_well, codes=LOST),
    "is not atomic": Fault(atomic("false"), atomic("true"), codes=("remote",)),
    **{name: Fault(moved(name)) for name in MOVED},
    "blocked": Fault(moved("blocked"), remedy=by_bea("unblock", "TICKET"), codes=("blocked",)),
    "closed": Fault(moved("closed"), codes=("illegal-transition",), ends=False),
    "taken over": Fault(moved("taken over"), remedy=by_bea("complete", "TICKET"), codes=("fenced",)),
    "disapproved": Fault(
        moved("disapproved"),
        remedy=by_bea("review", "TICKET", "--approve", "-m", "Fine.", review=True),
        codes=("not-approved", "stale-approval"),
    ),
    "same lands": Fault(moved("same lands"), codes=("illegal-transition",)),
    "goes on later": Fault(pushed),
    "is told a word later": Fault(later("comment TICKET -m later")),
    "completes another later": Fault(later("complete SECOND")),
}
STATES = (*MOVED, "blocked", "closed", "taken over", "disapproved", "same lands")
