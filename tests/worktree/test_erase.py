"""Erasing what lies in the trash: all of it, and nothing else, whatever is in it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from git_yoi.worktree import mounts
from git_yoi.worktree.erase import erase
from git_yoi.worktree.mounts import mounted_in
from tests.read_only import READ_ONLY


def deepen(top: Path, levels: int, name: str = "a") -> None:
    """Make a folder in a folder, and so on, deeper than a path can name."""
    here = os.open(top, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir(name, dir_fd=here)
        os.close(os.open("file", os.O_CREAT, dir_fd=here))
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


def deep(folder: Path) -> None:
    deepen(folder, 1400)


def too_deep_for_a_path(folder: Path) -> None:
    deepen(folder, 30, "n" * 200)
    (folder / "deep-0").mkdir()


def read_only(folder: Path) -> None:
    (folder / "cache/mod").mkdir(parents=True)
    (folder / "cache/mod/go.mod").touch()
    (folder / "cache/mod").chmod(0o555)
    (folder / "cache").chmod(0)


def linked(folder: Path) -> None:
    (folder / "link").symlink_to(folder.parent / "outside")
    (folder / "nowhere").symlink_to("nothing")
    os.mkfifo(folder / "pipe")


@pytest.mark.parametrize(
    "make", [deep, too_deep_for_a_path, read_only, linked], ids=lambda make: str(getattr(make, "__name__", ""))
)
def test_it_goes_whole_and_nothing_else(tmp_path: Path, make: Callable[[Path], None]) -> None:
    (folder := tmp_path / "folder").mkdir()
    (outside := tmp_path / "outside").mkdir()
    (outside / "gold").touch()
    make(folder)
    erase(folder)
    assert sorted(tmp_path.rglob("*")) == [outside, outside / "gold"]


def test_a_mount_is_found_by_the_list_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "a folder\\"
    (folder / "data").mkdir(parents=True)
    listed = tmp_path / "mountinfo"
    monkeypatch.setattr(mounts, "_MOUNTS", listed)
    assert mounted_in(folder) is None
    line = b"36 35 98:0 / %b rw,noatime master:1 - ext3 /dev/root rw\n"
    listed.write_bytes(line % bytes(tmp_path) + line % (bytes(tmp_path) + b"/other"))
    assert mounted_in(folder) is None
    written = bytes(folder).replace(b"\\", b"\\134").replace(b" ", b"\\040")
    for place in (folder, folder / "data"):
        listed.write_bytes(line % b"/" + line % (written + bytes(place)[len(bytes(folder)) :]))
        assert mounted_in(folder) == place
        with pytest.raises(OSError, match="something is mounted there"):
            erase(folder)
    assert (folder / "data").is_dir()


@pytest.mark.skipif(READ_ONLY != ["mount"], reason="only root may mount")
@pytest.mark.parametrize("kind", ["--bind", "-ttmpfs"])
@pytest.mark.parametrize("list_of_them", ["mounts._MOUNTS", "pathlib.Path('/nowhere')"])
def test_nothing_mounted_is_entered(tmp_path: Path, kind: str, list_of_them: str) -> None:
    if kind == "--bind" and "nowhere" in list_of_them:
        pytest.skip("only the list tells of a folder of the same file system")
    (place := tmp_path / "folder/data").mkdir(parents=True)
    (gold := tmp_path / "gold").mkdir()
    script = f"""
import pathlib, sys
from git_yoi.worktree import erase, mounts
mounts._MOUNTS = {list_of_them}
place = pathlib.Path(sys.argv[1])
(place / "file").touch()
assert mounts.mounted_in(place.parent) == place
try:
    erase.erase(place.parent)
except OSError as error:
    assert error.filename == str(place), error
else:
    raise SystemExit("erased")
assert (place / "file").exists()
"""
    mount = 'mount "$0" "$1" "$2" && shift 2 && exec "$@"'
    ran: list[str | Path] = [sys.executable, "-c", script, place]
    subprocess.run(["unshare", "-m", "sh", "-c", mount, kind, gold, place, *ran], check=True)
