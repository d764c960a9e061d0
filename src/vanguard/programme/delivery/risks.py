"""The tables of what may go wrong, what is gained and who may decide how much, declared."""

from collections.abc import Iterator

from django.db.models import F

from vanguard.lake.condition import nearest
from vanguard.programme.blueprints.kept import measures_here
from vanguard.programme.days import first_day, last_day, turned
from vanguard.programme.delivery import deriving
from vanguard.programme.delivery.models import Benefit, DecisionMade, Limit, Risk
from vanguard.programme.delivery.plan import why_so_far
from vanguard.programme.delivery.shared import FILTERS, ROLE, SHORT, STATUS, STATUSES, WHERE, check_placed
from vanguard.programme.delivery.status import HIGH, TAGS
from vanguard.programme.nobody import names_nobody
from vanguard.programme.sources.tables import SAYS
from vanguard.programme.standing import standing
from vanguard.programme.tables import Column, Derived, Fault, Filter, RowFault, Table, Values

SCALE = "1 to 5"


def check_risk(values: Values) -> Iterator[Fault]:
    """What is done against a risk does not make it worse, and one that stays high has something done against it."""
    yield from check_placed(values)
    before = values["likelihood"] * values["impact"]
    after = values["residual_likelihood"] * values["residual_impact"]
    if after > before:
        what = f"The risk is rated {before} before anything is done against it, and {after} after."
        yield Fault("residual_likelihood", what, "Check whether they are turned round.")
    if after >= HIGH and not values["mitigation"] and not values["closed"]:
        yield Fault("mitigation", f"The risk stays at {after} of 25.", "Say what is done against it.")
    if turned(values, "raised", "closed"):
        yield Fault("closed", "The risk was closed before it was raised.")


def check_benefit(values: Values) -> Iterator[Fault]:
    """It says by which measure, and moves; a latest value has its day."""
    yield from check_placed(values)
    if not values["measure"] and values["metric"] is None:
        what = "The benefit names no measure."
        yield Fault("measure", what, "Write the id of a measure of the blueprint, or choose a metric.")
    elif values["measure"] and values["measure"] not in (known := measures_here()):
        do = nearest(values["measure"], known, otherwise="See the page of the blueprint for its measures.")
        yield Fault("measure", f"No blueprint here has a measure {values['measure']}.", do)
    if values["forecast"] == values["baseline"]:
        yield Fault("forecast", "The forecast is the same as the baseline.", "Say what is to change.")
    if not last_day(values["baseline_on"]) < first_day(values["forecast_on"]):
        yield Fault("forecast_on", "The day of the forecast does not come after that of the baseline.")
    if (values["latest"] is None) != (not values["latest_on"]):
        yield Fault("latest_on", "The latest value and its day go together.", "Write both, or neither.")
    if turned(values, "baseline_on", "latest_on"):
        yield Fault("latest_on", "The latest value comes before the baseline.")


def check_limit(values: Values) -> Iterator[Fault]:
    """It ends after it begins, and who stands above may decide more."""
    yield from names_nobody(values)
    if turned(values, "since", "until"):
        yield Fault("until", "The limit ends before it begins.")


def decisions_within_limits() -> Iterator[RowFault]:
    """Who decided was allowed so much, on that day."""
    for low in Limit.objects.exclude(above=None).filter(above__amount__lte=F("amount")).select_related("above"):
        what = f"{low.above.who} stands above {low.who}, and may decide no more: £{low.above.amount:,}."
        yield RowFault((low.key,), Fault("above", what, "Name who may decide more."))
    decisions = DecisionMade.objects.select_related("under").order_by("pk")
    limits = {one.pk: one for one in Limit.objects.all()}
    for one in decisions.filter(amount__gt=F("under__amount")):
        what = f"The decision is over £{one.amount:,}, and {one.under.who} may decide up to £{one.under.amount:,}."
        above = _who_may(one.amount, one.under, limits)
        do = f"Take it to {above.who}, up to £{above.amount:,}." if above else "Nobody above may decide so much."
        yield RowFault((one.key,), Fault("amount", what, do))
    for one in decisions.only("key", "on", "under__who", "under__since", "under__until"):
        limit = one.under
        if last_day(one.on) < first_day(limit.since) or (limit.until and first_day(one.on) > last_day(limit.until)):
            what = f"On that day {limit.who} had no such limit."
            yield RowFault((one.key,), Fault("on", what, "Name the limit that was in force."))


def _who_may(amount: int, limit: Limit, limits: dict[int, Limit]) -> Limit | None:
    """The next above who may decide so much."""
    seen = {limit.pk}
    above = limits.get(limit.above_id)
    while above and above.amount < amount and above.pk not in seen:
        seen.add(above.pk)
        above = limits.get(above.above_id)
    return above if above and above.amount >= amount else None


RISKS = Table(
    Risk,
    id="risks",
    name="risks",
    one="risk",
    about="What may go wrong, who owns it, and how it is rated before and after what is done against it.",
    key=("short",),
    title="name",
    order=("closed", "-residual_likelihood", "-residual_impact"),
    search=("name", "owner", "mitigation"),
    filters=(*FILTERS, Filter("level", "Level after it"), Filter("standing", "Stands")),
    derived=(
        standing("review_by", "closed", after="name", words="Closed", late="Review overdue"),
        Derived("rated", "Rated before, of 25", deriving.rated, after="impact"),
        Derived("residual", "Rated after, of 25", deriving.residual, after="residual_impact"),
        Derived("level", "Level after it", deriving.level, deriving.LEVELS, deriving.LEVEL_TAGS, after="name"),
    ),
    public=False,
    check=check_risk,
    columns=(
        SHORT,
        Column("name", "Name", "what may happen, and what then"),
        *WHERE,
        Column("milestone", "Milestone", "that it threatens"),
        Column("owner", "Owner", ROLE),
        Column("likelihood", "Likelihood", SCALE, least=1, most=5),
        Column("impact", "Impact", SCALE, least=1, most=5),
        Column("mitigation", "What is done against it"),
        Column("residual_likelihood", "Likelihood after it", SCALE, least=1, most=5),
        Column("residual_impact", "Impact after it", SCALE, least=1, most=5),
        Column("raised", "Raised", unlisted=True),
        Column("review_by", "Review by"),
        Column("closed", "Closed"),
        SAYS,
    ),
)
BENEFITS = Table(
    Benefit,
    id="benefits",
    name="benefits",
    one="benefit",
    about="What is hoped for, by a measure: where it stood, where it should stand and when, and the latest value.",
    key=("short",),
    title="name",
    order=("forecast_on",),
    search=("name", "measure", "owner"),
    filters=(*FILTERS, Filter("measure", "Measure"), STATUS),
    derived=(Derived("status", "Status", deriving.benefit, STATUSES, TAGS, after="name", why=why_so_far),),
    check=check_benefit,
    columns=(
        SHORT,
        Column("name", "Name"),
        *WHERE,
        Column("measure", "Measure", "the id of a measure of the blueprint"),
        Column("metric", "Metric"),
        Column("unit", "Unit"),
        Column("baseline", "Baseline"),
        Column("baseline_on", "Baseline when"),
        Column("forecast", "Forecast"),
        Column("forecast_on", "Forecast for"),
        Column("latest", "Latest"),
        Column("latest_on", "Latest when"),
        Column("owner", "Owner", ROLE, unlisted=True),
        SAYS,
    ),
)
LIMITS = Table(
    Limit,
    id="limits",
    name="limits of decisions",
    one="limit",
    about="Up to which sum a role may decide. A new sum is a new limit, so that earlier decisions stay within theirs.",
    key=("short",),
    title="who",
    order=("amount", "since"),
    search=("who", "about"),
    check=check_limit,
    columns=(
        SHORT,
        Column("who", "Who decides", ROLE),
        Column("body", "For which body"),
        Column("amount", "Up to", "in whole pounds"),
        Column("above", "Next above", "the limit of who decides beyond it"),
        Column("since", "Since"),
        Column("until", "Until"),
        Column("about", "What about"),
    ),
)
DECISIONS = Table(
    DecisionMade,
    id="decisions-made",
    name="decisions made",
    one="decision made",
    about="What was decided, by whom, within which limit, and why.",
    key=("short",),
    title="name",
    order=("-on",),
    search=("name", "why", "options"),
    filters=(*FILTERS, Filter("under", "Who decided")),
    check=check_placed,
    check_all=decisions_within_limits,
    columns=(
        SHORT,
        Column("name", "What was decided"),
        *WHERE,
        Column("on", "When"),
        Column("under", "Who decided", "the limit under which"),
        Column("amount", "Sum", "in whole pounds, if it is about money"),
        Column("milestone", "Milestone"),
        Column("options", "What else was weighed", unlisted=True),
        Column("why", "Why"),
        SAYS,
    ),
)
