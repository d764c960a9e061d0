"""Ambulatory-care-sensitive conditions: admissions of a kind that good care outside hospital often avoids."""

from dataclasses import dataclass
from functools import cache

from vanguard.codes.code_set import CodeSet, load, prefixes
from vanguard.codes.groupings import Grouping, codes_of


@dataclass(frozen=True)
class AvoidableCondition(Grouping):
    """A condition and where it must stand in an admission.

    `primary` means as the main diagnosis, else anywhere. Of the other diagnoses of the admission, one of
    `needs_secondary` must and none of `no_secondary` may be there (ICD-10 prefixes; empty means no such rule).
    `unchecked` says in words what else the list leaves out, which diagnoses alone do not tell.
    """

    group: str
    primary: bool
    needs_secondary: tuple[str, ...]
    no_secondary: tuple[str, ...]
    unchecked: str | None


@dataclass(frozen=True)
class AvoidableAdmissions:
    """One published list. Only admissions by `method` count; name the list beside every figure."""

    about: CodeSet
    method: str
    conditions: tuple[AvoidableCondition, ...]


@cache
def avoidable_admissions() -> AvoidableAdmissions:
    """The shipped list, in its order."""
    about, data = load("ambulatory_care_sensitive")
    return AvoidableAdmissions(
        about=about,
        method=data["method"],
        conditions=tuple(
            AvoidableCondition(
                id=id,
                label=spec["label"],
                codes=codes_of(spec),
                group=spec["group"],
                primary=spec["position"] == "primary",
                needs_secondary=prefixes(spec.get("needs_secondary", [])),
                no_secondary=prefixes(spec.get("no_secondary", [])),
                unchecked=spec.get("unchecked", {}).get("procedures"),
            )
            for id, spec in data["conditions"].items()
        ),
    )
