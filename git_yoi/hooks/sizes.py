"""How large the objects of a push may be; asked before any is read, so that a flood does not end in memory."""

from __future__ import annotations

from collections.abc import Iterator

from git_yoi.domain.file_name import MAX_FILE_BYTES
from git_yoi.git.process import Git
from git_yoi.store.findings import Problem
from git_yoi.store.verify import MAX_MESSAGE

# A signature and the headers, beside the longest message.
_MAX_COMMIT = MAX_MESSAGE + (64 << 10)
_TRUE = "--no-replace-objects"


def too_large(git: Git, tip: str, without: str | None) -> Iterator[Problem]:
    """A finding for each object that `tip` adds and that is larger than anything honest; GitError where one is lost."""
    # Each object once, as receive-pack itself has just counted them: a tree that stands in itself a million times too.
    bounds = (tip,) if without is None else (tip, f"^{without}")
    listed = git.run(_TRUE, "rev-list", "--objects", "--no-object-names", *bounds).out
    sizes = git.run(_TRUE, "cat-file", "--batch-check=%(objectsize) %(objecttype) %(objectname)", data=listed).lines
    for line in sizes:
        size, kind, oid = line.split(" ")
        most = _MAX_COMMIT if kind == "commit" else MAX_FILE_BYTES
        if int(size) > most:
            yield Problem("size", oid, f"this {kind} is larger than {most >> 20} MiB")
