"""A second reading of the ticket ref's history, by plain git and a walk of its own: what the program is judged by."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

_REJECTED = re.compile(r"^Yoi-Rejected: (\w+) ", re.MULTILINE)
_TRAILER = re.compile(r"^Yoi-(Event|Ticket|Nonce|Claim): (.*)$", re.MULTILINE)


class Node(NamedTuple):
    """A commit: an entry where it has one parent, a join where it has two; `claim` is the one that it needs or ends.

    `rejected` are the entries that a join names as without effect.
    """

    parents: tuple[str, ...]
    event: str
    ticket: str
    nonce: str
    claim: str
    rejected: frozenset[str] = frozenset()


@dataclass
class History:
    """Every commit of the ticket ref that was ever seen anywhere."""

    nodes: dict[str, Node] = field(default_factory=dict)
    _orders: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _without: dict[str, frozenset[str]] = field(default_factory=dict)

    def load(self, path: Path, tip: str) -> set[str]:
        """Read from a repository what `tip` stands on; the entries that had not been seen before."""
        if tip in self.nodes:
            return set()
        without = [f"^{oid}" for oid in self._orders if oid in self.nodes]
        done = subprocess.run(
            ["git", "log", "--format=%H%x00%P%x00%B%x01", "--ignore-missing", "--stdin"],
            cwd=path,
            input="\n".join([tip, *without[-8:]]),
            capture_output=True,
            text=True,
            check=True,
        )
        found = {}
        for record in done.stdout.split("\x01\n"):
            oid, _, rest = record.partition("\x00")
            parents, _, message = rest.partition("\x00")
            if oid and oid not in self.nodes:
                found[oid] = _node(tuple(parents.split()), message)
        self.nodes |= found
        return {oid for oid, node in found.items() if len(node.parents) == 1}

    def order(self, tip: str) -> tuple[str, ...]:
        """The entries of a tip: its first parent's, in their order; then what only its second has, in its own."""
        chain = []
        at: str | None = tip
        while at is not None and at not in self._orders:
            chain.append(at)
            at = next(iter(self.nodes[at].parents), None)
        found = list(self._orders[at]) if at is not None else []
        for oid in reversed(chain):
            parents = self.nodes[oid].parents
            if len(parents) == 1:
                found.append(oid)
            elif len(parents) == 2:
                known = set(found)
                found += [entry for entry in self.order(parents[1]) if entry not in known]
            else:
                assert not parents, f"{oid} has {len(parents)} parents"
        self._orders[tip] = tuple(found)
        return self._orders[tip]

    def without_effect(self, tip: str) -> frozenset[str]:
        """The entries of a tip that have no effect: as the join says that brought them onto its first-parent chain."""
        chain = []
        at: str | None = tip
        while at is not None and at not in self._without:
            chain.append(at)
            at = next(iter(self.nodes[at].parents), None)
        found = self._without[at] if at is not None else frozenset()
        for oid in reversed(chain):
            node = self.nodes[oid]
            if node.rejected:
                assert node.rejected.isdisjoint(self.order(node.parents[0])), f"{oid} rejects what was published"
                assert node.rejected <= set(self.order(oid)), f"{oid} rejects what it does not bring"
                found |= node.rejected
        self._without[tip] = found
        return found

    def chain(self, tip: str) -> list[str]:
        """The first-parent chain of a tip, newest first."""
        found = []
        at: str | None = tip
        while at is not None:
            found.append(at)
            at = next(iter(self.nodes[at].parents), None)
        return found

    def thread(self, tip: str, ticket: str) -> list[str]:
        """The entries of one ticket, in the order of a tip."""
        return [oid for oid in self.order(tip) if self.nodes[oid].ticket == ticket]


def _node(parents: tuple[str, ...], message: str) -> Node:
    if len(parents) > 1:
        return Node(parents, "", "", "", "", frozenset(_REJECTED.findall(message)))
    block = message.rstrip("\n").rpartition("\n\n")[2]
    values = dict(_TRAILER.findall(block))
    return Node(parents, *(values.get(key, "") for key in ("Event", "Ticket", "Nonce", "Claim")))
