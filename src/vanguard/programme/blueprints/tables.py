"""The tables of adoptions, of figures by which sites are alike, and of what was learnt, declared."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Case, Q, Value, When

from vanguard.blueprint import BadBlueprint, read_version, versions_of
from vanguard.errors import BadInput
from vanguard.programme.blueprints.kept import beside, called, every_version
from vanguard.programme.blueprints.models import Adoption, Learning, SiteFigure
from vanguard.programme.blueprints.varying import with_own
from vanguard.programme.days import turned
from vanguard.programme.nobody import names_nobody
from vanguard.programme.sources.tables import SAYS
from vanguard.programme.tables import Column, Derived, Fault, Filter, RowFault, Table, Values
from vanguard.web.presenters import things

MOST_MISTAKES = 5
VERSIONED = re.compile(r"@(?=\d+\.\d+\.\d+)")
ROLE = "a role, no name"
SITE = Filter("site", "Site", typed=True)
FIGURES = {
    "aged_65": "Aged 65 and over, per cent",
    "deprived": "Living in the most deprived fifth of areas of England, per cent",
    "rural": "Living in rural areas, per cent",
}
TRIAL, COMPARED, FOLLOWED, SAID, JUDGED = "trial", "compared", "followed", "said", "judged"
GRADES = {
    TRIAL: "1, chance decided who had it",
    COMPARED: "2, compared with others by a plan written before",
    FOLLOWED: "3, followed over time with nobody to compare",
    SAID: "4, said by those who did it",
    JUDGED: "5, a judgement",
}
OLDER, NEWEST, GONE = "older", "newest", "gone"
NEWNESS = {GONE: "The version is gone", OLDER: "There is a newer one", NEWEST: "The newest"}
NEWNESS_TAGS = {GONE: "red", OLDER: "orange", NEWEST: "green"}
PROPOSED, ACCEPTED, REJECTED = "proposed", "accepted", "rejected"
STATES = {PROPOSED: "Proposed", ACCEPTED: "Accepted", REJECTED: "Rejected"}


def check_adoption(values: Values) -> Iterator[Fault]:
    """The version is there, and what the site varies is what it may."""
    # What it extends, such as a-name@1.2.0, is no e-mail address.
    yield from names_nobody({**values, "own": VERSIONED.sub(" ", values["own"] or "")})
    if not (gone := list(_gone(values))):
        try:
            with_own(values["blueprint"], values["version"], values["own"] or "", values["since"])
        except BadBlueprint as bad:
            told = " ".join(str(one) for one in bad.mistakes[:MOST_MISTAKES])
            more = len(bad.mistakes) - MOST_MISTAKES
            yield Fault("own", told, f"And {things(more, 'more mistake')}." if more > 0 else "")
        except BadInput as bad:
            yield Fault("own", str(bad))
    yield from gone


def newness(_today: date) -> Any:
    """Whether what a site adopted is the newest version of it here, an older one, or gone since."""
    newest, here = Q(pk__in=()), Q(pk__in=())
    for name, versions in every_version().items():
        newest |= Q(blueprint=name, version=list(versions)[-1])
        here |= Q(blueprint=name, version__in=list(versions))
    return Case(When(newest, then=Value(NEWEST)), When(here, then=Value(OLDER)), default=Value(GONE))


def check_adopted_once() -> Iterator[RowFault]:
    """A site works by one version of a blueprint."""
    first: dict[tuple[int, str], str] = {}
    for key, site, blueprint in Adoption.objects.order_by("pk").values_list("key", "site", "blueprint"):
        before = first.setdefault((site, blueprint), key)
        if before != key:
            what = f"The site adopted {blueprint} already, as {before}."
            yield RowFault((before, key), Fault("blueprint", what, "Change the version there."))


def check_learning(values: Values) -> Iterator[Fault]:
    """What is accepted names the version that holds it, what is rejected says why, and a high grade its evaluation."""
    yield from names_nobody(values)
    if values["grade"] in (TRIAL, COMPARED, FOLLOWED) and not values["evaluation"]:
        do = "Say where the evaluation is, or give a lower grade."
        yield Fault("evaluation", "The grade says that it was evaluated, and evaluation is empty.", do)
    if values["state"] == ACCEPTED:
        for name in ("blueprint", "version", "decided"):
            if not values[name]:
                do = "Say which version holds it, and since when."
                yield Fault(name, f"The claim is accepted, and {name} is empty.", do)
        if values["blueprint"] and values["version"]:
            yield from _gone(values)
    elif values["version"]:
        yield Fault(
            "version", f"The claim is {values['state']}, and a version is said to hold it.", "Make it accepted."
        )
    elif values["blueprint"] and not versions_of(values["blueprint"], beside()):
        yield from _gone(values)
    if values["state"] == REJECTED and not values["reason"]:
        yield Fault("reason", "The claim is rejected, and reason is empty.", "Say why.")
    if turned(values, "proposed", "decided"):
        yield Fault("decided", "It was decided before it was proposed.")


def _gone(values: Values) -> Iterator[Fault]:
    """A fault where the version of the blueprint is not here."""
    try:
        read_version(values["blueprint"], values["version"], beside())
    except BadBlueprint as bad:
        yield Fault("version", f"This version has {len(bad.mistakes):,} mistakes.", "Put them right first.")
    except BadInput as bad:
        there = versions_of(values["blueprint"], beside())
        yield Fault("version" if there else "blueprint", bad.what, bad.do)


ADOPTIONS = Table(
    Adoption,
    id="adoptions",
    name="adoptions",
    one="adoption",
    about="Which site works by which version of a blueprint, and what it does otherwise.",
    key=("short",),
    title="short",
    order=("blueprint", "site__name"),
    search=("short", "why", "own"),
    filters=(
        SITE,
        Filter("blueprint", "Blueprint"),
        Filter("newness", "How new"),
        Filter("type", "Type of site", path="site__type"),
    ),
    derived=(Derived("newness", "How new", newness, NEWNESS, NEWNESS_TAGS, after="version"),),
    check=check_adoption,
    check_all=check_adopted_once,
    columns=(
        Column("short", "Short name", "how files and addresses name it"),
        Column("site", "Site"),
        Column("blueprint", "Blueprint", "its id", called=called),
        Column("version", "Version", "such as 1.2.0"),
        Column("since", "Since"),
        Column("adopted_by", "Adopted by", ROLE),
        Column("why", "Why so", "why the site varies it", unlisted=True),
        Column("own", "What the site varies", "its own files, each under a line such as # cohorts.yaml", unlisted=True),
        SAYS,
    ),
)
SITE_FIGURES = Table(
    SiteFigure,
    id="site-figures",
    name="figures of sites",
    one="figure of a site",
    about="By what sites are alike, besides how many people they serve: age, deprivation, and how rural they are.",
    key=("site", "figure", "on"),
    order=("site__name", "figure", "-on"),
    filters=(SITE, Filter("figure", "Figure")),
    columns=(
        Column("site", "Site"),
        Column("figure", "Figure", choices=FIGURES),
        Column("on", "Of when"),
        Column("value", "Per cent", least=0, most=100),
        SAYS,
    ),
)
LEARNINGS = Table(
    Learning,
    id="learning",
    name="library of learning",
    one="claim",
    several="claims",
    about="What is said to work, how well that is known, what would change our mind, and what became of it. "
    "Grades go from 1, where chance decided who had it, to 5, a judgement.",
    key=("reference",),
    title="claim",
    order=("grade", "-proposed"),
    search=("reference", "claim", "evaluation", "change_mind", "element", "reason"),
    filters=(
        Filter("grade", "How well it is known"),
        Filter("state", "State"),
        SITE,
        Filter("measure", "Measure"),
        Filter("blueprint", "Blueprint"),
        Filter("type", "Type of site", path="site__type"),
    ),
    check=check_learning,
    columns=(
        Column("reference", "Reference"),
        Column("claim", "Claim"),
        Column("grade", "How well it is known", choices=GRADES),
        Column("site", "Site", "empty where it is about no one site"),
        Column("measure", "Measure", "what should change"),
        Column("evaluation", "Evaluation", "where it is, and what it found", unlisted=True),
        Column("change_mind", "What would change our mind"),
        Column("blueprint", "Blueprint", "the id of the one that should change", called=called),
        Column("element", "Element", "the path in it, such as cohorts.*.review", unlisted=True),
        Column("proposed", "Proposed"),
        Column("state", "State", choices=STATES),
        Column("decided", "Decided", unlisted=True),
        Column("decided_by", "Decided by", ROLE, unlisted=True),
        Column("version", "Accepted into version"),
        Column("reason", "Why", "why it was rejected or accepted", unlisted=True),
        SAYS,
    ),
)
TABLES = (ADOPTIONS, SITE_FIGURES, LEARNINGS)
