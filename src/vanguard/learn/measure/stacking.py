"""Sums of many measures one after the other, and beside them what each measure makes of its sums."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from vanguard.learn.measure.counting import unit_of
from vanguard.learn.measure.parts import ALL, SPLITS
from vanguard.learn.measure.plan import Job

WORDS, DAY, WHOLE, REAL = pa.string(), pa.date32(), pa.int32(), pa.float64()
SUMS: Mapping[str, pa.DataType] = {"start": DAY, **dict.fromkeys(SPLITS, WORDS), "amount": REAL, "events": REAL}
PLANNED: Mapping[str, pa.DataType] = {
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
    pieces = [_table({key: WHOLE, **SUMS}, [])]
    for place, table in enumerate(tables):
        held = {name: table.column(name).cast(kind) for name, kind in SUMS.items() if name in table.column_names}
        pieces.append(pa.table({key: pa.array(np.full(table.num_rows, place, np.int32)), **held}))
    return pa.concat_tables(pieces, promote_options="default")


def planned(counted: Sequence[Counted]) -> pa.Table:
    """Each interval to do of each job, and how its numerator and denominator become a value."""
    rows = []
    for place, one in enumerate(counted):
        job, per = one.job, one.job.measure.per
        of = (place, one.base, job.blueprint.id, job.blueprint.version, job.id, per and per.number, unit_of(per))
        rows += [(*of, to.interval.start, to.interval.end, to.reason, to.made_from) for to in job.to_do]
    return _table(PLANNED, rows)


def wanted(counted: Sequence[Counted]) -> pa.Table:
    """What each job is split by, all included."""
    rows = [(place, one.base, name) for place, one in enumerate(counted) for name in (ALL, *one.job.found.splits)]
    return _table({"job": WHOLE, "base": WHOLE, "split_by": WORDS}, rows)


def _table(types: Mapping[str, pa.DataType], rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(types)
    return pa.table({name: pa.array(list(c), kind) for (name, kind), c in zip(types.items(), columns, strict=True)})
