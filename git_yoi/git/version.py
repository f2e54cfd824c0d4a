"""Which git this is, where a newer one can do what an older one cannot."""

from __future__ import annotations

import re

from git_yoi.git.process import Git

# Hooks stand in the configuration too, several to an event (`hook.<name>.event`, `hook.<name>.command`).
CONFIGURED_HOOKS = (2, 54)

# A commit whose .gitattributes count can be named (`GIT_ATTR_SOURCE`).
ATTRIBUTES_OF_A_COMMIT = (2, 41)


def version(git: Git) -> tuple[int, int]:
    """Major and minor number."""
    found = re.search(r"(\d+)\.(\d+)", git.text("version"))
    return (int(found[1]), int(found[2])) if found else (0, 0)
