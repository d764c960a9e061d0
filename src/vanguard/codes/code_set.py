"""What every code set has: an id, a version, where it comes from and under which licence."""

from dataclasses import dataclass
from importlib import resources
from typing import Any

from vanguard.own_yaml import data_of

SYSTEMS = ("vgp", "icd10", "snomed", "dmd")


@dataclass(frozen=True)
class CodeSet:
    """Where a set of codes comes from. `caveats` are sentences to show beside what is made with it."""

    id: str
    label: str
    version: str
    source: str
    licence: str
    caveats: tuple[str, ...]


def load(name: str) -> tuple[CodeSet, dict[str, Any]]:
    """The shipped file `name`.yaml: its provenance and its whole content."""
    text = (resources.files("vanguard.codes") / f"{name}.yaml").read_text("utf-8")
    data: dict[str, Any] = data_of(text)
    about = CodeSet(
        id=data["code_set"],
        label=data["label"],
        version=str(data["version"]),
        source=data["source"],
        licence=data["licence"],
        caveats=tuple(data.get("caveats", ())),
    )
    return about, data


def categories(first: str, last: str) -> tuple[str, ...]:
    """The three-character ICD-10 categories from `first` to `last`, both included: A09, B00 … in order."""
    return tuple(
        f"{letter}{number:02d}"
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        for number in range(100)
        if first <= f"{letter}{number:02d}" <= last
    )


def prefixes(entries: list[str]) -> tuple[str, ...]:
    """ICD-10 prefixes, runs such as "E10-E14" written out. One that ends in X is a category without subdivision."""
    found: list[str] = []
    for entry in entries:
        first, _, last = entry.partition("-")
        found.extend(categories(first, last) if last else (first,))
    return tuple(found)
