"""Running git-yoi where the repository may not be written, whoever runs the tests."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

from tests.conftest import Ran, Repo, run

# Permissions do not bind root: there a read-only mount in a name space of its own stands in, where the system lets us.
_MOUNT = ["unshare", "-m", "sh", "-c", 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"']


def _can_mount() -> bool:
    try:
        return subprocess.run([*_MOUNT, "/usr", "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


READ_ONLY = ["permissions"] if os.geteuid() else (["mount"] if _can_mount() else [])


def yoi_read_only(repo: Repo, how: str, *arguments: str) -> Ran:
    """Run git-yoi where the repository may not be written."""
    return yoi_beside_read_only(repo, how, repo, *arguments)


def yoi_beside_read_only(repo: Repo, how: str, here: Repo, *arguments: str) -> Ran:
    """Run git-yoi in the repository `here`, where another, its remote, may not be written."""
    command = [sys.executable, "-m", "git_yoi", *arguments]
    if how == "mount":
        return run(*_MOUNT, repo.path, *command, cwd=here.path)
    folders = [path for path in (repo.path, *repo.path.rglob("*")) if path.is_dir()]
    for path in folders:
        path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        return run(*command, cwd=here.path)
    finally:
        for path in folders:
            path.chmod(stat.S_IRWXU)
