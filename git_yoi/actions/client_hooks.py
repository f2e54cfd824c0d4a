"""`git yoi hooks` without `--server`: the hooks of a clone that people work in, put in, taken out, and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from git_yoi.actions.session import Session
    from git_yoi.hooks.client_installer import Standing
    from git_yoi.hooks.client_probe import Probed


@dataclass(frozen=True, slots=True)
class ClientChanged:
    """The hooks after `install`, or what `uninstall` found; of that, what was changed or added by hand stays."""

    standing: tuple[Standing, ...]

    @property
    def edited(self) -> tuple[Standing, ...]:
        """Those whose lines somebody changed: they are left alone."""
        return tuple(one for one in self.standing if one.edited)


@dataclass(frozen=True, slots=True)
class ClientStatus:
    """Every hook that stands here, each proved, and the hooks that do not; nothing stands where none is installed.

    `idle` says that `yoi.hookTimeout` is 0: they fire, and nothing that may take long is done.
    """

    probed: tuple[Probed, ...]
    missing: tuple[str, ...]
    idle: bool = False

    @property
    def fires(self) -> bool:
        """Whether every hook fires, in one form at least."""
        fired = {one.standing.hook for one in self.probed if one.fires}
        return bool(self.probed) and not self.missing and fired == {one.standing.hook for one in self.probed}


def install(session: Session, *, python: str) -> ClientChanged:
    """Put the hooks in, which `python` runs; YoiError `exists` or `usage`, and nothing changed."""
    from git_yoi.hooks import client_installer

    client_installer.require_worktree(session.repository)
    return ClientChanged(client_installer.install(session.repository, python))


def uninstall(session: Session, *, python: str) -> ClientChanged:
    """Take the hooks out, and leave the rest as it was; YoiError `usage`."""
    from git_yoi.hooks import client_installer

    client_installer.require_worktree(session.repository)
    return ClientChanged(client_installer.uninstall(session.repository, python))


def status(session: Session, *, python: str) -> ClientStatus:
    """Where the hooks are, and, by letting git run each, whether it fires; YoiError `usage`."""
    from git_yoi.hooks.client_installer import Clone, require_worktree
    from git_yoi.hooks.client_probe import probe
    from git_yoi.hooks.client_shim import HOOKS

    require_worktree(session.repository)
    clone = Clone(session.repository, python)
    there = {one.hook for one in clone.standing}
    missing = tuple(hook for hook in HOOKS if hook not in there) if there else ()
    return ClientStatus(probe(clone), missing, idle=not session.settings.hook_timeout)
