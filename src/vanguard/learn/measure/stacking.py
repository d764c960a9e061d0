"""Sums of many measures one after the other, and beside them what each measure makes of its sums."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from vanguard.learn.measure.counting import unit_of
from vanguard.learn.measure.parts import ALL, SPLITS
from vanguard.learn.measure.plan import Job

WORDS, DAY, WHOLE, REAL = pa.string(), pa.date32(), pa.int32(), pa.float64()
SUMS = {"start": DAY, **dict.fromkeys(SPLITS, WORDS), "amount": REAL, "events": REAL}
PLANNED = {
    "job": WHOLE,
    "base": WHOLE,
    "blueprint": WORDS,
    "version": WORDS,
    "measure": WORDS,
    "number": REAL,
    "unit": REAL,
    "start": DAY,
    "end": DAY,
    "unknown": WORDS,
    "made_from": WORDS,
}


@dataclass(frozen=True)
class Counted:
    """A job, the sums of what it counts, and the place of what that is out of; None for a plain count."""

    job: Job
    sums: pa.Table
    base: int | None


def stacked(key: str, tables: Iterable[pa.Table]) -> pa.Table:
    """Sums with a column `key`, the place of the table that they come from, and one for every part there can be."""
    types = {key: WHOLE} | SUMS
    pieces = [_table(types, [])]
    for place, table in enumerate(tables):
        held = {name: table.column(name).cast(kind) for name, kind in SUMS.items() if name in table.column_names}
        held[key] = pa.array(np.full(table.num_rows, place, np.int32))
        pieces.append(pa.table({name: held.get(name, pa.nulls(table.num_rows, kind)) for name, kind in types.items()}))
    return pa.concat_tables(pieces)


def planned(counted: Sequence[Counted]) -> pa.Table:
    """Each interval to do of each job, and how its numerator and denominator become a value."""
    rows = []
    for place, one in enumerate(counted):
        job, per = one.job, one.job.measure.per
        named = (job.blueprint.id, job.blueprint.version, job.id)
        rows += [
            (
                place,
                one.base,
                *named,
                per and per.number,
                unit_of(per),
                of.interval.start,
                of.interval.end,
                of.reason,
                made,
            )
            for of in job.to_do
            for made in (of.made_from,)
        ]
    return _table(PLANNED, rows)


def wanted(counted: Sequence[Counted]) -> pa.Table:
    """What each job is split by, all included."""
    types = {"job": WHOLE, "base": WHOLE, "split_by": WORDS}
    return _table(
        types,
        [(place, one.base, name) for place, one in enumerate(counted) for name in (ALL, *one.job.found.splits)],
    )


def _table(types: dict[str, pa.DataType], rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(types)
    return pa.table({name: pa.array(list(c), kind) for (name, kind), c in zip(types.items(), columns, strict=True)})
