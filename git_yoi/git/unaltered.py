"""A repository as its objects are: neither replacement refs nor grafts tell git of other parents than a commit has."""

from __future__ import annotations

import os
from dataclasses import replace

from git_yoi.git.repository import Repository

# `--no-replace-objects` leaves `info/grafts` in force; only another file in its place does not.
_TRUE = {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": os.devnull}


def unaltered(repository: Repository) -> Repository:
    """The same repository, whose every git child sees commits as they are stored."""
    environment = {**repository.environment, **_TRUE}
    return replace(repository, environment=environment, kept=repository.kept | _TRUE.keys())
