"""The one error type that people and programs see, and the exit code of each of its codes (contract.md)."""

from __future__ import annotations

EXIT_CODES = {
    "internal": 1,
    "usage": 2,
    "not-found": 3,
    "ambiguous": 3,
    "illegal-transition": 4,
    "blocked": 4,
    "not-authorized": 4,
    "taken": 5,
    "stale": 6,
    "stale-approval": 6,
    "stale-text": 6,
    "rewritten": 6,
    "fenced": 6,
    "not-approved": 7,
    "validation-failed": 7,
    "dirty": 7,
    "merge-conflict": 7,
    "merge-authority": 7,
    "not-merged": 7,
    "target-ahead": 7,
    "protected": 7,
    "exists": 7,
    "detached": 7,
    "unborn": 7,
    "findings": 8,
    "no-repository": 9,
    "not-initialised": 9,
    "identity": 9,
    "remote": 9,
    "remote-unknown": 9,
    "policy-file": 9,
    "format": 9,
    "read-only": 9,
    "io": 9,
    "git-version": 9,
    "interrupted": 130,
}


class YoiError(Exception):
    """A refusal or failure, said in up to three lines: what happened, why, and what to do next."""

    def __init__(self, code: str, message: str, *, cause: str = "", hint: str = "", data: object = None) -> None:
        """Take `code` from `EXIT_CODES`; `data` is anything a program may want beside the words (a dossier, say)."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.cause = cause
        self.hint = hint
        self.data = data

    @property
    def exit_code(self) -> int:
        """The process exit code of this error."""
        return EXIT_CODES[self.code]
