"""Points of measures as the lake holds them, and as they may be given to those who hold no rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from vanguard.access import disclose, give
from vanguard.blueprint import Blueprint, Measure
from vanguard.lake import LEAST_PEOPLE, Lake

ALL = "all"
FEW = "Fewer than 8, which would point at people."
MOSTLY_FEW = 0.1
"""Where more of a series than this is too few to give, none of it is: what is left would be the high points alone."""
# Parts that pages name: of the others, some are so small that they point at people.
NOTHING: Mapping[str, list[str]] = MappingProxyType({})
NAMED_PARTS = ("locality", "practice", "deprivation", "age_band", "sex")


@dataclass(frozen=True)
class Point:
    """One point of measure_point; `value` is None where `reason` says why."""

    start: date
    end: date
    numerator: float | None
    denominator: float | None
    value: float | None
    standardised: float | None
    events: int | None
    reason: str | None


Points = Mapping[str, tuple[Point, ...]]
"""Points in the order of time, by the id of the measure or by the part."""

POINTS = """
SELECT measure, split, start, "end", numerator, denominator, value, standardised, events, reason
FROM measure_point WHERE blueprint = $blueprint AND split_by = $split_by {more} ORDER BY measure, split, start
"""
# A practice is named where it has so many people, as in all that is told without names.
LARGE = f"""
SELECT practice FROM person_period WHERE "end" IS NULL AND practice IS NOT NULL
GROUP BY practice HAVING count(DISTINCT person_id) >= {LEAST_PEOPLE}
"""


def whole_place(lake: Lake, blueprint: Blueprint) -> dict[str, tuple[Point, ...]]:
    """By measure, its exact points for everyone; measures without a point are there with none."""
    found = _read(lake, blueprint, ALL)
    return {id: found.get(id, {}).get(ALL, ()) for id in blueprint.measures}


def parts(
    lake: Lake, blueprint: Blueprint, measure_id: str, split_by: str, *, own: str = ""
) -> dict[str, tuple[Point, ...]]:
    """By part, the exact points of one measure: only parts large enough to be named, and `own` of whoever asks."""
    return parts_of_each(lake, blueprint, [measure_id], split_by, own=own)[measure_id]


def parts_of_each(
    lake: Lake, blueprint: Blueprint, measure_ids: Iterable[str], split_by: str, *, own: str = ""
) -> dict[str, dict[str, tuple[Point, ...]]]:
    """The same of several measures, read together; a measure without such parts is there with none."""
    ids = tuple(measure_ids)
    asked = [id for id in ids if split_by in NAMED_PARTS and split_by in blueprint.measures[id].by]
    if not asked:
        return {id: {} for id in ids}
    more, bound = "AND measure IN $measures", {"measures": asked}
    if split_by == "practice":
        more += " AND split IN $practices"
        bound["practices"] = [*large_practices(lake), own]
    found = _read(lake, blueprint, split_by, more, bound)
    return {id: found.get(id, {}) for id in ids}


def large_practices(lake: Lake) -> frozenset[str]:
    """The practices that pages name."""
    return _large_practices(lake.folder, lake.marks(("person_period",))["person_period"])


@lru_cache(maxsize=4)
def _large_practices(folder: Path, _mark: tuple[int, str]) -> frozenset[str]:
    # Everybody is counted for it, so once for as long as the table is what it is.
    with Lake(folder.parent).connect(only=("person_period",)) as con:
        return frozenset(one for (one,) in con.execute(LARGE).fetchall())


def names(lake: Lake, split_by: str) -> Mapping[str, str]:
    """What parts are called."""
    if split_by == "deprivation":
        ends = {"1": " (most deprived)", "5": " (least deprived)"}
        return {str(fifth): f"Fifth {fifth}{ends.get(str(fifth), '')}" for fifth in range(1, 6)}
    if split_by not in ("practice", "locality"):
        return {}
    return _names(lake.folder, lake.marks(("practice",))["practice"], split_by)


@lru_cache(maxsize=8)
def _names(folder: Path, _mark: tuple[int, str], split_by: str) -> Mapping[str, str]:
    columns = "practice, name" if split_by == "practice" else "DISTINCT locality, locality_name"
    with Lake(folder.parent).connect(only=("practice",)) as con:
        return dict(con.execute(f"SELECT {columns} FROM practice").fetchall())


def given(blueprint: Blueprint, points: Points) -> dict[str, tuple[Point, ...]]:
    """The points of the whole place as everybody may see them: numerators and denominators under 8 apart, others
    rounded to 5, and values made from these alone."""
    keys = [(id, one) for id, some in points.items() for one in some]
    counted = give("measured", {_key(blueprint, id, one): one.events or 0 for id, one in keys})
    of = give("measured_of", {_key(blueprint, id, one): round(one.denominator or 0) for id, one in keys})
    found: dict[str, list[Point]] = {id: [] for id in points}
    for id, one in keys:
        key = _key(blueprint, id, one)
        found[id].append(_given(blueprint.measures[id], one, counted.groups[key], of.groups[key]))
    return {id: _whole_or_none(some) for id, some in found.items()}


def _whole_or_none(points: list[Point]) -> tuple[Point, ...]:
    few = sum(one.reason == FEW for one in points)
    told = sum(one.value is not None for one in points)
    if few <= MOSTLY_FEW * (few + told):
        return tuple(points)
    return tuple(
        replace(one, numerator=None, denominator=None, value=None, reason=FEW if one.value is not None else one.reason)
        for one in points
    )


def _given(measure: Measure, point: Point, counted: int | None, of: int | None) -> Point:
    if point.value is None:
        return replace(point, numerator=None, denominator=None, standardised=None, events=None)
    if counted is not None and measure.sum is not None:
        counted = disclose(round(point.numerator or 0))
    value: float | None = None
    if counted is not None:
        value = float(counted) if measure.per is None else measure.per.number * counted / of if of else None
    shown = None if value is None else counted
    return Point(
        point.start,
        point.end,
        shown,
        of if measure.per else None,
        value,
        None,
        None,
        None if shown is not None else FEW,
    )


def _key(blueprint: Blueprint, id: str, point: Point) -> tuple[str, str, str]:
    return blueprint.id, id, point.start.isoformat()


def _read(
    lake: Lake,
    blueprint: Blueprint,
    split_by: str,
    more: str = "",
    bound: Mapping[str, list[str]] = MappingProxyType({}),
) -> dict[str, dict[str, tuple[Point, ...]]]:
    found: dict[str, dict[str, list[Point]]] = {}
    with lake.connect(only=("measure_point",)) as con:
        asked = {"blueprint": blueprint.id, "split_by": split_by, **bound}
        for measure, part, *rest in con.execute(POINTS.format(more=more), asked).fetchall():
            found.setdefault(measure, {}).setdefault(part, []).append(Point(*rest))
    return {measure: {part: tuple(some) for part, some in of.items()} for measure, of in found.items()}


def period(interval: str, start: date) -> str:
    """Aug 2018; Jul to Sep 2018; 6 Aug 2018, also for a week's first day; 2018."""
    if interval == "year":
        return str(start.year)
    if interval == "quarter":
        return f"{start:%b} to {start.replace(month=start.month + 2):%b} {start.year}"
    return f"{start:%b} {start.year}" if interval == "month" else f"{start.day} {start:%b} {start.year}"


def latest(points: Iterable[Point]) -> Point | None:
    """The last point that has a value."""
    return next((one for one in reversed(tuple(points)) if one.value is not None), None)
