"""Names of people and of streets, written for this project."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from vanguard.synth.margins.files import document


@dataclass(frozen=True)
class Community:
    """People who share a stock of names. `share` is of households.

    `given` maps sex (female, male) to name lists by era of birth, oldest first; `eras` are the first birth
    years of those lists.
    """

    id: str
    share: float
    eras: tuple[int, ...]
    given: dict[str, tuple[tuple[str, ...], ...]]
    family: tuple[str, ...]


@dataclass(frozen=True)
class Streets:
    """Parts of addresses: words of street names, house names, the town of each postal district."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    houses: tuple[str, ...]
    towns: dict[str, str]
    care_homes: tuple[str, ...]


@cache
def communities() -> tuple[Community, ...]:
    """The communities of `names.yaml`; their shares sum to one."""
    found = []
    for id, entry in document("names.yaml")["communities"].items():
        eras = tuple(sorted(entry["given"]["female"]))
        given = {sex: tuple(tuple(entry["given"][sex][era].split()) for era in eras) for sex in ("female", "male")}
        family = tuple(name.replace("_", " ") for name in entry["family"].split())
        found.append(Community(id, entry["share"], eras, given, family))
    return tuple(found)


@cache
def streets() -> Streets:
    """The street words of `streets.yaml`."""
    page = document("streets.yaml")
    return Streets(
        first=tuple(page["first"]),
        last=tuple(page["last"]),
        houses=tuple(page["houses"]),
        towns=page["towns"],
        care_homes=tuple(page["care_homes"]),
    )


@cache
def published() -> Any:
    """The published figures of `published.yaml`, as it holds them."""
    return document("published.yaml")
