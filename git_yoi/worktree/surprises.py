"""What may go wrong with files that are anybody's, and must not end what is done to them without a word."""

from __future__ import annotations

from git_yoi.errors import YoiError
from git_yoi.git.refs import RefMovedError

# Of Python's own: a tree that is too deep, and a name that is none.
SURPRISES = (YoiError, OSError, RefMovedError, RecursionError, ValueError)


def in_short(error: Exception) -> str:
    """What went wrong, for a sentence that says of what."""
    if isinstance(error, YoiError):
        return error.cause or error.message
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
