"""The frame around the lines of sh that each hook of a clone runs, so that nothing of the user's own hook is disturbed.

What a hook does stands in `hooks/` at the top of the project. Here it gets what all have in common: it is turned off by
`GIT_YOI_HOOKS=0`, answers a probe, runs in a shell of its own, and hands on the standard input that git gave.
"""

from __future__ import annotations

import os
import re
import zlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from git_yoi.errors import YoiError
from git_yoi.hooks.shim import BLOCK, FOLDER, OWN_SHEBANG, quoted

HOOKS = ("prepare-commit-msg", "commit-msg", "post-commit", "post-merge", "post-rewrite", "pre-push")
# To these git says on standard input what happened, or is to happen.
WITH_INPUT = frozenset({"post-rewrite", "pre-push"})
PROBE = "GIT_YOI_HOOKS_PROBE"
# What the lines leave in a worktree's own git directory for the next commit.
NOTES = ("YOI_NONE", "YOI_TRAILER", "YOI_MERGE")

_ABOVE = " in a new one"
_FIND = (
    rb"^# >>> git-yoi %s, (?P<made>[a-z ]+), (?P<sum>[0-9a-f]{8})\r?\n"
    rb"(?P<lines>(?:.*\n)*?)# <<< git-yoi %s\r?(?:\n|\Z)"
)

_FRAME = """\
# `git yoi hooks uninstall` takes these lines out again; below them, all is as git left it.
if test -n "${GIT_YOI_HOOKS_PROBE-}"; then
	if test "${GIT_YOI_HOOKS-}" = 0; then
		echo "git-yoi: GIT_YOI_HOOKS=0 turns it off" >&2
@PROGRAM@	else
		echo "git-yoi: @HOOK@ $GIT_YOI_HOOKS_PROBE" >&2
	fi
	exit 0
fi
if test "${GIT_YOI_HOOKS-}" != 0@WHEN@; then
_git_yoi_hook() {
	PATH=${PATH:+$PATH:}/usr/bin:/bin
@BODY@
}
@RUN@
unset -f _git_yoi_hook
fi
"""

# As the lines look for the program; whether it is the right one, only running it would tell.
_PROBE_PROGRAM = """\
	elif ! @PYTHON@ -P -c 'import git_yoi' 2>/dev/null && ! (
		PATH=${PATH:+$PATH:}/usr/bin:/bin
		command -v git-yoi >/dev/null
	); then
		echo "git-yoi: the program is missing: "@PYTHON@" does not have it, nor is git-yoi on the PATH" >&2
"""

# What stands above this line in a hook is a condition: where there is nothing to do, no shell of its own is made.
_THEN = "# then, in a shell of its own:\n"

_RUN = """\
(_git_yoi_hook "$@") </dev/null || exit
"""

# Where there is no `cat`, nothing was read, and nothing is lost to what stands below.
_RUN_WITH_INPUT = """\
if _git_yoi_in=$(PATH=${PATH:+$PATH:}/usr/bin:/bin && cat); then
if test -n "$_git_yoi_in"; then
(_git_yoi_hook "$@") <<_GIT_YOI_IN || exit
$_git_yoi_in
_GIT_YOI_IN
exec <<_GIT_YOI_IN || exit
$_git_yoi_in
_GIT_YOI_IN
else
(_git_yoi_hook "$@") </dev/null || exit
exec </dev/null
fi
fi
unset _git_yoi_in
"""


class Found(NamedTuple):
    """Our lines in a hook's file: where they begin and end, what was made for them, and whether they are as we wrote.

    `made` is a block, a file, or a file and its folder; `edited` says that somebody changed the lines by hand.
    """

    start: int
    end: int
    made: str
    edited: bool


def body(hook: str, python: str) -> str:
    """The lines of a hook, which run the program by the interpreter `python`; YoiError `io` where they are missing."""
    return _source(hook).replace("@PYTHON@", quoted(python))


def block(hook: str, python: str, made: str) -> bytes:
    """The lines that stand in a file, with their marks."""
    run = _RUN_WITH_INPUT if hook in WITH_INPUT else _RUN
    when, _, then = body(hook, python).rpartition(_THEN)
    program = _PROBE_PROGRAM.replace("@PYTHON@", quoted(python)) if "@PYTHON@" in _source(hook) else ""
    text = _FRAME.replace("@HOOK@", hook).replace("@PROGRAM@", program)
    text = text.replace("@RUN@\n", run).replace("@BODY@\n", then)
    text = text.replace("@WHEN@", f" && {{\n{when}}}" if when else "")
    lines = os.fsencode(text)
    name = hook.encode()
    begin = b"# >>> git-yoi %s, %s, %08x\n" % (name, made.encode(), zlib.crc32(lines))
    return begin + lines + b"# <<< git-yoi %s\n" % name


def script(hook: str, python: str, made: str) -> bytes:
    """A whole hook with nothing but our lines."""
    return OWN_SHEBANG + block(hook, python, made)


def made_folders(above: int) -> str:
    """What was made for a file: with its folder, so many others above that."""
    return FOLDER + _ABOVE * above


def folders_of(made: str) -> int:
    """How many folders were made for a file."""
    return 1 + made.count(_ABOVE) if made.startswith(FOLDER) else 0


def find(hook: str, data: bytes) -> Found | None:
    """Our lines in a hook's file, or None."""
    name = re.escape(hook.encode())
    found = re.search(_FIND % (name, name), data, re.MULTILINE)
    if found is None:
        return None
    edited = b"\r" in found[0].partition(b"\n")[0] or int(found["sum"], 16) != zlib.crc32(found["lines"])
    return Found(*found.span(), found["made"].decode(), edited)


def with_block(hook: str, python: str, data: bytes) -> bytes:
    """A POSIX shell's script with our lines before all that it does, in the place of older ones."""
    old = find(hook, data)
    if old is not None:
        return data[: old.start] + block(hook, python, old.made) + data[old.end :]
    top = data.index(b"\n") + 1
    return data[:top] + block(hook, python, BLOCK) + data[top:]


def without(data: bytes, old: Found) -> bytes | None:
    """A hook's file without our lines; None where nothing is left that is not ours."""
    left = data[: old.start] + data[old.end :]
    return None if old.made != BLOCK and left == OWN_SHEBANG else left


@cache
def _source(hook: str) -> str:
    """The file as it stands in the package, or in a checkout beside it, without its first line."""
    import git_yoi

    package = Path(git_yoi.__file__).resolve().parent
    for file in (package / "hooks" / "shims" / hook, package.parent / "hooks" / hook):
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            return text.partition("\n")[2] if text.startswith("#!") else text
    raise YoiError("io", f"the lines of the {hook} hook are missing", hint="install git-yoi anew")
