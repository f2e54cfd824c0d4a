"""Names from outside made safe: ticket ids, and the names of attachments."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from git_yoi.domain.file_name import name_problem
from git_yoi.domain.ids import LENGTH, from_bytes, is_id

_MAX_BYTES = 120
# Windows opens these as devices, whatever their suffix.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|\Z)", re.IGNORECASE)


def native_id(original: str) -> str:
    """The id itself where our rule allows it, else 16 letters that follow from it."""
    if is_id(original):
        return original
    return from_bytes(hashlib.sha256(b"yoi ticket\n" + original.encode()).digest()[: LENGTH // 2])


def attachment_name(path: str, taken: set[str]) -> str:
    """A file name for a path below `artifacts/`, unlike all of `taken` by more than case, to which it is added.

    Every system can hold it: no folder, no leading dot or hyphen, no device's name, letters in their composed form.
    """
    flat = unicodedata.normalize("NFC", path.replace("/", "--"))
    safe = "".join(c if c.isalnum() or c in "._-" else "_" for c in flat)
    safe = re.sub(r"^[.-]+|[.]+$", "_", safe) or "_"
    if _DEVICES.match(safe):
        safe = "_" + safe
    if len(safe.encode()) > _MAX_BYTES or safe.casefold() in taken:
        safe = _marked(safe, path)
    if name_problem(safe):
        safe = _marked("file", path)
    taken.add(safe.casefold())
    return safe


def _marked(name: str, path: str) -> str:
    """A shorter name with a mark that follows from the whole path."""
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix.encode()) > 16:
        stem, dot, suffix = name, "", ""
    digest = hashlib.sha256(path.encode()).hexdigest()[:12]
    short = stem.encode()[: _MAX_BYTES - 32].decode(errors="ignore")
    return f"{short}-{digest}{dot}{suffix}"
