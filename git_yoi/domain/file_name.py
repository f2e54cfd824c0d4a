"""Names that an attachment may have: safe on every file system, and in every git that checks the record."""

from __future__ import annotations

import re
import unicodedata

from git_yoi.domain.text import line_problem

MAX_NAME_BYTES = 200
# Every clone carries every attachment for ever; GitHub refuses files over 100 MiB, and warns from 50.
MAX_FILE_BYTES = 50 << 20

# HFS+ leaves these out when it compares names, so ".g\u200cit" would be ".git" there.
_IGNORED_BY_HFS = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
# NTFS gives ".gitmodules" and its like such short names; git refuses or inspects whatever bears one.
_NTFS_SHORT = re.compile(r"(git|gitmod|gitatt|gitign|mailma|gi[0-9a-f]{4})~[0-9]", re.IGNORECASE)
_SPECIAL = (".git", ".mailmap")


def normal_name(name: str) -> str:
    """The spelling that is kept, composed (NFC): some file systems hand out the decomposed one."""
    return unicodedata.normalize("NFC", name)


def name_problem(name: str) -> str | None:
    """Why a file of the record cannot bear `name`, or None."""
    if problem := line_problem(name):
        return problem
    if "/" in name or "\\" in name:
        return "it holds a slash or backslash"
    if name in (".", ".."):
        return "it names a folder"
    if len(name.encode()) > MAX_NAME_BYTES:
        return f"it is longer than {MAX_NAME_BYTES} bytes"
    if name != normal_name(name):
        return "it is not in Unicode's composed form (NFC)"
    if _means_something_to_git(name):
        return "git gives that name a meaning of its own"
    return None


def _means_something_to_git(name: str) -> bool:
    # NTFS ends a name at ":" and drops dots and spaces at its end.
    bare = _IGNORED_BY_HFS.sub("", name).partition(":")[0].rstrip(". ").casefold()
    return bare.startswith(_SPECIAL) or _NTFS_SHORT.match(bare) is not None
