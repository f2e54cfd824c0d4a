"""The guard's own few lines of POSIX sh, and how they stand at the top of a hook that is somebody else's.

A push of branches must not pay for tickets: it costs one `git config`. A push of tickets is refused when the program
cannot be run, whatever the reason: a guard that lets everything in when it is missing is none. `GIT_YOI_HOOKS` does not
count: over a path or `file://` the hook has the pusher's environment, and elsewhere nobody means it for the server.
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple

# What was made for the block, so that taking it out leaves nothing behind.
BLOCK, FILE, FOLDER = "a block", "a file", "a file and its folder"

_BEGIN, _END = b"# >>> git-yoi server guard, ", b"# <<< git-yoi server guard\n"
_FIND = re.compile(
    rb"^# >>> git-yoi server guard, (?P<made>[a-z ]+)\n(?:.*\n)*?# <<< git-yoi server guard\n", re.MULTILINE
)
OWN_SHEBANG = b"#!/bin/sh\n"

_TEXT = """\
# `git yoi hooks uninstall --server` takes this out again. Below it, standard input is what it was.
_git_yoi_pushed=$(cat) || exit 1
(
	ref=$(git config --get yoi.ref) || ref=@REF@
	case $_git_yoi_pushed in
	*" refs/"[Yy][Oo][Ii]"/"* | *" $ref"*) ;;
	*) exit 0 ;;
	esac
	python=@PYTHON@
	status=97
	if test -x "$python"; then
		"$python" -P -c 'try:
    from git_yoi.cli.main import program
except ImportError:
    raise SystemExit(97)
except Exception as error:
    raise SystemExit(f"git-yoi: it cannot be run: {type(error).__name__}: {error}; install it again")
program()' hooks pre-receive <<_GIT_YOI_PUSHED && status=0 || status=$?
$_git_yoi_pushed
_GIT_YOI_PUSHED
	fi
	if test "$status" = 97 && command -v git-yoi >/dev/null 2>&1; then
		git-yoi hooks pre-receive <<_GIT_YOI_PUSHED && status=0 || status=$?
$_git_yoi_pushed
_GIT_YOI_PUSHED
	fi
	test "$status" = 0 && exit 0
	if test "$status" = 97; then
		echo "git-yoi: refused: the program that guards the tickets of this repository is missing here" >&2
		echo "git-yoi: whoever runs this server has to install git-yoi; a push without $ref is not affected" >&2
	fi
	exit 1
) || exit 1
if test -n "$_git_yoi_pushed"; then
	exec <<_GIT_YOI_PUSHED || exit 1
$_git_yoi_pushed
_GIT_YOI_PUSHED
else
	exec </dev/null
fi
unset _git_yoi_pushed
"""


class Found(NamedTuple):
    """The block in a hook's file: where it begins and ends, and what was made for it."""

    start: int
    end: int
    made: str


def block(python: str, ref: str, made: str) -> bytes:
    """The guard's lines; `python` is the interpreter that has the program, `ref` the ticket ref where none is named."""
    text = _TEXT.replace("@REF@", ref).replace("@PYTHON@", quoted(python))
    return _BEGIN + made.encode() + b"\n" + os.fsencode(text) + _END


def quoted(word: str) -> str:
    """A word that sh takes as it stands."""
    return "'" + word.replace("'", "'\\''") + "'"


def find(data: bytes) -> Found | None:
    """The block in a hook's file, or None."""
    found = _FIND.search(data)
    return Found(*found.span(), found["made"].decode()) if found else None


def with_block(data: bytes, lines: bytes) -> bytes:
    """A POSIX shell's script with the guard's lines before all that it does."""
    old = find(data)
    if old is not None:
        return data[: old.start] + lines + data[old.end :]
    top = data.index(b"\n") + 1
    return data[:top] + lines + data[top:]


def without(data: bytes, old: Found) -> bytes:
    """A hook's file without the block."""
    return data[: old.start] + data[old.end :]
