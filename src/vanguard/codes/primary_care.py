"""The demonstration primary-care codes, system `vgp`."""

from dataclasses import dataclass
from functools import cache

from vanguard.codes.code_set import CodeSet, load

KINDS = {
    "conditions": "condition",
    "alerts": "alert",
    "contacts": "contact",
    "observations": "observation",
    "medicines": "medicine",
}


@dataclass(frozen=True)
class Term:
    """One code: what it is in words, which kind of entry it makes and, of a measurement, its UCUM unit."""

    code: str
    label: str
    kind: str
    unit: str | None = None


@dataclass(frozen=True)
class PrimaryCare:
    """The whole set. Codes read as `vgp:` followed by the code."""

    about: CodeSet
    terms: tuple[Term, ...]


@cache
def primary_care() -> PrimaryCare:
    """The shipped set, in the file's order."""
    about, data = load("primary_care")
    terms = []
    for section, kind in KINDS.items():
        for code, spec in data[section].items():
            label, unit = (spec["label"], spec["unit"]) if isinstance(spec, dict) else (spec, None)
            terms.append(Term(code, label, kind, unit))
    return PrimaryCare(about, tuple(terms))
