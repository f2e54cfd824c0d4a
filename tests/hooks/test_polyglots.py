"""Hooks that begin in a shell and are another language's: lines of ours in them would break every commit."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from git_yoi.git.version import CONFIGURED_HOOKS
from git_yoi.hooks.client_shim import HOOKS, script
from git_yoi.hooks.shell_script import is_posix_shell
from tests.conftest import Repo, make_repo, run
from tests.hooks.client_scene import every_hook_fires, put, refused, status
from tests.inside import inside

POLYGLOTS = {
    "python": ("python3", "''''exec python3 -- \"$0\" \"$@\" # '''\nimport sys\nprint('own', sys.argv[1])\n"),
    "node": ("node", '":" //# comment; exec /usr/bin/env node "$0" "$@"\nconsole.log("own", process.argv[2])\n'),
    "tcl": ("tclsh", '# \\\nexec tclsh "$0" ${1+"$@"}\nputs "own [lindex $argv 0]"\n'),
    "perl": ("perl", 'eval \'exec perl -x -S $0 ${1+"$@"}\'\n  if 0;\n#!perl\nprint "own $ARGV[0]\\n";\n'),
    "counted lines": ("tail", 'tail -n +4 "$0" | sh -s "$@"\nexit\necho "own $1"\n'),
    "from a mark": ("sed", 'sed \'1,/^__END__$/d\' "$0" | sh -s "$@"\nexit\n__END__\necho "own $1"\n'),
}
OTHERS = (
    "exec ruby -x \"${0}\" \"$@\"\n",
    "exec node \"${BASH_SOURCE[0]}\" \"$@\"\n",
    "exec python3 \"${BASH_SOURCE[0]:-$0}\"\n",
    "'''exec' /a/long/python \"$0\" \"$@\"\n' '''\n",
    '"exec" "python3" "$0" "$@"\n',
    "true '\"\"\" '; exec python3 \"$0\" # \"\"\"\n",
    '#|\nexec clisp -q -- "$0"\n|#\n',
    '//usr/bin/env go run "$0" "$@"; exit\n',
    "awk 'found { print } /^__END__/ { found = 1 }' $0 | sh\n",
    'tail -n +${LINE} "$0" | sh\n',
    'source <(tail -n +5 "$0")\n',
    "line=`grep -n __END__ $0`\n",
    'python3 < "$0"\n',
    'exec 3<"$0"\n',
    'while read -r line; do eval "$line"; done <"$0"\n',
    'bash -c "python3 $0"\n',
    'self=$0\nexec lua "$self" "$@"\n',
    'me="$(readlink -f "$0")"\ntail -n +9 "${me}" | sh\n',
    'if test -t 0; then exec python3 "$0"; fi\n',
    'main() { python3 "$0"; }\n',
)  # fmt: skip
ORDINARY = (
    '. "$(dirname "$0")/_/husky.sh"\n\nnpm test\n',
    '. "$(dirname -- "$0")/_/husky.sh"\n',
    'HERE="$(cd "$(dirname "$0")" && pwd)"\nexec pre-commit hook-impl --hook-dir "$HERE" -- "$@"\n',
    'name=$(basename "$0")\nexec python3 "$(dirname "$0")/$name.py" "$@"\n',
    'exec "${0%/*}/commit-msg.own" "$@"\n',
    'exec "$0.local" "$@"\n',
    'hook="$0.d"\nrun-parts "$hook"\n',
    'self=$(readlink -f "$0")\ncd "$(dirname "$self")" || exit\n',
    'link="$0"\nwhile [ -h "$link" ]; do said=`ls -ld "$link"`; done\n',
    'if [ "${BASH_SOURCE[0]}" = "$0" ]; then main "$@"; fi\n',
    'case "$0" in */x) ;; esac\n',
    'die() { echo "$0: $*" >&2; exit 1; }\ndie "run $0 again"\n',
    'echo >&2 "$0"\ncat <<END\nUsage: $0 FILE\nEND\n',
    'echo "$(date): see $0 there"\n',
    '# exec python3 "$0"\nexit 0 # don\'t exec python3 "$0"\n',
    "git diff | awk '{ print $0 }'\ngit diff | awk \"{ print \\$0 }\"\n",
    "git ls-files | xargs -n1 sh -c 'python3 check.py \"$0\"'\n",
    "python3 - <<END\nprint(1)\nEND\n",
)


@pytest.fixture
def by_file(git_version: tuple[int, ...]) -> bool:
    """Whether git takes hooks from files only."""
    return git_version < CONFIGURED_HOOKS


def committed(repo: Repo) -> str:
    """Commit, which must succeed; what the hook of their own said."""
    done = run("git", "commit", "--allow-empty", "-m", "A change", cwd=repo.path)
    assert done.code == 0, done
    return "\n".join(line for line in (done.out + done.err).splitlines() if line.startswith("own "))


@pytest.mark.parametrize("language", POLYGLOTS)
def test_a_script_of_two_languages_stays_alone_and_commits_go_on(plain: Repo, by_file: bool, language: str) -> None:
    program, text = POLYGLOTS[language]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not here")
    file = put(plain, "commit-msg", f"#!/bin/sh\n{text}")
    assert committed(plain) == "own .git/COMMIT_EDITMSG"
    if by_file:
        told = refused(plain)["commit-msg"]
        assert "more than a POSIX shell" in told["why"]
        file.rename(file.with_name("commit-msg.own"))
        put(plain, "commit-msg", told["add"] + "\n")
    inside(plain, "hooks", "install")
    assert every_hook_fires(plain)
    assert committed(plain) == "own .git/COMMIT_EDITMSG"


def test_one_that_came_since_gets_no_lines_by_another_install(plain: Repo, by_file: bool) -> None:
    inside(plain, "hooks", "install")
    file = put(plain, "commit-msg", f"#!/bin/sh\n{POLYGLOTS['python'][1]}")
    before = file.read_bytes()
    inside(plain, "hooks", "install", code=7 if by_file else 0)
    assert file.read_bytes() == before
    assert committed(plain) == "own .git/COMMIT_EDITMSG"


def test_lines_that_stand_in_one_are_said_to_do_harm(plain: Repo, by_file: bool) -> None:
    if not by_file:
        pytest.skip("this git has the hooks in its configuration, and files stay as they are")
    file = put(plain, "commit-msg", "#!/bin/sh\n")
    inside(plain, "hooks", "install")
    file.write_text(file.read_text() + POLYGLOTS["python"][1])
    found = status(plain, code=8)["commit-msg"]
    assert "more than a POSIX shell" in found["observed"]
    assert f"Next: git yoi hooks uninstall, which takes our lines out of {file}" in inside(plain, "hooks", code=8).out
    inside(plain, "hooks", "uninstall")
    assert committed(plain) == "own .git/COMMIT_EDITMSG"


def test_the_guard_of_a_server_keeps_off_too(tmp_path: Path, by_file: bool) -> None:
    hub = make_repo(tmp_path / "hub")
    file = put(hub, "pre-receive", f"#!/bin/sh\n{POLYGLOTS['python'][1]}")
    before = file.read_bytes()
    done = inside(hub, "hooks", "install", "--server", code=7 if by_file else 0)
    assert ("it hands itself to python3" in done.err) is by_file
    assert file.read_bytes() == before


@pytest.mark.parametrize("text", [*(text for _, text in POLYGLOTS.values()), *OTHERS])
def test_what_hands_itself_to_a_program_is_no_script_of_a_shell_alone(text: str) -> None:
    assert not is_posix_shell(f"#!/bin/sh\n{text}".encode())


@pytest.mark.parametrize("text", [*ORDINARY, *(script(hook, sys.executable, "a file").decode() for hook in HOOKS)])
def test_what_asks_where_it_lies_is_a_script_like_any_other(text: str) -> None:
    assert is_posix_shell(f"#!/bin/sh\n{text}".encode())
