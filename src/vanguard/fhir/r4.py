"""What FHIR R4 knows: its resource types, where each says what we hold, and how other versions show.
All of it is read from `tables/*.yaml`; nothing here names a resource type."""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from vanguard.fhir.paths import Steps, steps
from vanguard.own_yaml import data_of


@dataclass(frozen=True, slots=True)
class Status:
    """A place of the status; `only` are the codes that count there (empty: any)."""

    way: Steps
    only: frozenset[str]


@dataclass(frozen=True, slots=True)
class Codes:
    """A place of codes; with `then`, it is a reference and the codes are at `then` of what it finds."""

    name: str
    way: Steps
    then: Steps


@dataclass(frozen=True, slots=True)
class Shape:
    """Where one resource type says what our tables hold. Fields as in `tables/types.yaml`."""

    type: str
    person: tuple[Steps, ...]
    via: tuple[Steps, ...]
    may_be_about_nobody: bool
    when: tuple[tuple[str, Steps], ...]
    end: tuple[tuple[str, Steps], ...]
    future: Literal["none", "end", "start"]
    status: tuple[Status, ...]
    codes: tuple[Codes, ...]
    title: tuple[Steps, ...]
    value: str
    setting: str
    method: str
    cost: Steps
    note: tuple[Steps, ...]
    place: tuple[Steps, ...]
    detail: tuple[tuple[str, str, Steps], ...]


@cache
def table(name: str) -> Any:
    """One of this room's tables, as YAML gives it."""
    text = (resources.files("vanguard.fhir") / "tables" / f"{name}.yaml").read_text("utf-8")
    return data_of(text)


@cache
def nobody_types() -> frozenset[str]:
    """Types that never concern one person."""
    return frozenset(table("types")["about_nobody"])


@cache
def known_types() -> frozenset[str]:
    """Every resource type of R4."""
    return nobody_types() | frozenset(table("types")["about_a_person"]) | {"Patient"}


@cache
def shape(resource_type: str) -> Shape:
    """Where a type that concerns a person says what we hold."""
    entry = {**table("types")["defaults"], **(table("types")["about_a_person"].get(resource_type) or {})}
    return Shape(
        type=resource_type,
        person=_ways(entry["person"]),
        via=_ways(entry["via"]),
        may_be_about_nobody=entry["may_be_about_nobody"],
        when=tuple((path, steps(path)) for path in entry["when"]),
        end=tuple((path, steps(path)) for path in entry["end"]),
        future=entry["future"],
        status=tuple(_status(path) for path in entry["status"]),
        codes=tuple(_codes(path) for path in entry["codes"]),
        title=_ways(entry["title"]),
        value=entry["value"].removesuffix("[x]"),
        setting=entry["setting"],
        method=entry["method"],
        cost=steps(entry["cost"]) if entry["cost"] else (),
        note=_ways(entry["note"]),
        place=_ways(entry["place"]),
        detail=tuple((name, path.split(".")[0], steps(path)) for name, path in entry["detail"].items()),
    )


@cache
def planned() -> frozenset[str]:
    """Statuses that let every date lie ahead."""
    return frozenset(table("types")["planned"])


@cache
def looked_up() -> frozenset[str]:
    """Types that other resources ask about."""
    return frozenset(table("types")["looked_up"])


@cache
def remembered(resource_type: str) -> tuple[str, ...]:
    """The fields of a type that other resources may ask about: identity, whom it concerns, codes, parents."""
    fields = ["resourceType", "id", "meta", "identifier", "name", "code", "class", "type"]
    fields += [name for names in circle_families().values() for name in names]
    if resource_type not in nobody_types() and resource_type != "Patient":
        found = shape(resource_type)
        fields += [name for way in (*found.person, *found.via) for name in way[0]]
    return tuple(dict.fromkeys(fields))


@cache
def circle_families() -> dict[str, tuple[str, ...]]:
    """Families of fields along which a chain of references must end."""
    return {family: tuple(fields) for family, fields in table("circles").items()}


def other_version(resource: dict[str, Any]) -> str:
    """The FHIR version that a resource shows itself to be of, where that is not R4; else empty."""
    versions = _versions()
    resource_type = resource["resourceType"]
    if resource_type in versions.types:
        return versions.types[resource_type]
    meta = resource.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    for profile in profiles if isinstance(profiles, list) else ():
        for mark, version in versions.marks:
            if isinstance(profile, str) and mark in profile:
                return version
    for name, version in versions.fields.get(resource_type, ()):
        if name in resource:
            return version
    for name in versions.words.get(resource_type, ()):
        if isinstance(resource.get(name), str):
            return "STU3"
    for name in versions.lists.get(resource_type, ()):
        if isinstance(resource.get(name), list):
            return "R5"
    return ""


@dataclass(frozen=True, slots=True)
class _Versions:
    types: dict[str, str]
    marks: tuple[tuple[str, str], ...]
    fields: dict[str, list[tuple[str, str]]]
    words: dict[str, list[str]]
    lists: dict[str, list[str]]


@cache
def _versions() -> _Versions:
    found = table("versions")
    return _Versions(
        types={name: version for version, names in found["types"].items() for name in names},
        marks=tuple(found["profile_marks"].items()),
        fields=found["fields"],
        words=found["words"],
        lists=found["lists"],
    )


def _ways(paths: list[str]) -> tuple[Steps, ...]:
    return tuple(steps(path) for path in paths)


def _status(path: str) -> Status:
    where, _, only = path.partition("=")
    return Status(steps(where), frozenset(only.split("|")) if only else frozenset())


def _codes(path: str) -> Codes:
    where, _, then = path.partition(" -> ")
    return Codes(where.split(".")[0], steps(where), steps(then) if then else ())
