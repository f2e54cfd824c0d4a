"""A repository as its objects are: no replacement refs tell git of other parents than a commit has."""

from __future__ import annotations

from dataclasses import replace

from git_yoi.git.repository import Repository

_TRUE = {"GIT_NO_REPLACE_OBJECTS": "1"}


def unaltered(repository: Repository) -> Repository:
    """The same repository, whose every git child sees commits as they are stored."""
    environment = {**repository.environment, **_TRUE}
    return replace(repository, environment=environment, kept=repository.kept | _TRUE.keys())
