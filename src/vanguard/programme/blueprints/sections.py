"""What stands on a site's page besides its rows: how it varies what it adopted, and whom it may learn from."""

from collections import Counter
from typing import Any

import numpy as np
from django.urls import reverse

from vanguard.programme.blueprints.kept import called
from vanguard.programme.blueprints.models import Adoption, Learning, SiteFigure
from vanguard.programme.blueprints.similar import nearest
from vanguard.programme.blueprints.tables import FIGURES, LEARNINGS
from vanguard.programme.blueprints.varying import Varies, varies
from vanguard.programme.sheet import Section, Shown
from vanguard.programme.sites.models import Site
from vanguard.web.presenters import things

MOST = 5
POPULATION = "Population"


def adopted(site: Site) -> Section | None:
    """The blueprints that the site adopted: by how much it varies each, and whether a newer version is there."""
    lines, names = [], called()
    for one in Adoption.objects.filter(site=site).order_by("blueprint")[:MOST]:
        found = varies(one)
        lines.append(
            [
                names.get(one.blueprint, Shown(one.blueprint)),
                Shown(one.version, tag=f"{found.newest} is there" if found.newest else "", colour="yellow"),
                Shown(how_many(found), reverse("adoption", args=[one.key])),
                Shown(f"What {found.newest} would mean", f"{reverse('adoption', args=[one.key])}#newer")
                if found.newest
                else Shown(""),
            ]
        )
    heads = ("Blueprint", "Version", "What the site does otherwise", "A newer version")
    return Section("varies", "Blueprints that it works by", heads, lines) if lines else None


def how_many(found: Varies) -> str:
    """In how much an adoption differs, in words."""
    if found.problem:
        return found.problem
    return things(len(found.changes), "difference") if found.changes else "Nothing"


def whom_to_learn_from(site: Site) -> Section | None:
    """The sites that are nearest in what is known of both, with the reasons, and what they have to tell."""
    rows = list(Site.objects.order_by("pk").values_list("pk", "key", "name", "population"))
    at = {pk: number for number, (pk, *_) in enumerate(rows)}
    numbers = {POPULATION: np.array([np.nan if one is None else one for *_, one in rows], dtype=float)}
    numbers |= {words: np.full(len(rows), np.nan) for words in FIGURES.values()}
    # The latest of each comes last, and stays.
    for pk, figure, value in SiteFigure.objects.order_by("on", "pk").values_list("site", "figure", "value"):
        numbers[FIGURES[figure]][at[pk]] = value
    own = at[site.pk]
    missing = [words for words, values in numbers.items() if np.isnan(values[own])]
    # A place twice as large is as far as one half as large.
    compared = {words: np.log(values) if words == POPULATION else values for words, values in numbers.items()}
    near = nearest(compared, own, MOST)
    known = [words for words in numbers if words not in missing]
    note = _note(known, missing)
    if not near:
        return Section("similar", "Whom to learn from", (), [], note)
    pks = [rows[one.at][0] for one in near]
    learnt = Counter(Learning.objects.filter(site__in=pks).values_list("site", flat=True))
    lines = []
    for one in near:
        pk, key, name, _ = rows[one.at]
        what = things(learnt[pk], "claim") if learnt[pk] else "Nothing yet"
        href = f"{reverse('table', args=[LEARNINGS.id])}?site={key}" if learnt[pk] else ""
        lines.append(
            [
                Shown(name, reverse("row", args=["sites", key])),
                Shown(f"{one.distance:.2f}"),
                Shown("; ".join(_reason(words, numbers[words], own, one.at) for words in known)),
                Shown(what, href),
            ]
        )
    heads = ("Site", "Distance", "Why", "In the library of learning")
    return Section("similar", "Whom to learn from", heads, lines, note)


def _reason(words: str, values: Any, own: int, other: int) -> str:
    if np.isnan(values[other]):
        return f"{words}: not known there"
    return f"{words}: {values[own]:,.0f} here, {values[other]:,.0f} there"


def _note(known: list[str], missing: list[str]) -> str:
    lower = ", ".join(f"{one[:1].lower()}{one[1:]}" for one in missing)
    lacking = f"Not known of this site: {lower}." if missing else ""
    if not known:
        return f"No number says which sites are like this one. {lacking}"
    told = "Distances are in standard deviations over all sites, of the population in those of its logarithm."
    return f"{told} What is not known there counts as far apart as two sites are on average. {lacking}".strip()


SECTIONS = {"sites": (adopted, whom_to_learn_from)}
