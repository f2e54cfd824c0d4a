from __future__ import annotations

import pytest

from git_yoi.config.policy import Policy, ValidateCommand
from git_yoi.config.policy_file import parse_policy
from git_yoi.errors import YoiError

WHOLE = b"""\
# who merges
target: main
targets: [release/1, release/2]
merge:
  authority: delegated
  strategy: squash
validate:
  - run: make test
    timeout: 600
  - make lint
approval: {required: 2, own: true}
worktree:
  path: ../{repo}-{branch}
  sparse: [src, docs]
hooks:
  unaccepted: off
roles:
  orchestrator: [queue, start, complete]
  coder: []
"""


def test_every_key_is_read() -> None:
    assert parse_policy(WHOLE, where="x") == Policy(
        target="main",
        targets=("release/1", "release/2"),
        authority="delegated",
        strategy="squash",
        validate=(ValidateCommand("make test", 600.0), ValidateCommand("make lint")),
        approvals=2,
        own_approval=True,
        worktree_path="../{repo}-{branch}",
        sparse=("src", "docs"),
        unaccepted="off",
        roles={"orchestrator": frozenset({"queue", "start", "complete"}), "coder": frozenset()},
    )


@pytest.mark.parametrize(
    "data", [b"", b"# only words\n", b"---\n", b"merge:\n", b"merge:\n  # authority: human\n", b"~\n"]
)
def test_what_says_nothing_is_the_conservative_default(data: bytes) -> None:
    assert parse_policy(data, where="x") == Policy()


def test_a_byte_order_mark_and_crlf_are_read() -> None:
    assert (
        parse_policy(b"\xef\xbb\xbftarget: main\r\nhooks:\r\n  unaccepted: block\r\n", where="x").unaccepted == "block"
    )


@pytest.mark.parametrize(
    ("data", "place", "words"),
    [
        (b"merge:\n  authority: delegated\n  stratgy: merge\n", "3:3", "stratgy"),
        (b"merge:\n  authority: nobody\n", "2:3", "it must be 'human' or 'delegated'"),
        (b"validate:\n  - run: make\n    timout: 3\n", "3:5", "timout"),
        (b"validate:\n  - run: make\n  - timeout: 3\n", "3:5", "needed"),
        (b"validate:\n  - run: ' '\n", "2:5", "empty"),
        (b"validate: [{run: x, timeout: 0}]\n", "1:21", "greater than 0"),
        (b"validate: [{run: x, timeout: .inf}]\n", "1:21", "timeout"),
        (b"validate: make\n", "1:1", "list"),
        (b"target: 3\n", "1:1", "it must be a text"),
        (b"target: main\ntarget: x\n", "2:1", "twice"),
        (b"hooks: off\n", "1:1", "mapping"),
        (b"approval: {required: -1}\n", "1:12", "greater than or equal to 0"),
        (b"roles:\n  coder: [queu]\n", "2:11", "did you mean queue"),
        (b"roles:\n  cder: [queue]\n", "2:3", "'coder'"),
        (b"worktree: {path: '{x.y}'}\n", "1:12", "{repo}"),
        (b"worktree: {path: '{'}\n", "1:12", "braces"),
        (b"[1, 2]\n", "1:1", "mapping"),
        (b"words\n", "1:1", "mapping"),
        (b"merge: [\n", "2:1", "expected"),
        (b"a: b: c\n", "1:5", "mapping values"),
        (b"target: 'x\n", "2:1", "end of stream"),
        (b"merge:\n\tauthority: x\n", "2:1", "tab"),
        (b"target: &x [1]\ntargets: [*x]\n", "1:9", "alias"),
        (b"targets: [*x]\n", "1:11", "alias"),
        (b"<<: {target: x}\n", "1:1", "plain word"),
        (b"? [a]\n: 1\n", "1:3", "plain word"),
        (b"target: !!python/object:os.system x\n", "1:9", "tag"),
        (b"target: a\n---\ntarget: b\n", "2:1", "a second document begins here"),
        (b"target: a\nx: \xff\n", "2:4", "UTF-8"),
        (b"target: \xc3\xa4 \xff\n", "1:11", "UTF-8"),
        (b"target: a\x00b\n", "1:10", "character"),
        (b"[" * 40, "1:13", "more than 12 levels deep"),
        (b"targets: [" + b"a," * 21_000 + b"]\n", "1:40003", "too many values"),
        (b"merge: 3\n", "1:1", "merge: it must be a mapping of keys to values"),
        (b"roles: {coder: queue}\n", "1:9", "roles.coder: it must be a list"),
        (b"approval: {required: many}\n", "1:12", "it must be a whole number"),
        (b"#" * (64 * 1024 + 1), "1:1", "64 KiB"),
        (b"target: a..b\n", "1:1", "no name for a branch"),
        (b"target: -x\n", "1:1", "no name for a branch"),
        (b"target: HEAD\n", "1:1", "no name for a branch"),
        (b"targets: [ok, 'a b']\n", "1:15", "no name for a branch"),
        (b"targets: [ok, a.lock/b]\n", "1:15", "no name for a branch"),
        (b"targets:\n  - a//b\n", "2:5", "no name for a branch"),
        (b"targets: [" + b"a" * 40 + b"]\n", "1:11", "no name for a branch"),
        (b"target: 'a\\b'\n", "1:1", "no name for a branch"),
        (b"targets: main\n", "1:1", "list"),
        (b"validate: [{run: x, timeout: -1}]\n", "1:21", "greater than 0"),
        (b"validate: [{run: x, timeout: .nan}]\n", "1:21", "timeout"),
        (b"validate: [{run: x, timeout: 1e300}]\n", "1:21", "less than or equal"),
        (b"validate: [{run: x, timeout: true}]\n", "1:21", "number"),
        (b"validate: [{run: x, timeout: '60'}]\n", "1:21", "number"),
        (b"approval: {own: yes}\n", "1:12", "it must be true or false"),
        (b"approval: {own: 'true'}\n", "1:12", "true or false"),
        (b"%YAML 1.1\n---\napproval: {own: yes}\n", "1:1", "directive"),
        (b"# x\n%TAG ! tag:x,2000:\n---\ntarget: a\n", "2:1", "directive"),
        (b"merge: &m {authority: human}\n", "1:8", "anchor"),
        (b"merge:\n  <<: {authority: human}\n", "2:3", "plain word"),
        (b"worktree: {path: '/srv/{branch}'}\n", "1:12", "relative"),
        (b"worktree: {path: '~/{branch}'}\n", "1:12", "relative"),
        (b"worktree: {path: '../../{branch}'}\n", "1:12", "leaves"),
        (b"worktree: {path: 'a/../../../{branch}'}\n", "1:12", "leaves"),
        (b"worktree: {path: '{branch}/..'}\n", "1:12", "leaves"),
        (b'worktree: {path: "a\\n{branch}"}\n', "1:12", "line break"),
        (b'worktree: {path: "a\\x1b{branch}"}\n', "1:12", "control"),
        (b"worktree: {path: '{branch!r}'}\n", "1:12", "{repo}"),
        (b"worktree: {path: '{}'}\n", "1:12", "{repo}"),
        (b"worktree: {sparse: src}\n", "1:12", "list"),
        (b"worktree:\n  sparse:\n    - src\n    - --all\n", "4:7", "begins with -"),
        (b"worktree: {sparse: [src, '#x']}\n", "1:26", "begins with #"),
        (b"worktree: {sparse: [src, ../x]}\n", "1:26", "leaves"),
        (b"worktree: {sparse: ['*', '!a/../../x']}\n", "1:26", "leaves"),
        (b"worktree: {sparse: [src, /etc]}\n", "1:26", "absolute"),
        (b"worktree: {sparse: [src, a//b]}\n", "1:26", "empty"),
        (b"worktree: {sparse: [src, .]}\n", "1:26", "dotted"),
        (b'worktree: {sparse: [src, "a\\n/etc"]}\n', "1:26", "line break"),
        (b"worktree: {sparse: [src, 7]}\n", "1:26", "text"),
        (b"approval: {required: " + b"9" * 6000 + b"}\n", "1:12", "approval.required"),
    ],
)
def test_a_file_that_cannot_be_followed_is_refused_at_its_line_and_column(data: bytes, place: str, words: str) -> None:
    with pytest.raises(YoiError) as caught:
        parse_policy(data, where="main:.yoi.yaml")
    assert caught.value.code == "policy-file"
    assert caught.value.message.startswith(f"main:.yoi.yaml:{place}: ")
    assert words in caught.value.message
    assert len(caught.value.message) < 300


@pytest.mark.parametrize(
    "patterns", [["src", "docs/api/"], ["/*", "!/vendor/", "/vendor/ours/"], ["*.py"], ["!x", "/a b/"], ["/[ab]/"]]
)
def test_patterns_are_taken_as_git_takes_them(patterns: list[str]) -> None:
    assert parse_policy(f"worktree: {{sparse: {patterns}}}".encode(), where="x").sparse == tuple(patterns)


@pytest.mark.parametrize("path", ["../{repo}.worktrees/{branch}", ".worktrees/{id}", "../{id}", "./a/{branch}", "a..b"])
def test_a_place_inside_the_main_worktree_or_beside_it_is_taken(path: str) -> None:
    assert parse_policy(f"worktree: {{path: '{path}'}}".encode(), where="x").worktree_path == path


def test_an_unknown_key_names_the_near_one() -> None:
    with pytest.raises(YoiError) as caught:
        parse_policy(b"validte: []\n", where="x")
    assert caught.value.hint == "did you mean validate?"


def test_aliases_that_would_unfold_to_gigabytes_cost_nothing() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    with pytest.raises(YoiError, match="alias"):
        parse_policy("\n".join(lines).encode(), where="x")


@pytest.mark.parametrize("noise", [b"\x00", b": ", b"[", b"\n- ", b"\xc3", b"{{", b"'", b"|\n", b"\x85?"])
def test_any_bytes_are_read_or_refused_with_a_place(noise: bytes) -> None:
    for start in range(0, len(WHOLE), 7):
        assert _outcome(WHOLE[:start] + noise + WHOLE[start:]) in ("read", "policy-file")


def _outcome(data: bytes) -> str:
    try:
        parse_policy(data, where="x")
    except YoiError as error:
        return error.code
    return "read"
