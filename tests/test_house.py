"""The house (design.md, section 3): who may import whom, how large a part may grow, and why any rule has exceptions."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import git_yoi

ROOT = Path(__file__).parent.parent
# The code under test is the installed one: in CI the wheel's, not the tree's.
PACKAGE = Path(git_yoi.__file__).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

# Each layer may import itself and what stands below it; layers on one line know nothing of each other.
LAYERS = (
    ("domain",),
    ("codec",),
    ("git",),
    ("config", "store"),
    ("index",),
    ("sync", "worktree", "hooks"),
    ("merge",),  # a completion ends with the worktree's removal
    ("actions",),
    ("render",),  # it shows the values that actions give
    ("cli",),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}

# library -> the parts of the package that may import it, and nobody else.
SOLE_IMPORTERS = {
    "pygit2": ("git/",),
    "dulwich": ("git/",),
    "subprocess": ("git/process.py", "git/programs.py"),
    "click": ("cli/",),
    "sqlite3": ("index/",),
    "merge3": ("domain/text.py",),
    "pydantic": ("config/", "codec/"),
    "ruamel": ("config/", "codec/"),
}
IMPURE = frozenset({"os", "pathlib", "random", "secrets", "socket", "subprocess", "tempfile", "time"})
MAX_FILE, MAX_FUNCTION = 400, 60


def label(path: Path) -> str:
    """A path as people name it."""
    return path.relative_to(PACKAGE if path in SOURCES else ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse(path.read_text())


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """Place and dotted name of every import of a file, in functions and type checking blocks too."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from ((f"{label(path)}:{node.lineno}", alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # `from git_yoi.git import refs` names the module git_yoi.git.refs.
            base = "." * node.level + (node.module or "")
            yield from ((f"{label(path)}:{node.lineno}", f"{base}.{alias.name}") for alias in node.names)


def layer(name: str) -> str | None:
    """The layer of a dotted name below `git_yoi`, None for what everybody may know (the errors, the version)."""
    parts = name.split(".")
    return parts[1] if parts[0] == "git_yoi" and len(parts) > 1 and parts[1] in RANK else None


def test_imports_point_downward_only() -> None:
    upward = []
    for path in SOURCES:
        mine = layer("git_yoi." + label(path).replace("/", "."))
        for where, name in imports(path):
            theirs = layer(name)
            if mine and theirs and theirs != mine and RANK[theirs] >= RANK[mine]:
                upward.append(f"{where} imports {name}")
    assert upward == []


def test_every_part_of_the_package_has_its_layer() -> None:
    found = {label(path).split("/")[0] for path in SOURCES}
    assert found - set(RANK) == {"__init__.py", "__main__.py", "errors.py"}


def test_no_import_is_relative() -> None:
    assert [where for path in SOURCES for where, name in imports(path) if name.startswith(".")] == []


def test_each_library_has_its_sole_importers() -> None:
    strangers = []
    for path in SOURCES:
        for where, name in imports(path):
            allowed = SOLE_IMPORTERS.get(name.split(".")[0])
            if allowed is not None and not label(path).startswith(allowed):
                strangers.append(f"{where} imports {name}")
    assert strangers == []


def test_the_domain_stands_on_the_pure_part_of_the_standard_library_and_merge3() -> None:
    allowed = {*sys.stdlib_module_names, "merge3"} - IMPURE
    domain = [path for path in SOURCES if label(path).startswith("domain/")]
    found = [(where, name) for path in domain for where, name in imports(path)]
    assert [f for f in found if f[1].split(".")[0] not in allowed and layer(f[1]) != "domain"] == []


def test_no_file_is_longer_than_the_limit() -> None:
    assert {label(p): n for p in (*SOURCES, *TESTS) if (n := len(p.read_text().splitlines())) > MAX_FILE} == {}


def test_no_function_is_longer_than_the_limit() -> None:
    long = {}
    for path in SOURCES:
        for node in ast.walk(parsed(path)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MAX_FUNCTION:
                    long[f"{label(path)}:{node.name}"] = lines
    assert long == {}


def test_every_module_says_why_it_is_there() -> None:
    assert [label(p) for p in SOURCES if p.name != "__main__.py" and not ast.get_docstring(parsed(p))] == []


_EXEMPTION = re.compile(r"#\s*(?:noqa|type:\s*ignore)(?P<codes>[:\[][\w, :-]*\]?)?(?P<reason>.*)")


def test_every_exemption_is_narrow_and_has_its_reason_beside_it() -> None:
    bare = []
    for path in (*SOURCES, *TESTS):
        if path.name == Path(__file__).name:
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = _EXEMPTION.search(line)
            if found is not None and not (found["codes"] and re.search(r"\w{2}", found["reason"])):
                bare.append(f"{label(path)}:{number} {line.strip()}")
    assert bare == []


def test_every_exemption_of_the_project_has_its_reason() -> None:
    inside, bare = False, []
    for line in (ROOT / "pyproject.toml").read_text().splitlines():
        if re.match(r'(ignore|"[^"]+") = \[$', line):
            inside = True
        elif line == "]":
            inside = False
        elif inside and not re.search(r'^  "[^"]+",\s*# \w', line) and "shared-data" not in line:
            bare.append(line)
    assert bare == []


def test_a_ref_name_stands_in_one_place() -> None:
    # The demo's commands are shown to people, who would type the name.
    elsewhere = {"git/refs.py", "actions/demo_script.py"}
    found = [f"{label(p)}: {text!r}" for p in SOURCES if label(p) not in elsewhere for text in strings(p)]
    assert [text for text in found if "refs/yoi" in text] == []


def strings(path: Path) -> Iterator[str]:
    """Every string of a file but its docstrings."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = list(ast.walk(parsed(path)))
    docs = {id(n.body[0]) for n in nodes if isinstance(n, documented) and ast.get_docstring(n, clean=False) is not None}
    inside = {id(n.value) for n in nodes if isinstance(n, ast.Expr) and id(n) in docs}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value


def test_nothing_prints_past_the_command_line() -> None:
    calls = ((p, n) for p in SOURCES for n in ast.walk(parsed(p)) if isinstance(n, ast.Call))
    assert [f"{label(p)}:{n.lineno}" for p, n in calls if isinstance(n.func, ast.Name) and n.func.id == "print"] == []


def test_only_the_command_line_reads_environment_and_terminal() -> None:
    theirs = {"os.environ", "os.getenv", "sys.argv", "sys.stdin", "sys.stdout", "sys.stderr"}
    found = []
    for path in SOURCES:
        if label(path).startswith("cli/"):
            continue
        reads = (n for n in ast.walk(parsed(path)) if isinstance(n, ast.Attribute) and ast.unparse(n) in theirs)
        found += [f"{label(path)}:{node.lineno} {ast.unparse(node)}" for node in reads]
    assert found == []


def test_every_file_postpones_its_annotations() -> None:
    first = "from __future__ import annotations"
    definition = (ast.FunctionDef, ast.ClassDef)
    code = (p for p in (*SOURCES, *TESTS) if any(isinstance(n, definition) for n in ast.walk(parsed(p))))
    assert [label(p) for p in code if first not in p.read_text()] == []
