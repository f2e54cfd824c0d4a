"""Names of authors, as git needs a person: a name and a mail address that follow from the name alone."""

from __future__ import annotations

import hashlib
import re

from git_yoi.domain.text import escape_controls
from git_yoi.domain.ticket import Actor

DOMAIN = "yoi.invalid"
# The tracker's own files (an attachment, a state without an entry) name nobody.
TRACKER = "yoi"
NOBODY = "unknown"
_PERSON = re.compile(r"([^<>\n]*[^<>\s])\s+<([^<>\s@]+@[^<>\s]+)>\Z")
_ROLES = ("orchestrator", "reviewer", "coder", "intake")
_MAX_NAME = 200


def actor_of(author: str) -> Actor:
    """The person that an author's text names; two different texts never give one mail address."""
    person = _PERSON.match(author.strip())
    if person is not None:
        return Actor(_name(person[1]), person[2])
    name = _name(author)
    slug = re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-.")[:64]
    if slug != author:
        digest = hashlib.sha256(author.encode()).hexdigest()[:8]
        slug = f"{slug}-{digest}" if slug else digest
    return Actor(name, f"{slug}@{DOMAIN}")


def _name(text: str) -> str:
    cleaned = " ".join(re.sub(r"[<>]", "", escape_controls(text)).split())
    return cleaned[:_MAX_NAME].strip() or NOBODY


def author_of(actor: Actor) -> str:
    """The text from which `actor_of` makes this person again."""
    if actor.email.endswith("@" + DOMAIN) and actor_of(actor.name) == actor:
        return actor.name
    return str(actor)


def role_of(author: str) -> str:
    """The role that a program's name tells, else human."""
    words = re.split(r"[^a-z]+", author.lower())
    return next((role for role in _ROLES if role in words), "human")
