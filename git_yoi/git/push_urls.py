"""Whether a remote is pushed to where it is fetched from: elsewhere, a push looks like a race that is always lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from git_yoi.errors import YoiError
from git_yoi.git.network import ls_remote
from git_yoi.git.repository import Repository

# Never the URLs themselves: they may hold passwords.
TWO_REPOSITORIES = "is fetched from one repository and pushed to another"


def require_one_repository(repository: Repository, remote: str, seen: Mapping[str, str | None]) -> None:
    """YoiError `remote` where a push was refused because it went to another repository than the one with these refs."""
    if pushes_elsewhere(repository, remote, seen, lambda where: _refs_at(repository, where, seen)):
        raise YoiError(
            "remote",
            f"{remote} {TWO_REPOSITORIES}",
            cause=f"remote.{remote}.pushurl (or a url.*.pushInsteadOf) leads to a repository that has other refs",
            hint=how_to_mend(remote),
        )


def how_to_mend(remote: str) -> str:
    """What to look at, and what it should be."""
    return f"`git remote get-url --push --all {remote}` must lead where `git remote get-url {remote}` does"


def pushes_elsewhere(
    repository: Repository,
    remote: str,
    seen: Mapping[str, str | None],
    ask: Callable[[str], Mapping[str, str] | None],
) -> bool:
    """Whether no push URL leads to the repository whose refs were `seen`; `ask` gives those of a URL or remote.

    Nobody is asked where the URLs are the same, nor believed who went on meanwhile, or cannot be asked (None).
    """
    wanted = {ref: oid for ref, oid in seen.items() if oid is not None}
    fetched = _urls(repository, remote)[:1]
    pushed = _urls(repository, remote, "--push")
    if not pushed or fetched[0] in pushed:
        return False
    if any((there := ask(url)) is None or there == wanted for url in pushed):
        return False
    # Asked after them: one and the same repository, if it has moved between, shows that here.
    return ask(remote) == wanted


def _refs_at(repository: Repository, where: str, refs: Mapping[str, str | None]) -> Mapping[str, str] | None:
    try:
        return ls_remote(repository, where, *refs, ask=False)
    except YoiError:
        return None


def _urls(repository: Repository, remote: str, *side: str) -> list[str]:
    """The URLs of one side, as `url.*.insteadOf` and `pushInsteadOf` have them; none for what is no remote's name."""
    return [url for url in repository.root.run("remote", "get-url", *side, "--all", remote, ok=None).lines if url]
