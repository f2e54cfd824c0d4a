"""Whether lines of sh may stand at the top of a hook: only in a script that a shell alone reads.

A file can begin as a shell's and be another language's: the shell hands it on, by its own name, to a program that reads
it from the top, or from a line that is counted. Such a file breaks with lines of ours in it. Who only asks where the
script lies (`dirname "$0"`), or says its name, is none of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import dropwhile

_SHEBANG = re.compile(rb"#! */(?:[^\s/]+/)*(?:env +)?(?:sh|bash|dash|ash|ksh|mksh)(?: +[^\r\n]*)?\n")
_OWN = rb"\$(?:0|BASH_SOURCE|\{(?:0|BASH_SOURCE)(?:\[0\])?(?::?-\$\{?0\}?)?\})"
# A variable with the script's own name in it.
_KEPT = re.compile(
    rb"(?:^|[;&]|\b(?:local|export|readonly|declare))[ \t]*(\w+)=\"?"
    rb"(?:(?:\$\(|`)(?:realpath|readlink)\b[^()`\n]*?)?\"?%s\"?[)`]?\"?(?=[\s;&]|\Z)" % _OWN,
    re.MULTILINE,
)
_TOKEN = rb"\\.|(?P<own>%s)|\$\(|[\"'`#;|()\n]|(?<![<>])&|(?<=\s)\{(?=\s)"
# No command has its name further behind.
_COMMAND = 256
# Words before a command that do not change what it does with its arguments.
_BEFORE = frozenset(b"then do else if elif while until ! time exec command builtin env nohup".split())
_ONLY_NAMES = frozenset(
    b"echo printf dirname basename readlink realpath test [ [[ case for return ls stat logger "
    b"local export readonly declare typeset".split()
)


def is_posix_shell(data: bytes) -> bool:
    """Whether a hook's file is a script of a POSIX shell, and nothing else: only there do our lines do no harm."""
    return why_not_shell(data) is None


def why_not_shell(data: bytes) -> str | None:
    """Why lines of sh must not stand at the top of a hook's file, None where they may."""
    if _SHEBANG.match(data) is None or b"\0" in data:
        first = data.partition(b"\n")[0].decode(errors="replace")[:70]
        return f"it is no script of a POSIX shell; its first line is {first!r}"
    reader = next(filter(None, map(_reader, _before_own_name(data))), None)
    if reader is None:
        return None
    return f"it is read by more than a POSIX shell: it hands itself to {reader.decode(errors='replace')[:70]}"


def _reader(command: bytes) -> bytes | None:
    """The program that is given the script to read; None for one that wants its name only. `command` ends before it."""
    words = (word.strip(b"\"'") for word in command.split())
    rest = dropwhile(lambda word: word in _BEFORE or re.match(rb"\w+=", word) is not None, filter(None, words))
    first = next(rest, b"")
    # With a colon at its end it is no command, but what people are told in a text of several lines.
    return None if not first or first in _ONLY_NAMES or first.endswith(b":") else first


def _before_own_name(script: bytes) -> Iterator[bytes]:
    """Of each argument that is the script's own name: what stands before it in its command."""
    own = b"|".join((_OWN, *(rb"\$(?:%s\b|\{%s\})" % (name, name) for name in set(_KEPT.findall(script)))))
    token, at, start, in_text = re.compile(_TOKEN % own, re.DOTALL), 0, 0, False
    outer: list[tuple[bytes, int, bool]] = []
    while found := token.search(script, at):
        at, mark = found.end(), found[0]
        if found["own"]:
            if _is_argument(script, found, start, in_text=in_text):
                yield _words(script, start, found.start())
        elif mark == b'"':
            in_text = not in_text
        elif outer and mark == outer[-1][0] and not in_text:
            _, start, in_text = outer.pop()
        elif mark in (b"$(", b"`") or (mark == b"(" and not in_text):
            outer.append((b"`" if mark == b"`" else b")", start, in_text))
            start, in_text = at, False
        elif in_text or mark.startswith(b"\\"):
            continue
        elif mark == b"'":
            at = _after(b"'", script, at)
            if b"eval" in _words(script, start, found.start()).split() and re.search(own, script[found.end() : at]):
                yield _words(script, start, found.start())
        elif mark != b"#":
            start = at
        elif script[found.start() - 1 : found.start()] in b" \t\n;&|()":
            start = at = _after(b"\n", script, at)


def _is_argument(script: bytes, found: re.Match[bytes], begin: int, *, in_text: bool) -> bool:
    """Whether the own name stands alone, or in a text that is a command itself; `begin`: where its command does."""
    start, end = found.span()
    if in_text and not (script[start - 1 : start] == script[end : end + 1] == b'"'):
        return re.search(rb"(?:^|\s)(?:eval|-\w*c)\s", _words(script, begin, start)) is not None
    start, end = start - in_text, end + in_text
    return script[start - 1 : start] in b" \t\n\r<=;&|(`" and script[end : end + 1] in b" \t\n\r<>;&|)`'"


def _words(script: bytes, begin: int, end: int) -> bytes:
    """The first words of what stands there: a file of another language can be one endless text to a shell."""
    return script[begin : min(end, begin + _COMMAND)]


def _after(mark: bytes, script: bytes, at: int) -> int:
    """Where what `mark` ends is over."""
    end = script.find(mark, at)
    return len(script) if end < 0 else end + len(mark)
