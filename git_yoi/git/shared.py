"""Files of a repository that several users share: as `core.sharedRepository` wants them, whatever the user's umask.

Git gives what it writes there the right mode by itself. Our libraries, SQLite and Python know the umask only, so the
umask is what is set: for this process alone. Its children, and what it writes elsewhere, get the user's own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

_GROUP, _EVERYBODY = 0o660, 0o664
_NAMED = {"group": _GROUP, "all": _EVERYBODY, "world": _EVERYBODY, "everybody": _EVERYBODY, "umask": 0}
_NUMBERED = {0: 0, 1: _GROUP, 2: _EVERYBODY}
_KEY = "core.sharedrepository"


class _Umask:
    """The umask that this process was started with; None until it was changed."""

    users: int | None = None


def share(configuration: bytes) -> None:
    """Let what this process writes from now on have the mode that the configuration (`-z --list`) asks for."""
    if _Umask.users is not None:
        os.umask(_Umask.users)
        _Umask.users = None
    users = os.umask(0o077)
    wanted = _umask_for(configuration, users)
    os.umask(wanted)
    if wanted != users:
        _Umask.users = users


def childrens_umask() -> int:
    """What `subprocess` is told: the user's own umask, -1 where it was never changed."""
    return -1 if _Umask.users is None else _Umask.users


@contextmanager
def users_umask() -> Iterator[None]:
    """Write as the user would, outside of the repository."""
    if _Umask.users is None:
        yield
        return
    before = os.umask(_Umask.users)
    try:
        yield
    finally:
        os.umask(before)


def _umask_for(configuration: bytes, users: int) -> int:
    said = None
    for item in configuration.split(b"\0"):
        key, separator, value = item.partition(b"\n")
        if os.fsdecode(key).lower() == _KEY:
            said = os.fsdecode(value) if separator else "true"
    bits, exact = _read(said)
    # Who may read a file may go through a folder.
    allowed = bits | (bits & 0o444) >> 2
    if exact:
        return 0o777 & ~allowed
    return users & ~allowed


def _read(said: str | None) -> tuple[int, bool]:
    """The bits that files are to have, and whether they are to have no others, as git reads the value."""
    if said is None:
        return 0, False
    if said in _NAMED:
        return _NAMED[said], False
    try:
        number = int(said, 8)
    except ValueError:
        return (_GROUP if said.lower() in ("true", "yes", "on", "") else 0), False
    if number in _NUMBERED:
        return _NUMBERED[number], False
    # What its owner may not write is no repository; git itself refuses such a value.
    return (number & 0o666, True) if number & 0o600 == 0o600 else (0, False)
