"""Which nodes hang together: connected components by numpy, and a careful walk where a conflict forbids
some."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Pair = tuple[int, int]

# Two joins that exclude each other are both left undone unless one is 2**MARGIN times as likely as the other.
MARGIN = 3.0


@dataclass(frozen=True)
class Edge:
    """A proposed join of two nodes; `weight` in bits."""

    left: int
    right: int
    weight: float


@dataclass(frozen=True)
class Walk:
    """The joins made, those left undone because they were too alike to choose between, those a conflict refused."""

    joins: tuple[Pair, ...]
    unclear: tuple[Pair, ...]
    refused: tuple[Pair, ...]


def components(size: int, left: Integers, right: Integers) -> Integers:
    """For each node 0 … size-1 the smallest node it is connected with."""
    label = np.arange(size, dtype=np.int64)
    while left.size:
        lowest = np.minimum(label[left], label[right])
        before = label.copy()
        np.minimum.at(label, label[left], lowest)
        np.minimum.at(label, label[right], lowest)
        while True:
            shorter = label[label]
            if np.array_equal(shorter, label):
                break
            label = shorter
        if np.array_equal(before, label):
            break
    return label


def careful_walk(edges: Sequence[Edge], numbered: Iterable[int], enemies: Iterable[Pair]) -> Walk:
    """Join along `edges`, best first, so that no group holds two numbered nodes or a pair of enemies.

    A node that could as well go to either of two nodes that exclude each other goes to neither.
    `edges` are in falling order of weight.
    """
    foes: dict[int, set[int]] = defaultdict(set)
    for a, b in enemies:
        foes[a].add(b)
        foes[b].add(a)
    has_number = set(numbered)
    unclear = _unclear(edges, has_number, foes)
    group: dict[int, int] = {}
    members: dict[int, set[int]] = {}
    joins: list[Pair] = []
    refused: list[Pair] = []
    for edge in edges:
        if edge in unclear:
            continue
        a, b = group.get(edge.left, edge.left), group.get(edge.right, edge.right)
        if a == b:
            joins.append((edge.left, edge.right))
            continue
        ours, theirs = members.get(a, {edge.left}), members.get(b, {edge.right})
        if (ours & has_number and theirs & has_number) or any(foes.get(one, set()) & theirs for one in ours):
            refused.append((edge.left, edge.right))
            continue
        members[a] = ours | theirs
        members.pop(b, None)
        for node in members[a]:
            group[node] = a
        joins.append((edge.left, edge.right))
    left_undone = tuple((edge.left, edge.right) for edge in edges if edge in unclear)
    return Walk(tuple(joins), left_undone, tuple(refused))


def _unclear(edges: Sequence[Edge], numbered: set[int], foes: dict[int, set[int]]) -> set[Edge]:
    """The edges of a node to choices nearly as likely as its best that exclude one another, and its weaker
    edges to what any of those excludes: they would lead to one of the two by a way round."""
    choices: dict[int, list[tuple[int, Edge]]] = defaultdict(list)
    for edge in edges:
        choices[edge.left].append((edge.right, edge))
        choices[edge.right].append((edge.left, edge))
    unclear: set[Edge] = set()
    for offers in choices.values():
        least = offers[0][1].weight - MARGIN
        near = {other for other, edge in offers if edge.weight >= least}
        contested = {other for other in near if _excluded(other, near, numbered, foes)}
        if contested:
            unclear.update(edge for other, edge in offers if _excluded(other, contested, numbered, foes))
    return unclear


def _excluded(one: int, others: set[int], numbered: set[int], foes: dict[int, set[int]]) -> bool:
    """Whether the node cannot be the same person as some other of `others`."""
    return not foes.get(one, set()).isdisjoint(others) or (
        one in numbered and not (others - {one}).isdisjoint(numbered)
    )
