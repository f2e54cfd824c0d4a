"""Git without the user's own hooks, for what is done in places that the user does not see."""

from __future__ import annotations

import os
from dataclasses import replace

from git_yoi.git.process import Git
from git_yoi.git.repository import Repository


def without_hooks(repository: Repository, git: Git) -> Git:
    """Git that runs none of the user's hooks, be they files or (git 2.54) in the configuration."""
    words = ["-c", f"core.hooksPath={os.devnull}"]
    for name in _configured(repository.configuration):
        words += ["-c", f"hook.{name}.enabled=false"]
    return replace(git, words=(*git.words, *words))


def _configured(configuration: bytes) -> list[str]:
    """The hooks that the configuration (`-z --list`) names; one with an equals sign cannot be named to `git -c`."""
    keys = (os.fsdecode(item.partition(b"\n")[0]) for item in configuration.split(b"\0"))
    parts = (key.partition(".")[2].rpartition(".")[0] for key in keys if key.startswith("hook."))
    return list(dict.fromkeys(name for name in parts if name and "=" not in name))
