"""How many sites have each measure in which light, and their sums: kept with each file that comes."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

from django.db.models import F

from vanguard.programme.published.models import MeasureTally, SiteMeasure

KEY = ("blueprint", "measure", "counts", "core", "light")
SUMS = ("sites", "compared", "numerator", "denominator")


def tally(gone: Iterable[SiteMeasure], come: Iterable[SiteMeasure]) -> None:
    """Take the measures that are in force no more out of the tallies, and those that are into them."""
    changes: dict[tuple[Any, ...], list[float]] = {}
    labels: dict[tuple[Any, ...], str] = {}
    for sign, row in chain(((-1, one) for one in gone), ((1, one) for one in come)):
        key = tuple(getattr(row, name) for name in KEY)
        told = (1, 1, row.numerator or 0, row.denominator) if row.denominator else (1, 0, 0, 0)
        changes[key] = [old + sign * new for old, new in zip(changes.get(key, (0,) * 4), told, strict=True)]
        labels[key] = row.label
    # Two files at once take the rows in the same order, so that neither waits for the other; a row stays at nought.
    for key in sorted(changes):
        where = dict(zip(KEY, key, strict=True))
        row, _ = MeasureTally.objects.get_or_create(**where, defaults={"label": labels[key]})
        if any(changes[key]) or row.label != labels[key]:
            added = {name: F(name) + change for name, change in zip(SUMS, changes[key], strict=True)}
            MeasureTally.objects.filter(pk=row.pk).update(label=labels[key], **added)
