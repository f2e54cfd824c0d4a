"""What a person is told when an exchange with the shared remote does not come about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from git_yoi.codec.json_line import CorruptError
from git_yoi.errors import YoiError
from git_yoi.git.objects import MissingObjectError
from git_yoi.git.raw import MalformedError
from git_yoi.git.refs import TICKETS


def refused(remote: str, ref: str, said: str) -> YoiError:
    """The remote does not take the ticket ref."""
    by_check = any(sign in said for sign in ("hook", "git-yoi", "unpack", "RPC failed", "unable to access"))
    return YoiError(
        "remote",
        f"{remote} refuses {ref}",
        cause=said,
        hint="if the host takes branches only: git config yoi.ref refs/heads/yoi-tickets, then git yoi init"
        if ref == TICKETS and not by_check
        else "nothing was changed here; the remote says why"
        + ("" if ref != TICKETS or "git-yoi:" in said else ", or takes branches only (yoi.ref names another ref)"),
    )


def unknown(remote: str, said: str) -> YoiError:
    """A push whose answer was lost, on a remote that cannot be asked now."""
    return YoiError(
        "remote-unknown",
        f"nobody can tell whether {remote} took it",
        cause=said,
        hint="run the same command again, or git yoi sync, as soon as the remote answers",
    )


def too_busy(remote: str, seconds: float, said: str) -> YoiError:
    """Others were faster every time, or a lock has stayed on the remote, which looks the same from here."""
    return YoiError(
        "remote",
        f"the tickets on {remote} could not be moved for {seconds:.0f} s",
        cause=f"others were faster each time, or a lock has stayed there: {said}",
        hint="run the same command again",
    )


def unsound(remote: str, problem: str) -> YoiError:
    """What the remote has is no record that can be stood upon."""
    return YoiError(
        "remote",
        f"what {remote} has is not sound, and was not taken",
        cause=problem,
        hint="nothing was changed here; whoever keeps the remote must set its ticket ref right",
    )


@contextmanager
def readable(remote: str) -> Iterator[None]:
    """Join and compare with what the remote has; YoiError `remote` where that cannot even be read."""
    try:
        yield
    except (CorruptError, MalformedError, MissingObjectError) as error:
        raise unsound(remote, str(error)) from error
