"""Groupings: which codes mean that a person has a condition, an alert or a fall."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from vanguard.codes.code_set import CodeSet, load, prefixes

# Who reads a blueprint needs codes, but no Arrow, which is slow to import.
if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Grouping:
    """One thing that codes of several systems mean.

    `codes` are pairs of system and code; an `icd10` code is a prefix, or, ending in X, a category that stands alone;
    the code of another system is whole.
    """

    id: str
    label: str
    codes: tuple[tuple[str, str], ...]

    def holds(self, code: str) -> bool:
        """Whether `code`, written system:code, belongs to this grouping."""
        system, _, rest = code.partition(":")
        whole, beginnings = self._matched.get(system, (frozenset(), ()))
        return rest in whole or rest.startswith(beginnings)

    @cached_property
    def _matched(self) -> dict[str, tuple[frozenset[str], tuple[str, ...]]]:
        """By system: the codes that are met whole, and those that longer codes may begin with."""
        found: dict[str, list[tuple[str, bool]]] = {}
        for system, written in self.codes:
            found.setdefault(system, []).extend(matches(system, written))
        return {
            system: (frozenset(c for c, prefix in some if not prefix), tuple(c for c, prefix in some if prefix))
            for system, some in found.items()
        }


@dataclass(frozen=True)
class LongTermCondition(Grouping):
    """A condition that lasts. Blueprints name it by `id`."""


@dataclass(frozen=True)
class Alert(Grouping):
    """What whoever opens a record must see first. Blueprints name it by `id`."""


@dataclass(frozen=True)
class SensitiveSet(Grouping):
    """Entries that stay out of sight unless a person agrees or a law allows."""


@cache
def conditions() -> tuple[LongTermCondition, ...]:
    """Every long-term condition, in the file's order."""
    _, data = load("conditions")
    return tuple(LongTermCondition(id, spec["label"], codes_of(spec)) for id, spec in data["conditions"].items())


@cache
def alerts() -> tuple[Alert, ...]:
    """Every alert, in the file's order."""
    _, data = load("alerts")
    return tuple(Alert(id, spec["label"], codes_of(spec)) for id, spec in data["alerts"].items())


@cache
def falls() -> Grouping:
    """The codes that say a person fell."""
    _, data = load("alerts")
    return Grouping("falls", data["falls"]["label"], codes_of(data["falls"]))


@cache
def sensitive() -> tuple[SensitiveSet, ...]:
    """Every sensitive set, in the file's order."""
    _, data = load("sensitive")
    return tuple(SensitiveSet(id, spec["label"], codes_of(spec)) for id, spec in data["sets"].items())


def groupings() -> Mapping[str, Grouping]:
    """Every shipped grouping that a blueprint may name, by id."""
    return {grouping.id: grouping for grouping in (*conditions(), *alerts(), falls(), *sensitive())}


def conditions_about() -> CodeSet:
    """Where the conditions come from."""
    return load("conditions")[0]


def alerts_about() -> CodeSet:
    """Where the alerts and the falls come from."""
    return load("alerts")[0]


def sensitive_about() -> CodeSet:
    """Where the sensitive sets come from."""
    return load("sensitive")[0]


def matches(system: str, code: str) -> tuple[tuple[str, bool], ...]:
    """What a code of a grouping matches: pairs of a code and whether longer codes that begin with it count too."""
    if system == "icd10" and code.endswith("X"):
        return ((code[:-1], False), (code, True))
    return ((code, system == "icd10"),)


def code_matches(grouping: Grouping) -> frozenset[tuple[str, bool]]:
    """Pairs of a code, written system:code, and whether longer codes that begin with it count too."""
    return frozenset(
        (f"{system}:{code}", prefix) for system, written in grouping.codes for code, prefix in matches(system, written)
    )


def grouping_table(groupings: Iterable[Grouping]) -> "pa.Table":
    """Columns `grouping` (id), `label`, `code` (system:code) and `prefix` (whether longer codes count too).

    Join distinct codes on `code = c.code OR (prefix AND starts_with(c.code, code))`.
    """
    import pyarrow as pa

    rows = [
        (g.id, g.label, f"{system}:{code}", prefix)
        for g in groupings
        for system, written in g.codes
        for code, prefix in matches(system, written)
    ]
    return pa.table(
        {
            "grouping": pa.array([row[0] for row in rows], pa.string()),
            "label": pa.array([row[1] for row in rows], pa.string()),
            "code": pa.array([row[2] for row in rows], pa.string()),
            "prefix": pa.array([row[3] for row in rows], pa.bool_()),
        }
    )


def fall_codes_table() -> "pa.Table":
    """`grouping_table` of the falls."""
    return grouping_table((falls(),))


def codes_of(spec: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """The codes of one grouping of a shipped file: pairs of system and code."""
    by_system = {"vgp": tuple(spec.get("vgp", ())), "icd10": prefixes(spec.get("icd10", []))}
    return tuple((system, code) for system, codes in by_system.items() for code in codes)
