"""The program on a real terminal (a pty) of a chosen size."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from pathlib import Path

from tests.conftest import Ran

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def on_terminal(
    cwd: Path, *arguments: str, columns: int = 80, lines: int = 24, env: Mapping[str, str] | None = None
) -> str:
    """What git-yoi puts on the terminal, line ends as it wrote them."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")} | {
        "TERM": "xterm",
        **(env or {}),
    }
    command = [sys.executable, "-m", "git_yoi", *arguments]
    with subprocess.Popen(command, cwd=cwd, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as child:
        os.close(theirs)
        read: list[bytes] = []
        while chunk := _read(ours):
            read.append(chunk)
    os.close(ours)
    assert child.returncode == 0, b"".join(read)
    return b"".join(read).decode().replace("\r\n", "\n")


def in_terminal(*command: str, cwd: Path, env: Mapping[str, str]) -> Ran:
    """What any command puts on the terminal, standard error with it; nothing is typed."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, **env}
    with subprocess.Popen(
        command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, env=environment
    ) as child:
        os.close(theirs)
        read: list[bytes] = []
        while chunk := _read(ours):
            read.append(chunk)
    os.close(ours)
    return Ran(child.returncode, b"".join(read).decode().replace("\r\n", "\n"), "")


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # Linux says EIO when the other side is closed
        return b""


def without_colour(text: str) -> str:
    """The text as it is seen."""
    return _COLOUR.sub("", text)
