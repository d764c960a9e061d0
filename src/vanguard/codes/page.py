"""The page of every shipped code set, as Markdown."""

from collections.abc import Iterable

from vanguard.codes.avoidable import avoidable_admissions
from vanguard.codes.catalogue import code_sets
from vanguard.codes.charlson import charlson
from vanguard.codes.code_set import CodeSet
from vanguard.codes.frailty import frailty_weights
from vanguard.codes.groupings import (
    Grouping,
    alerts,
    alerts_about,
    conditions,
    conditions_about,
    falls,
    sensitive,
    sensitive_about,
)
from vanguard.codes.lace import lace_index
from vanguard.codes.weighted import WeightedScore, cambridge_score, electronic_frailty_index

BEFORE = """# Code sets

Every set of codes and points that Vanguard carries: its version, where it comes from, under which licence, and what to
say beside a figure that is made with it. ICD-10 codes are prefixes; one that ends in X is a category that stands alone.
Entries written `vgp` belong to the demonstration set of primary-care codes.

SNOMED CT and dm+d are not here, since we may not ship them: a place puts the sets that it is licensed for in its own
folder, as [Scores from a table of codes](../score.md) describes. Of the public tables of points PARR-30 is left out:
its coefficients are known from one transcription only, in which two rows look swapped, and it needs one figure for each
hospital.
"""


def markdown() -> str:
    """The whole page."""
    contents = _contents()
    return "\n".join([BEFORE, *(_section(about, contents.get(about.id, [])) for about in code_sets())])


def _section(about: CodeSet, contents: list[str]) -> str:
    facts = [
        f"## {about.label}",
        "",
        f"`{about.id}`, version {about.version}. {about.source.strip().rstrip('.')}. Licence: {about.licence}.",
        "",
        *(f"- {caveat}" for caveat in about.caveats),
        "",
    ]
    return "\n".join([*facts, *contents])


def _contents() -> dict[str, list[str]]:
    """What is in each set, by its id; a set of words only has none."""
    avoidable = avoidable_admissions()
    shown: dict[str, list[str]] = {
        conditions_about().id: _groups(conditions()),
        alerts_about().id: _groups((*alerts(), falls())),
        sensitive_about().id: _groups(sensitive()),
        avoidable.about.id: _table(
            ("condition", "diagnosis", "codes"),
            ((c.label, "main" if c.primary else "any", _codes(c)) for c in avoidable.conditions),
        ),
        cambridge_score().about.id: _weighted(cambridge_score()),
        electronic_frailty_index().about.id: _weighted(electronic_frailty_index()),
        frailty_weights().about.id: _frailty(),
        lace_index().about.id: _table(
            ("component", "points from a value on"),
            (
                (component.replace("_", " "), ", ".join(f"{first}: {points}" for first, points in runs))
                for component, runs in lace_index().points.items()
            ),
        ),
    }
    for coding in charlson():
        variants = [(v.id, dict(v.points)) for v in coding.variants if not v.age_points]
        shown[coding.about.id] = _table(
            ("category", *(f"`{id}`" for id, _ in variants), "codes"),
            ((g.label, *(str(points[g.id]) for _, points in variants), _codes(g)) for g in coding.categories),
        )
    return shown


def _frailty() -> list[str]:
    by_points: dict[int, list[str]] = {}
    for category, tenths in frailty_weights().tenths:
        by_points.setdefault(tenths, []).append(category)
    rows = ((f"{tenths // 10}.{tenths % 10}", " ".join(codes)) for tenths, codes in by_points.items())
    return _table(("points", "categories"), rows)


def _weighted(score: WeightedScore) -> list[str]:
    rows = ((f"`{c.id}`", c.label, f"{c.units}/{score.units_in_one}") for c in score.conditions)
    return _table(("id", "condition", "adds"), rows)


def _groups(groupings: Iterable[Grouping]) -> list[str]:
    return _table(("id", "means", "codes"), ((f"`{g.id}`", g.label, _codes(g)) for g in groupings))


def _codes(grouping: Grouping) -> str:
    return " ".join(code if system == "icd10" else f"{system}:{code}" for system, code in grouping.codes)


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [header, tuple("---" for _ in header), *rows]
    return [*(f"| {' | '.join(cells)} |" for cells in lines), ""]
