"""Groupings: which codes mean that a person has a condition, an alert or a fall."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow as pa

from vanguard.codes.code_set import SYSTEMS, CodeSet, load, prefixes


@dataclass(frozen=True)
class Grouping:
    """One thing that codes of several systems mean.

    `codes` are pairs of system and code; an `icd10` code is a prefix, a `vgp` code is whole.
    """

    id: str
    label: str
    codes: tuple[tuple[str, str], ...]

    def holds(self, code: str) -> bool:
        """Whether `code`, written system:code, belongs to this grouping."""
        system, _, rest = code.partition(":")
        return any(
            system == own and (rest.startswith(part) if own == "icd10" else rest == part) for own, part in self.codes
        )


@dataclass(frozen=True)
class LongTermCondition(Grouping):
    """A condition that lasts. Blueprints name it by `id`."""


@dataclass(frozen=True)
class Alert(Grouping):
    """What whoever opens a record must see first. Blueprints name it by `id`."""


@cache
def conditions() -> tuple[LongTermCondition, ...]:
    """Every long-term condition, in the file's order."""
    _, data = load("conditions")
    return tuple(LongTermCondition(id, spec["label"], _codes(spec)) for id, spec in data["conditions"].items())


@cache
def alerts() -> tuple[Alert, ...]:
    """Every alert, in the file's order."""
    _, data = load("alerts")
    return tuple(Alert(id, spec["label"], _codes(spec)) for id, spec in data["alerts"].items())


@cache
def falls() -> Grouping:
    """The codes that say a person fell."""
    _, data = load("alerts")
    return Grouping("falls", data["falls"]["label"], _codes(data["falls"]))


def conditions_about() -> CodeSet:
    """Where the conditions come from."""
    return load("conditions")[0]


def alerts_about() -> CodeSet:
    """Where the alerts and the falls come from."""
    return load("alerts")[0]


def grouping_table(groupings: Iterable[Grouping]) -> pa.Table:
    """Columns `grouping` (id), `label`, `code` (system:code) and `prefix` (whether longer codes count too).

    Join distinct codes on `code = c.code OR (prefix AND starts_with(c.code, code))`.
    """
    rows = [(g.id, g.label, f"{system}:{code}", system == "icd10") for g in groupings for system, code in g.codes]
    return pa.table(
        {
            "grouping": pa.array([row[0] for row in rows], pa.string()),
            "label": pa.array([row[1] for row in rows], pa.string()),
            "code": pa.array([row[2] for row in rows], pa.string()),
            "prefix": pa.array([row[3] for row in rows], pa.bool_()),
        }
    )


def condition_codes_table() -> pa.Table:
    """`grouping_table` of the long-term conditions."""
    return grouping_table(conditions())


def alert_codes_table() -> pa.Table:
    """`grouping_table` of the alerts."""
    return grouping_table(alerts())


def fall_codes_table() -> pa.Table:
    """`grouping_table` of the falls."""
    return grouping_table((falls(),))


def _codes(spec: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    by_system = {"vgp": tuple(spec.get("vgp", ())), "icd10": prefixes(spec.get("icd10", []))}
    return tuple((system, code) for system in SYSTEMS for code in by_system[system])
