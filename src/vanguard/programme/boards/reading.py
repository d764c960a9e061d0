"""What boards count, in a fixed number of queries however many sites there are."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Sum

from vanguard.clock import LONDON
from vanguard.learn.board import AMBER, GREEN, NO_LIGHT, RED, STEADY, Light
from vanguard.programme.blueprints.kept import every_version
from vanguard.programme.blueprints.models import Adoption, Learning
from vanguard.programme.delivery.models import Milestone, Risk
from vanguard.programme.delivery.status import EXTREME
from vanguard.programme.published.models import MeasureTally, Received, SiteMeasure, SiteVerdict
from vanguard.programme.published.receiving import IN_FORCE, REFUSED
from vanguard.programme.sites.models import Site
from vanguard.programme.support.models import Blocker
from vanguard.programme.tables.day_numbers import how_many_over

LIGHTS: tuple[Light, ...] = (RED, AMBER, GREEN, STEADY, NO_LIGHT)
BY_COLOUR = {one.colour: one for one in LIGHTS}
SILENT = timedelta(days=92)
"""After so long without a file a site is said to be silent: it publishes once a month, or at least each quarter."""


def silent_since(today: date) -> datetime:
    """The instant before which a file is so old that its site is silent."""
    return datetime.combine(today - SILENT, time(), LONDON)


@dataclass(frozen=True)
class Standing:
    """How many sites have published, and how lately."""

    sites: int
    published: int
    silent: int
    refused: int

    @property
    def nothing(self) -> int:
        return self.sites - self.published


@dataclass(frozen=True)
class MeasureLine:
    """One measure over the sites that published it: how many have each light, and verdicts about it."""

    blueprint: str
    measure: str
    label: str
    lights: Counter[str]
    verdicts: Counter[str]

    @property
    def sites(self) -> int:
        return self.lights.total()


def standing(today: date) -> Standing:
    """Of all sites."""
    rows = Received.objects.filter(state=IN_FORCE)
    return Standing(
        Site.objects.count(),
        rows.count(),
        rows.filter(made__lt=silent_since(today)).count(),
        Received.objects.filter(state=REFUSED).count(),
    )


def measure_lines(*, core: bool) -> list[MeasureLine]:
    """Each measure, or each core one, those that most sites miss first; called as where most sites count it."""
    rows = MeasureTally.objects.filter(sites__gt=0, **({"core": True} if core else {}))
    found: dict[tuple[str, str], Counter[str]] = {}
    labels: dict[tuple[str, str], str] = {}
    told = rows.values_list("blueprint", "measure", "light", "sites", "label")
    for blueprint, measure, light, number, label in told.order_by("sites", "pk"):
        found.setdefault((blueprint, measure), Counter())[light] += number
        labels[blueprint, measure] = label
    judged: dict[tuple[str, str], Counter[str]] = {}
    verdicts = SiteVerdict.objects.exclude(verdict="").values_list("blueprint", "outcome", "verdict")
    for blueprint, outcome, verdict, number in verdicts.annotate(Count("pk")).order_by():
        judged.setdefault((blueprint, outcome), Counter())[verdict] = number
    lines = [MeasureLine(*key, labels[key], lights, judged.get(key, Counter())) for key, lights in found.items()]
    return sorted(lines, key=lambda one: (-one.lights[RED.colour], one.blueprint, one.label))


@dataclass(frozen=True)
class Together:
    """A measure of all sites that count the same: how many, and their sums over about the last year."""

    sites: int
    numerator: float
    denominator: float


def together(measures: Iterable[SiteMeasure]) -> dict[tuple[str, str], Together]:
    """For each of a site's measures, by blueprint and id, all sites that count the same as it, itself among them."""
    own = {(one.blueprint, one.measure): one.counts for one in measures}
    rows = MeasureTally.objects.filter(
        blueprint__in={blueprint for blueprint, _ in own}, counts__in=set(own.values()), compared__gt=0
    )
    summed = rows.values_list("blueprint", "measure", "counts").annotate(
        Sum("compared"), Sum("numerator"), Sum("denominator")
    )
    return {
        (blueprint, measure): Together(sites, numerator, denominator)
        for blueprint, measure, counts, sites, numerator, denominator in summed.order_by()
        if own.get((blueprint, measure)) == counts
    }


def tallied(blueprint: str, measure: str) -> tuple[int, str]:
    """How many sites published a measure, and what most of them count, as its hash."""
    rows = MeasureTally.objects.filter(blueprint=blueprint, measure=measure, sites__gt=0)
    by_counts = dict(rows.values_list("counts").annotate(Sum("sites")).order_by())
    return sum(by_counts.values()), max(sorted(by_counts), key=by_counts.__getitem__, default="")


def verdict_counts() -> Counter[str]:
    """How the evaluations of all sites stand: by verdict, and those that wait or are planned."""
    rows = SiteVerdict.objects.values_list("state", "verdict").annotate(Count("pk")).order_by()
    found: Counter[str] = Counter()
    for state, verdict, number in rows:
        found[verdict or {"verdict": "not shown: too few events"}.get(state, state)] += number
    return found


@dataclass(frozen=True)
class Elsewhere:
    """What other parts of the programme ask for most: each a number, with its words and where it leads."""

    number: int
    words: str
    href: str


def elsewhere(today: date) -> list[Elsewhere]:
    """What is late, high or old in delivery, support, learning and adoption."""
    rated = Risk.objects.filter(closed="").annotate(rating=F("residual_likelihood") * F("residual_impact"))
    return [
        Elsewhere(how_many_over(Milestone.objects.filter(done=""), "due", today), "Milestones overdue", "/plan"),
        Elsewhere(rated.filter(rating__gte=EXTREME).count(), "Risks that stay extreme", "/risks?level=extreme"),
        Elsewhere(Blocker.objects.filter(resolved="").count(), "Blockers open", "/support"),
        Elsewhere(
            how_many_over(Blocker.objects.filter(resolved=""), "act_by", today),
            "Blockers overdue",
            "/blockers?standing=overdue",
        ),
        Elsewhere(
            Learning.objects.filter(state="proposed").count(),
            "Claims waiting for an answer",
            "/learning?state=proposed",
        ),
        Elsewhere(_on_older_versions(), "Adoptions of an older version", "/adoptions"),
    ]


def _on_older_versions() -> int:
    counts = Adoption.objects.values_list("blueprint", "version").annotate(Count("pk")).order_by()
    newest = {id: list(versions)[-1] for id, versions in every_version().items()}
    return sum(number for blueprint, version, number in counts if version != newest.get(blueprint))


def sites_of(blueprint: str, measure: str, **narrowed: str) -> Any:
    """The sites that published a measure, by name; narrowed by type and region."""
    # From the sites in the order of their names, so that a page of them reads no further than it shows.
    there = SiteMeasure.objects.filter(site=OuterRef("pk"), blueprint=blueprint, measure=measure)
    rows = Site.objects.filter(Exists(there))
    if narrowed.get("type"):
        rows = rows.filter(type__key=narrowed["type"])
    if narrowed.get("region"):
        rows = rows.filter(region=narrowed["region"])
    return rows.order_by("name")
