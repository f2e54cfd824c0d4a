"""How a commit keeps who acts: whoever compares identities, or lets a ticket's file say one, must use this spelling."""

from __future__ import annotations

import re

from git_yoi.domain.ticket import Actor

_BREAKING = "[<>\r\n\0]"
_SURROGATE = "[\ud800-\udfff]"
_CRUD = "".join(map(chr, range(33))) + ".,:;<>\"\\'"


def actor_as_kept(actor: Actor, *, signed: bool) -> Actor:
    """Name and mail without what would break the line, dropped as git does.

    Where git itself writes the commit (`signed`), it trims its "crud" from both ends too: `Ada Jr.` becomes `Ada Jr`.
    """
    return Actor(_kept(actor.name, signed=signed), _kept(actor.email, signed=signed))


def _kept(part: str, *, signed: bool) -> str:
    text = re.sub(_SURROGATE, "\ufffd", re.sub(_BREAKING, "", part))
    return text.strip(_CRUD) if signed else text.strip()
