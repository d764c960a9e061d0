"""Standardised values of points: the strata of each part held against those of the whole place."""

from collections.abc import Iterator, Sequence

import duckdb
import numpy as np
import pyarrow as pa

from vanguard.blueprint import Measure
from vanguard.blueprint.elements.measures import Standardise
from vanguard.learn.measure.counting import unit_of
from vanguard.learn.measure.parts import ALL, PART, STRATA
from vanguard.learn.measure.standardise import EUROPEAN_STANDARD_POPULATION, Floats, direct, indirect

UNKNOWN = "unknown"
BETWEEN = "|"

NAMED = ["job", "start", "split_by", "split"]
FIGURES = ["standardised", "expected"]
TYPES: list[pa.DataType] = [pa.int32(), pa.date32(), pa.string(), pa.string(), pa.float64(), pa.float64()]
NOTHING = pa.schema(list(zip([*NAMED, *FIGURES], TYPES, strict=True))).empty_table()

Stratum = tuple[str, ...]

OF = ", ".join(f"CASE WHEN by_{name} THEN coalesce({part}, '{UNKNOWN}') END" for name, part in STRATA.items())
# Parts that are themselves of one age, sex or fifth are not standardised by it.
PARTED = " OR ".join(f"by_{name} AND split_by = '{part}'" for name, part in STRATA.items())
# Sums are of whole numbers: in any order, the same.
CELLS = f"""
WITH wanted_here AS (SELECT w.*, s.* EXCLUDE (job) FROM wanted w JOIN strata s USING (job) WHERE NOT ({PARTED}))
SELECT job, start, split_by <> '{ALL}' AS of_a_part, split_by, split, stratum,
       sum(counted) AS counted, sum(people) AS people
FROM (SELECT job, start, split_by, {PART} AS split, concat_ws('{BETWEEN}', {OF}) AS stratum,
             amount AS counted, 0 AS people FROM counted JOIN wanted_here USING (job)
      UNION ALL SELECT job, start, split_by, {PART}, concat_ws('{BETWEEN}', {OF}), 0, amount
      FROM base JOIN wanted_here USING (base) SEMI JOIN planned USING (job, start))
WHERE split IS NOT NULL GROUP BY ALL ORDER BY ALL
"""


def adjusted(con: duckdb.DuckDBPyConnection, measures: Sequence[Measure]) -> pa.Table:
    """job, start, split_by, split, standardised and expected of every part of those measures that standardise, from the
    tables `counted`, `base`, `planned` and `wanted`, in which a measure's job is its place."""
    cells = pa.table({})
    if any(one.standardise for one in measures):
        con.register("strata", _strata(measures))
        cells = con.sql(CELLS).to_arrow_table()
    made: list[pa.Table] = []
    for first, last in _stretches(cells, "job", "start"):
        some = cells.slice(first, last - first)
        made.append(_adjusted(some, measures[some.column("job")[0].as_py()]))
    return pa.concat_tables([NOTHING, *made])


def _strata(measures: Sequence[Measure]) -> pa.Table:
    """What each job that standardises does it by."""
    how = {place: one.standardise.by for place, one in enumerate(measures) if one.standardise and one.per}
    columns = {f"by_{name}": pa.array([name in by for by in how.values()], pa.bool_()) for name in STRATA}
    return pa.table({"job": pa.array(list(how), pa.int32()), **columns})


def _adjusted(cells: pa.Table, measure: Measure) -> pa.Table:
    """The parts of one measure in one interval, everyone first."""
    how, per = measure.standardise, measure.per
    assert how is not None and per is not None
    parts = list(_stretches(cells, "split_by", "split"))
    strata = cells.column("stratum").combine_chunks().dictionary_encode()
    part = np.repeat(np.arange(len(parts)), [last - first for first, last in parts])
    held = np.zeros((2, len(strata.dictionary), len(parts)))
    for sums, name in zip(held, ("counted", "people"), strict=True):
        sums[strata.indices.to_numpy(), part] = cells.column(name).to_numpy()
    held[1] /= unit_of(per)
    # Only strata in which the whole place has people: no rate is known of others.
    known = held[1, :, 0] > 0
    names = [tuple(str(one).split(BETWEEN)) for one in strata.dictionary.filter(pa.array(known)).to_pylist()]
    values, expected = _standardised(how, names, held[:, known])
    named = cells.take([first for first, _ in parts]).select(NAMED)
    for name, figures in zip(FIGURES, (per.number * values, expected), strict=True):
        named = named.append_column(name, pa.array(figures, mask=np.isnan(figures)))
    return named


def _standardised(how: Standardise, strata: Sequence[Stratum], held: Floats) -> tuple[Floats, Floats]:
    """Values a unit of the denominator, and what would be expected, of each part; everyone is the first."""
    counts, people = held
    nothing = np.full(counts.shape[1], np.nan)
    if not strata:
        return nothing, nothing
    if how.method == "direct":
        at = 0 if "age" in how.by else None
        weights = people[:, 0] if how.to == "place" else np.array([_standard(one, at) for one in strata])
        return (direct(counts, people, weights) if weights.sum() > 0 else nothing), nothing
    found = indirect(counts, people, counts[:, 0] / people[:, 0])
    return found.ratio * counts[:, 0].sum() / people[:, 0].sum(), found.expected


def _standard(stratum: Stratum, age_at: int | None) -> float:
    """The weight of a stratum in the European standard population, in which both sexes and all fifths are alike."""
    if UNKNOWN in stratum or "other" in stratum:
        return 0.0
    return float(EUROPEAN_STANDARD_POPULATION[int(stratum[age_at].rstrip("+")[:2])]) if age_at is not None else 1.0


def _stretches(rows: pa.Table, *names: str) -> Iterator[tuple[int, int]]:
    """From where to where rows that follow each other are alike in these columns."""
    if not rows.num_rows:
        return
    new = np.zeros(rows.num_rows, np.bool_)
    for name in names:
        codes = rows.column(name).combine_chunks().dictionary_encode().indices.to_numpy()
        new[1:] |= codes[1:] != codes[:-1]
    starts = [0, *np.flatnonzero(new).tolist()]
    yield from zip(starts, [*starts[1:], rows.num_rows], strict=True)
