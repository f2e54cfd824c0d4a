"""Whether the guard fires: a forged entry is really pushed, in a way in which no git could ever take it.

The push also creates a ref below the ticket ref. No repository can have both, so git itself refuses it, whole
(`--atomic`), should no hook have done so before. The environment is a server's: no more on the PATH than a system has.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from git_yoi.errors import YoiError
from git_yoi.git.objects import open_objects
from git_yoi.git.process import Git
from git_yoi.git.raw import Commit
from git_yoi.git.refs import read_ref
from git_yoi.git.repository import Repository, discover
from git_yoi.store.root import write_root

EXPECTED = "the guard refuses a forged entry, and names it"

_NOBODY = b"git-yoi <git-yoi@localhost> 0 +0000"
_FORGED = b"This is no entry: `git yoi hooks status` tries whether it is refused.\n"
_RECEIVE = "git -c receive.advertiseAtomic=true receive-pack"


@dataclass(frozen=True, slots=True)
class Probed:
    """Whether the guard refused the forged entry, and what was heard."""

    fires: bool
    observed: str


def probe(repository: Repository, ref: str) -> Probed:
    """Push a forged entry to the repository's ticket ref; no ref moves, whoever refuses it."""
    with tempfile.TemporaryDirectory(prefix="git-yoi-") as folder:
        scratch = _scratch(repository, Path(folder))
        forged = _forge(scratch, read_ref(repository, ref))
        # Not `git push`, which `url.insteadOf` could send elsewhere.
        arguments = ("send-pack", "--atomic", "--force", f"--receive-pack={_RECEIVE}", str(repository.common_dir))
        done = scratch.git.run(*arguments, f"{forged}:{ref}", f"{forged}:{ref}/probe", ok=None)
    if done.code == 0:
        raise YoiError("internal", "a push that git cannot take was taken", cause=done.err.strip()[:200])
    lines = [line.removeprefix("remote: ").strip() for line in done.err.splitlines() if line.strip()]
    ours = [line for line in lines if line.startswith("git-yoi: ")]
    named = next((line for line in ours if forged[:12] in line), None)
    heard = named or next(iter(ours), None) or next(iter(lines), f"git ended with status {done.code}")
    return Probed(named is not None, heard)


def _scratch(repository: Repository, folder: Path) -> Repository:
    """A repository of its own that sees the objects of the other."""
    environment = dict(repository.environment)
    git = shutil.which("git", path=environment.get("PATH")) or "git"
    environment["PATH"] = os.pathsep.join((str(Path(git).parent), os.defpath))
    made = folder / "scratch.git"
    Git(folder, environment).run("init", "-q", "--bare", f"--object-format={repository.object_format}", str(made))
    lent = os.fsencode(repository.common_dir / "objects") + b"\n"
    (made / "objects/info").mkdir(exist_ok=True)
    (made / "objects/info/alternates").write_bytes(lent)
    # A bare repository must be named outright where `safe.bareRepository` says so.
    return discover(made, {**environment, "GIT_DIR": str(made)})


def _forge(scratch: Repository, tip: str | None) -> str:
    objects = open_objects(scratch)
    parent = tip or write_root(objects)
    tree = objects.commit(parent).tree
    return objects.write_commit(Commit(tree, (parent,), _NOBODY, _NOBODY, _FORGED))
