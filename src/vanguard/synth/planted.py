"""Rows planted at the end of a piece of an extract: duplicates, corrections and rows that are simply wrong."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from vanguard.synth.chance import Ints, Stream
from vanguard.synth.columns import plain
from vanguard.synth.disorder import Disorder, failing
from vanguard.synth.extracts import FeedRules


@dataclass(frozen=True)
class Planted:
    """A row written on purpose: its line, what about it, and the line that it repeats, corrects or spoils (0
    where there is none). In a piece, lines are counted from 0. Where it bears a person's number of its own,
    `new_record` is that and `of_record` the number of the line."""

    line: int
    column: str
    value: str
    kind: str
    of_line: int
    new_record: str = ""
    of_record: str = ""


class Planting:
    """The planted rows of one piece, as they are gathered."""

    def __init__(self, rng: Stream, rules: FeedRules, rows: Any, mark: str) -> None:
        """`rows` is the table of the piece, `mark` makes keys that no other piece has."""
        self.rng, self.rules, self.rows, self.mark = rng, rules, rows, mark
        self.tables: list[Any] = []
        self.planted: list[Planted] = []

    def duplicates(self, count: int) -> None:
        """So many rows again, to the letter."""
        for number, line in zip(*self._take(self.rows.column_names[0], count)[:2], strict=True):
            self.planted.append(Planted(line, "", "", "duplicate", int(number)))

    def corrections(self, count: int) -> None:
        """So many rows again with a corrected value."""
        column = self.rules.corrected
        numbers, lines, table = self._take(column, count)
        values = [corrected(value) for value in table[column].to_pylist()]
        self._replace(column, values)
        self._note(column, values, "correction", numbers, lines)

    def mistakes(self, count: int) -> None:
        """So many rows that are wrong, about equally many of each kind, each with a key of its own so that the
        mistake hides nothing."""
        kinds, key = self.rules.wrong, self.rules.key
        for position, (column, value) in enumerate(kinds):
            numbers, lines, table = self._take(column, (count + position) // len(kinds))
            values = [failing(before) if value == "failing" else value for before in table[column].to_pylist()]
            before = table[key].to_pylist()
            keys = [f"{old[:1]}X{self.mark}{line:05d}" for old, line in zip(before, lines, strict=True)]
            self._replace(column, values)
            self._replace(key, keys)
            first = key == self.rows.column_names[0]
            records = zip(keys, before, strict=True) if first else (("", ""),) * len(keys)
            self._note(column, values, "mistake", numbers, lines, tuple(records))

    def _take(self, column: str, count: int) -> tuple[Ints, list[int], Any]:
        """Rows of the piece, each once, that have a value in a column: their numbers, the lines that they get
        when they are written again, and the rows as text."""
        there = np.flatnonzero(self.rows[column].is_valid().to_numpy())
        chosen = np.sort(self.rng.choice(there, min(count, len(there)), replace=False))
        taken = self.rows.take(pa.array(chosen))
        table = pa.table({name: plain(taken[name]) for name in taken.column_names})
        before = len(self.rows) + sum(len(one) for one in self.tables)
        self.tables.append(table)
        return chosen, list(range(before, before + len(chosen))), table

    def _replace(self, column: str, values: list[str]) -> None:
        table = self.tables[-1]
        at = table.column_names.index(column)
        self.tables[-1] = table.set_column(at, column, pa.array(values, pa.string()))

    def _note(
        self,
        column: str,
        values: list[str],
        kind: str,
        numbers: Ints,
        lines: list[int],
        records: tuple[tuple[str, str], ...] = (),
    ) -> None:
        pairs = records or (("", ""),) * len(values)
        for value, number, line, pair in zip(values, numbers, lines, pairs, strict=True):
            self.planted.append(Planted(line, column, value, kind, int(number), *pair))


def plant(
    rng: Stream, rules: FeedRules, rows: Any, disorder: Disorder, mark: str, at_least: int
) -> tuple[list[Any], list[Planted]]:
    """The tables of planted rows that end a piece, and what is known of each row."""
    planting = Planting(rng, rules, rows, mark)
    if len(rows):
        counts = [
            max(at_least * times, int(rng.poisson(len(rows) * share)))
            for share, times in (
                (disorder.exact_duplicates, 1),
                (disorder.corrections, 1),
                (disorder.wrong_rows, len(rules.wrong)),
            )
        ]
        planting.duplicates(counts[0])
        planting.corrections(counts[1])
        planting.mistakes(counts[2])
    return planting.tables, planting.planted


def corrected(value: str) -> str:
    """Another value of the same kind: a number one larger."""
    head, digits = value[:-1], value[-1]
    if "." in value:
        return str(float(value) + 1)
    return str(int(value) + 1) if value.isdigit() else head + str((int(digits) + 1) % 10)
