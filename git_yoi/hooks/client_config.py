"""The hooks of a clone as git's configuration names them: our lines in it, put in and taken out byte for byte."""

from __future__ import annotations

import re
from typing import NamedTuple

from git_yoi.git.repository import Repository
from git_yoi.hooks.client_shim import HOOKS

# git appends the arguments to the text. The common directory is found by the shell alone, for two hooks run at each
# commit; nothing names the repository's place, so one that is moved takes its hooks along.
_COMMAND = (
    'f=yoi/hooks/@HOOK@; d=${GIT_DIR:-.git}; test -f "$d/commondir" && read -r c <"$d/commondir" && d=$d/$c; '
    'test -f "$d/$f" || d=$(git rev-parse --git-common-dir); test ! -f "$d/$f" || . "$d/$f"'
)
# On our first header: that the line feed before it is ours too.
_BELOW_UNFINISHED = b" # below a line without its end"
# Other keys of our sections (`enabled`) are the user's.
_OURS = ("command", "event")
_KEY = re.compile(rb"[ \t]*([A-Za-z][A-Za-z0-9-]*)")
_HEADER = re.compile(rb"^[ \t]*\[([^\]\n]*)\]", re.MULTILINE)


class Named(NamedTuple):
    """What the configuration has on one hook of ours: the command that counts, and the events that it is run at."""

    command: str | None
    events: tuple[str, ...]


def command(hook: str) -> str:
    """What git is to run."""
    return _COMMAND.replace("@HOOK@", hook)


def section(hook: str) -> str:
    """The section of a hook."""
    return f"hook.{friendly_name(hook)}"


def friendly_name(hook: str) -> str:
    """The name under which git lists a hook."""
    return f"git-yoi-{hook}"


def read_named(repository: Repository) -> dict[str, Named]:
    """What the shared configuration has on each hook of ours, those left out of which it has nothing."""
    done = repository.git.run("config", "--local", "-z", "--get-regexp", r"^hook\.git-yoi-", ok=(0, 1))
    rows = [item.partition("\n") for item in done.text.split("\0") if item]
    found = {}
    for hook in HOOKS:
        own = [(key.removeprefix(f"{section(hook)}."), value) for key, _, value in rows if _is_of(key, hook)]
        if any(key in _OURS for key, _ in own):
            commands = [value for key, value in own if key == "command"]
            events = tuple(value for key, value in own if key == "event")
            found[hook] = Named(commands[-1] if commands else None, events)
    return found


def is_current(hook: str, named: Named) -> bool:
    """Whether the configuration has what we would write now."""
    return named == Named(command(hook), (hook,))


def with_sections(data: bytes, hooks: tuple[str, ...]) -> bytes:
    """The configuration with our sections at its end, in place of older ones."""
    data = without_sections(data)
    ours = b"".join(_section(hook) for hook in hooks)
    if ours and data and not data.endswith(b"\n"):
        header, _, rest = ours.partition(b"\n")
        return data + b"\n" + header + _BELOW_UNFINISHED + b"\n" + rest
    return data + ours


def without_sections(data: bytes) -> bytes:
    """The configuration without what is ours of our sections; comments and keys that somebody put there stay."""
    starts = [found.start() for found in _HEADER.finditer(data)]
    left = data[: starts[0]] if starts else data
    unfinished = -1
    for start, end in zip(starts, [*starts[1:], len(data)], strict=False):
        part = data[start:end]
        if _is_ours(part):
            if part.partition(b"\n")[0].endswith(_BELOW_UNFINISHED):
                unfinished = len(left)
            part = _theirs(part)
        left += part
    # Should something have come to stand below it, the line needs its end.
    return left[:-1] if len(left) == unfinished else left


def _theirs(part: bytes) -> bytes:
    """What of one of our sections is not ours; its header stays for keys of somebody else's only."""
    header, *lines = part.splitlines(keepends=True)
    kept, has_keys, ours, goes_on = [], False, False, False
    for line in lines:
        if not goes_on:
            key = _KEY.match(line)
            ours = key is not None and key[1].lower().decode() in _OURS
            has_keys = has_keys or (key is not None and not ours)
        goes_on = line.rstrip(b"\r\n").endswith(b"\\")
        if not ours:
            kept.append(line)
    return b"".join([header.replace(_BELOW_UNFINISHED, b""), *kept] if has_keys else kept)


def _is_ours(part: bytes) -> bool:
    header = _HEADER.match(part)
    return header is not None and any(header[1] == b'hook "%s"' % friendly_name(hook).encode() for hook in HOOKS)


def _is_of(key: str, hook: str) -> bool:
    return key.rpartition(".")[0] == section(hook)


def _section(hook: str) -> bytes:
    value = command(hook).replace("\\", "\\\\").replace('"', '\\"')
    return f'[hook "{friendly_name(hook)}"]\n\tcommand = "{value}"\n\tevent = {hook}\n'.encode()
