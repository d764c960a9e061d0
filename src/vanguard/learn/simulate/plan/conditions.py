"""Conditions as tables over answers, filled by the one meaning that conditions have (`lake.condition.holds`).

An answer is a small number: 0 is unknown, then come the options. The answer to a question of kind number is the cell
between the numbers that conditions name: below the first, the first itself, between it and the second, and so on.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from vanguard.blueprint import KNOWN_AT_ENTRY, Question
from vanguard.errors import BadInput
from vanguard.lake.condition import Condition, columns_of, holds, turning_points

LARGEST = 100_000
ENTRY = ("origin", "channel", "sex", "age")
"""What is known of someone when they are referred, in the order of its columns after those of the questions."""


class Tables:
    """Gathers conditions, each once, and gives their numbers."""

    def __init__(
        self, questions: Sequence[Question], entry: Mapping[str, Sequence[Any]], conditions: Iterable[Condition]
    ) -> None:
        """`entry` gives the values of origin, channel and sex, in the order of their codes from 1 on; age is a cell, as
        the answer to a question of kind number is."""
        used = list(conditions)
        self._columns = [*(question.id for question in questions), *ENTRY]
        self._values: dict[str, list[Any]] = {}
        self.bounds: dict[str, list[float]] = {}
        for id in (*(question.id for question in questions if question.kind == "number"), "age"):
            self.bounds[id] = sorted({number for one in used for number in _turns(one, id)})
            self._values[id] = [None, *_cells(self.bounds[id])]
        for question in questions:
            if question.kind != "number":
                self._values[question.id] = [None, *(question.of or (False, True))]
        self._values |= {name: [None, *values] for name, values in entry.items()}
        self._known: dict[str, int] = {}
        self.at: list[tuple[int, int, int]] = []
        self.by: list[tuple[int, int]] = []
        self.table: list[bool] = []

    def number(self, condition: Condition | None) -> int:
        """The number of a condition; -1 for none, which always holds."""
        if condition is None:
            return -1
        if condition.text not in self._known:
            self._known[condition.text] = len(self.at)
            self._add(condition)
        return self._known[condition.text]

    def _add(self, condition: Condition) -> None:
        names = [name for name in columns_of(condition) if name in self._values]
        sizes = [len(self._values[name]) for name in names]
        if np.prod(sizes, dtype=np.float64) > LARGEST:
            what = f"The condition {condition.text} rests on more answers than a simulation can tabulate."
            raise BadInput(what, do="Split it into simpler rules.")
        first, stride = len(self.by), 1
        for name, size in reversed(list(zip(names, sizes, strict=True))):
            if name in self._columns:
                self.by.append((self._columns.index(name), stride))
            stride *= size
        self.at.append((len(self.table), first, len(self.by)))
        unknown = dict.fromkeys((*self._values, *KNOWN_AT_ENTRY))
        for row in itertools.product(*(self._values[name] for name in names)):
            self.table.append(holds(condition, {**unknown, **dict(zip(names, row, strict=True))}) is True)


def _turns(condition: Condition, question: str) -> tuple[float, ...]:
    found = turning_points(condition, question)
    if found is None:
        what = f"The condition {condition.text} calculates with {question}, which cannot be simulated."
        raise BadInput(what, do="Compare it with numbers only.")
    return found


def _cells(bounds: list[float]) -> list[float]:
    """A number of each cell: below the first bound, the first, between it and the second …"""
    if not bounds:
        return [0.0]
    cells = [bounds[0] - 1]
    for low, high in itertools.zip_longest(bounds, bounds[1:]):
        cells += [low, low + 1 if high is None else (low + high) / 2]
    return cells
