"""Reading `.yoi.yaml` as people write it: every refusal names the line and the column that it is about.

A file of a stranger's repository is read here, so nothing in it may cost much: no aliases (a few lines of them unfold
to gigabytes), no tags, 64 KiB, 12 levels.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from git_yoi.config.policy import MAX_BYTES, Policy, ValidateCommand
from git_yoi.config.policy_model import PolicyDocument
from git_yoi.config.yaml_values import Located, YamlProblemError, read_yaml
from git_yoi.git.sparse import is_cone, pattern_problem

# pydantic's own words name Python's types and our classes.
_SAID = {
    "model_type": "it must be a mapping of keys to values",
    "dict_type": "it must be a mapping of keys to values",
    "list_type": "it must be a list",
    "string_type": "it must be a text; quote it if it looks like something else",
    "bool_type": "it must be true or false",
    "int_type": "it must be a whole number",
    "float_type": "it must be a number",
    "finite_number": "it must be a number",
    "missing": "it is needed here",
}


def parse_policy(data: bytes, *, where: str) -> Policy:
    """Parse a policy file; YoiError `policy-file`, naming `where`, line and column."""
    try:
        return _policy(_document(data))
    except YamlProblemError as problem:
        raise problem.as_error(where) from problem


def _document(data: bytes) -> PolicyDocument:
    if len(data) > MAX_BYTES:
        raise YamlProblemError(1, 1, f"it is longer than {MAX_BYTES // 1024} KiB")
    located = read_yaml(_decoded(data))
    try:
        read = PolicyDocument.model_validate(located.value)
    except ValidationError as error:
        raise _located(error, located) from error
    _require_patterns(read.worktree.sparse, located)
    return read


def _require_patterns(patterns: list[str], located: Located) -> None:
    """One pattern is right or wrong by what the others are: directories, or patterns as .gitignore has them."""
    cone = is_cone(patterns)
    for number, pattern in enumerate(patterns):
        if problem := pattern_problem(pattern, cone=cone):
            place = located.place(("worktree", "sparse", number))
            raise YamlProblemError(*place, f"worktree.sparse.{number}: {problem}")


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
        raise YamlProblemError(line, column, "it is not UTF-8") from error


def _located(error: ValidationError, located: Located) -> YamlProblemError:
    """The first thing that the model refuses, at the key or item that it stands in."""
    found = min(error.errors(), key=lambda e: located.place(e["loc"]))
    line, column = located.place(found["loc"])
    if found["type"] == "extra_forbidden":
        return _unknown(line, column, found["loc"])
    spelled = ".".join(str(part) for part in found["loc"] if part != "[key]")
    said = _SAID.get(found["type"], _plain(found["msg"]))
    return YamlProblemError(line, column, f"{spelled or 'the file'}: {said[:1].lower()}{said[1:]}")


def _plain(said: str) -> str:
    return said.removeprefix("Value error, ").replace("Input should be", "it must be", 1)


def _unknown(line: int, column: int, loc: tuple[int | str, ...]) -> YamlProblemError:
    from difflib import get_close_matches

    known = _keys_beside(loc)
    near = get_close_matches(str(loc[-1]), known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"the keys here are {', '.join(known)}"
    return YamlProblemError(line, column, f"there is no key {str(loc[-1])[:60]!r}", hint)


def _keys_beside(loc: tuple[int | str, ...]) -> list[str]:
    """The keys that may stand where the unknown one does."""
    model: type[BaseModel] = PolicyDocument
    for part in loc[:-1]:
        if isinstance(part, str):
            model = _below(model, part)
    return list(_fields(model))


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _below(model: type[BaseModel], key: str) -> type[BaseModel]:
    annotation: Any = _fields(model)[key].annotation
    inner = [a for a in (annotation, *getattr(annotation, "__args__", ())) if isinstance(a, type)]
    return next(a for a in inner if issubclass(a, BaseModel))


def _policy(read: PolicyDocument) -> Policy:
    return Policy(
        target=read.target,
        targets=tuple(read.targets),
        authority=read.merge.authority,
        strategy=read.merge.strategy,
        validate=tuple(ValidateCommand(c.run, c.timeout) for c in read.validate_),
        approvals=read.approval.required,
        own_approval=read.approval.own,
        worktree_path=read.worktree.path,
        sparse=tuple(read.worktree.sparse),
        unaccepted=read.hooks.unaccepted,
        roles={role: frozenset(verbs) for role, verbs in read.roles.items()},
    )
