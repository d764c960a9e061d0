"""What an evaluation looked at, whatever its design: what the words, figures and pages of a result need to know."""

from dataclasses import dataclass
from datetime import date, timedelta

from vanguard.blueprint import Evaluation
from vanguard.learn.evaluate.calendar import Every, following
from vanguard.learn.evaluate.finding import Finding, Table
from vanguard.learn.evaluate.matched.cohort import Cohort
from vanguard.learn.evaluate.matched.cohort import Plan as HowMatched
from vanguard.learn.evaluate.study import Prepared, exclusion_words


@dataclass(frozen=True)
class Scope:
    """Places over periods, or persons over days."""

    outcome: str
    called: str
    """What people call the outcome, to stand within a sentence."""
    unit: str
    """The unit of the effect, to follow a number."""
    every: Every
    first: date
    """First day of the first period."""
    last: date
    """First day of the last period."""
    known_until: date
    """The first day of which nothing is known."""
    start: date
    """First day of the first period that could show an effect."""
    number: int
    """How many were treated."""
    compared: int
    persons: bool
    treated: tuple[str, ...]
    """Codes of the treated units; no person is ever named."""
    units: tuple[str, ...]
    since: date
    """First day of the first period after the last of the treated began."""
    left_out: tuple[str, ...]
    """Each exclusion in a sentence, with its reason."""
    who: Table | None
    """Each unit, whether it was treated and how many of its periods were used."""


def scope_of(prepared: Prepared, called: str = "", per: str = "") -> Scope:
    """Of a panel; `called` is what people call its outcome, `per` what it is divided by."""
    study, every = prepared.study, prepared.every
    panel, changed = study.panel, study.treated
    begins = study.begins[changed]
    divided = panel.denominator is not None
    return Scope(
        outcome=panel.outcome,
        called=_within(called or panel.outcome),
        unit=f"per {panel.per:,.0f} {per or f'a {every}'}" if divided else f"a {every}",
        every=every,
        first=panel.periods[0],
        last=panel.periods[-1],
        known_until=following(every, panel.periods[-1]),
        start=panel.periods[int(begins.min())],
        number=int(changed.sum()),
        compared=int((~changed).sum()),
        persons=False,
        treated=tuple(unit for unit, yes in zip(panel.units, changed, strict=True) if yes),
        units=panel.units,
        since=panel.periods[int(begins.max())],
        left_out=prepared.left_out,
        who={
            "unit": list(panel.units),
            "treated": ["yes" if yes else "no" for yes in changed],
            "periods_used": study.used.sum(axis=1).tolist(),
        },
    )


def scope_of_persons(plan: Evaluation, cohort: Cohort, how: HowMatched, finding: Finding, called: str = "") -> Scope:
    """Of a matched cohort; `called` is what people call its outcome."""
    assert plan.start is not None
    first: date = cohort.month_ends.min().astype("datetime64[D]").item() + timedelta(days=1)
    known_until: date = cohort.known_until.astype("datetime64[D]").item()
    entered, beside = (int(str(number)) for number in finding.tables["rates"]["persons"])
    return Scope(
        outcome=how.outcome,
        called=_within(called or how.outcome),
        unit=f"per {how.per:,.0f} people a year",
        every="month",
        first=first,
        last=(known_until - timedelta(days=1)).replace(day=1),
        known_until=known_until,
        start=plan.start,
        number=entered,
        compared=beside,
        persons=True,
        treated=(),
        units=(),
        since=plan.start,
        left_out=tuple(exclusion_words(one) for one in plan.exclusions),
        who=None,
    )


def _within(called: str) -> str:
    """A label or an id as words within a sentence: A&E stays as it is."""
    words = called.replace("_", " ").replace("-", " ") if " " not in called else called
    return words[:1].lower() + words[1:] if words[1:2].islower() else words
