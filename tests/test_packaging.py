"""What the distribution promises: its entry point, its dependencies, and the page that travels with it."""

from __future__ import annotations

import ast
import re
import sys
from importlib import metadata
from pathlib import Path

import git_yoi
from git_yoi.actions.help import manual_path
from git_yoi.cli.main import program

PACKAGE = Path(git_yoi.__file__).parent
MODULES = {"ruamel-yaml": "ruamel"}  # where a distribution and its module are not called alike


def imported() -> set[str]:
    """Every top-level module from outside of the standard library that the package imports, anywhere."""
    names: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - {"git_yoi"}


def test_what_the_package_imports_is_what_it_depends_on() -> None:
    required = [line for line in metadata.requires("git-yoi") or () if "extra ==" not in line]
    names = [re.split(r"[^\w.-]", line)[0].replace(".", "-") for line in required]
    assert {MODULES.get(name, name) for name in names} == imported()


def test_the_program_is_installed_under_the_name_that_git_looks_for() -> None:
    (script,) = metadata.entry_points(group="console_scripts", name="git-yoi")
    assert script.load() is program


def test_the_installed_version_is_the_packages_own() -> None:
    assert metadata.version("git-yoi") == git_yoi.__version__


def test_the_package_is_typed_and_its_manual_is_found() -> None:
    assert (PACKAGE / "py.typed").is_file()
    assert manual_path().read_text().startswith('.\\"')
