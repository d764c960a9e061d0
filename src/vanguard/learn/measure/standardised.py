"""Standardised values of points: the strata of each part held against those of the reference."""

from collections.abc import Mapping, Sequence
from datetime import date

import duckdb
import numpy as np
import pyarrow as pa

from vanguard.blueprint import Measure
from vanguard.learn.measure.counting import DAYS_OF_A_YEAR
from vanguard.learn.measure.parts import STRATA
from vanguard.learn.measure.standardise import EUROPEAN_STANDARD_POPULATION, Floats, direct, indirect

UNKNOWN = "unknown"

Stratum = tuple[str, ...]
Cells = Mapping[Stratum, tuple[float, float]]
"""Count and denominator of each stratum."""


def standardised(con: duckdb.DuckDBPyConnection, measure: Measure, splits: Sequence[str]) -> pa.Table:
    """split_by, split, start, standardised and expected of each part, after `work_out`; no row where the measure does
    not standardise, nor of parts that are themselves of one age, sex or fifth where that is what it is done by."""
    how, per = measure.standardise, measure.per
    made: list[tuple[str, str, date, float | None, float | None]] = []
    if how is not None and per is not None:
        columns = [STRATA[name] for name in how.by]
        unit = DAYS_OF_A_YEAR if per.of == "person_years" else 1
        reference = {start: parts["all"] for start, parts in _cells(con, columns, "'all'", unit).items()}
        for split in (name for name in splits if name not in columns):
            found = _cells(con, columns, "'all'" if split == "all" else f'"{split}"', unit)
            for start, parts in found.items():
                values, wanted = _standardised(measure, parts, reference[start])
                made += [
                    (split, part, start, _number(per.number * value), _number(expected))
                    for part, value, expected in zip(parts, values, wanted, strict=True)
                ]
    names = ("split_by", "split", "start", "standardised", "expected")
    types = (pa.string(), pa.string(), pa.date32(), pa.float64(), pa.float64())
    rows = list(zip(*made, strict=True)) or [()] * len(names)
    return pa.table({n: pa.array(list(c), t) for n, c, t in zip(names, rows, types, strict=True)})


def _cells(
    con: duckdb.DuckDBPyConnection, columns: Sequence[str], part: str, unit: float
) -> dict[date, dict[str, dict[Stratum, tuple[float, float]]]]:
    """By interval and part, its cells."""
    # Whole days are added up before they are divided: in any order, the same.
    strata = ", ".join(f"coalesce(CAST({column} AS VARCHAR), '{UNKNOWN}') AS {column}" for column in columns)
    rows = con.execute(
        f"""
        SELECT start, part, {", ".join(columns)}, sum(counted), sum(people) / {unit}
        FROM (SELECT start, {part} AS part, {strata}, amount AS counted, 0 AS people FROM counted
              UNION ALL SELECT start, {part} AS part, {strata}, 0, amount FROM base)
        WHERE part IS NOT NULL GROUP BY ALL ORDER BY ALL
        """
    ).fetchall()
    found: dict[date, dict[str, dict[Stratum, tuple[float, float]]]] = {}
    for start, name, *stratum, counted, people in rows:
        found.setdefault(start, {}).setdefault(name, {})[tuple(stratum)] = (float(counted), float(people))
    return found


def _standardised(measure: Measure, parts: Mapping[str, Cells], reference: Cells) -> tuple[Floats, Floats]:
    """Values a unit of the denominator, and what would be expected, of each part."""
    how = measure.standardise
    assert how is not None
    # Only strata in which the reference has people: no rate is known of others.
    strata = [one for one, (_, people) in reference.items() if people > 0]
    nothing = np.full(len(parts), np.nan)
    if not strata:
        return nothing, nothing
    held = np.array([[cells.get(one, (0.0, 0.0)) for cells in parts.values()] for one in strata])
    counts, people = held[:, :, 0], held[:, :, 1]
    whole = np.array([reference[one] for one in strata])
    if how.method == "direct":
        at = how.by.index("age") if "age" in how.by else None
        weights = whole[:, 1] if how.to == "place" else np.array([_standard(one, at) for one in strata])
        return (direct(counts, people, weights) if weights.sum() > 0 else nothing), nothing
    found = indirect(counts, people, whole[:, 0] / whole[:, 1])
    return found.ratio * whole[:, 0].sum() / whole[:, 1].sum(), found.expected


def _standard(stratum: Stratum, age_at: int | None) -> float:
    """The weight of a stratum in the European standard population, in which both sexes and all fifths are alike."""
    if UNKNOWN in stratum or "other" in stratum:
        return 0.0
    return float(EUROPEAN_STANDARD_POPULATION[int(stratum[age_at].rstrip("+")[:2])]) if age_at is not None else 1.0


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
