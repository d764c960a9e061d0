"""The tables of delivery, declared."""

from collections.abc import Iterator

from django.db.models import F

from vanguard.lake.condition import nearest
from vanguard.programme.blueprints.kept import measures_here
from vanguard.programme.days import first_day, last_day, turned
from vanguard.programme.delivery import deriving
from vanguard.programme.delivery.circles import circles
from vanguard.programme.delivery.models import Benefit, DecisionMade, Dependency, Limit, Milestone, Risk, Wait
from vanguard.programme.delivery.plan import why_planned, why_so_far
from vanguard.programme.delivery.status import AMBER, BLUE, GREEN, HIGH, RED, SILENT, TAGS, WORDS
from vanguard.programme.nobody import names_nobody
from vanguard.programme.sources.tables import SAYS
from vanguard.programme.standing import standing
from vanguard.programme.tables import Column, Derived, Fault, Filter, RowFault, Table, Values

BY_HAND = {colour: WORDS[colour] for colour in (RED, AMBER, GREEN)}
STATUSES = {colour: WORDS[colour] for colour in (RED, AMBER, SILENT, GREEN, BLUE)}
STATUS = Filter("status", "Status")
ROLE = "a role, no name"
SHORT = Column("short", "Short name", "how files and addresses name it", unlisted=True)
WHERE = (Column("site", "Site", "empty where it is about no one site"), Column("place", "Place", "if it is no site"))
FILTERS = (Filter("site", "Site", typed=True), Filter("place", "Place"))


def check_placed(values: Values) -> Iterator[Fault]:
    """A row is about a site or a place elsewhere, or neither, and names nobody."""
    yield from names_nobody(values)
    if values["site"] is not None and values["place"]:
        yield Fault("place", "The row is about a site or about a place elsewhere.", "Write one of the two, or neither.")


def check_milestone(values: Values) -> Iterator[Fault]:
    """It ends after it starts; a status by hand says why, by whom and since when."""
    yield from check_placed(values)
    for later, words in (("due", "is due"), ("forecast", "is forecast"), ("done", "was done")):
        if turned(values, "starts", later):
            yield Fault(later, f"The milestone {words} before it starts.")
    by_hand = ("override_reason", "override_by", "override_on")
    if values["override"]:
        for name in by_hand:
            if not values[name]:
                yield Fault(name, "A status set by hand says why, by whom and since when.", "Fill the cell.")
    elif any(values[name] for name in (*by_hand, "override_until")):
        yield Fault("override", "A reason is given, and no status is set by hand.", "Choose it, or empty the others.")
    if turned(values, "override_on", "override_until"):
        yield Fault("override_until", "The status by hand ends before it begins.")


def check_wait(values: Values) -> Iterator[Fault]:
    """What is waited for is one thing."""
    yield from names_nobody(values)
    if (values["for_milestone"] is None) == (values["for_dependency"] is None):
        what = "A milestone waits for another milestone or for a development of others."
        yield Fault("for_milestone", what, "Name one of the two.")


def nothing_waits_for_itself() -> Iterator[RowFault]:
    """No milestone waits, by whatever way, for itself."""
    rows = Wait.objects.exclude(for_milestone=None).order_by("pk")
    keys, names = {}, {}
    for key, one, name, other in rows.values_list("key", "milestone", "milestone__name", "for_milestone"):
        keys[one, other], names[one] = key, name
    for circle in circles(keys):
        steps = list(zip(circle, [*circle[1:], circle[0]], strict=True))
        what = "; ".join(f"{names[one]} waits for {names[other]}" for one, other in steps)
        told = tuple(sorted((keys[step] for step in steps), key=list(keys.values()).index))
        yield RowFault(told, Fault("for_milestone", f"{what}: none of it could ever be done.", "Take out one of them."))


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


MILESTONES = Table(
    Milestone,
    id="milestones",
    name="milestones",
    one="milestone",
    about="What is to be there and when. Its status follows from the rules that the plan states.",
    key=("short",),
    title="name",
    order=("due",),
    search=("name", "owner", "place"),
    sorts=("status", "starts", "due", "forecast", "done"),
    filters=(*FILTERS, Filter("workstream", "Workstream"), STATUS, Filter("override", "Set by hand")),
    derived=(
        Derived("status", "Status", deriving.status, STATUSES, TAGS, after="name", why=why_planned),
        Derived("by_rules", "By the rules", deriving.by_rules, STATUSES, TAGS, unlisted=True),
    ),
    check=check_milestone,
    columns=(
        SHORT,
        Column("name", "Name"),
        *WHERE,
        Column("workstream", "Workstream"),
        Column("starts", "Starts"),
        Column("due", "Due"),
        Column("forecast", "Forecast", "when it is expected now, if not when it is due"),
        Column("done", "Done"),
        Column("owner", "Owner", ROLE),
        Column("reported", "Last report", "when somebody last said how it stands", unlisted=True),
        Column("override", "Status by hand", "instead of what the rules say", choices=BY_HAND, unlisted=True),
        Column("override_reason", "Why by hand", unlisted=True),
        Column("override_by", "By hand by whom", ROLE, unlisted=True),
        Column("override_on", "By hand since", unlisted=True),
        Column("override_until", "By hand until", "the rules count again after it", unlisted=True),
        SAYS,
    ),
)
DEPENDENCIES = Table(
    Dependency,
    id="dependencies",
    name="developments of others",
    one="development",
    about="Developments of others on which the work depends, and what they bring or put at risk.",
    key=("short",),
    title="name",
    order=("place", "number", "due"),
    search=("name", "number", "impact", "risk"),
    sorts=("standing", "due"),
    filters=(*FILTERS, Filter("standing", "Stands")),
    derived=(standing("due", "done", after="name"),),
    check=check_placed,
    columns=(
        SHORT,
        Column("number", "Number"),
        Column("name", "Name"),
        *WHERE,
        Column("impact", "What it means for the work"),
        Column("risk", "Risk, or what keeps it in step"),
        Column("due", "Due"),
        Column("due_note", "Due, in words", "such as ongoing"),
        Column("lead", "Leads", ROLE, unlisted=True),
        Column("done", "Done"),
        SAYS,
    ),
)
WAITS = Table(
    Wait,
    id="waits",
    name="what waits for what",
    one="wait",
    several="waits",
    about="Which milestone waits for another, or for a development of others.",
    key=("milestone", "for_milestone", "for_dependency"),
    order=("milestone__due", "pk"),
    search=("why",),
    filters=(Filter("milestone", "Milestone", typed=True),),
    check=check_wait,
    check_all=nothing_waits_for_itself,
    columns=(
        Column("milestone", "Milestone"),
        Column("for_milestone", "Waits for the milestone"),
        Column("for_dependency", "Waits for the development"),
        Column("why", "Why"),
    ),
)
SCALE = "1 to 5"
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
    sorts=("rated", "residual", "level", "standing", "raised", "review_by", "residual_likelihood", "residual_impact"),
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
    sorts=("status", "forecast_on", "latest_on"),
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
    sorts=("amount",),
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
    sorts=("on", "amount"),
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
TABLES = (MILESTONES, DEPENDENCIES, WAITS, RISKS, BENEFITS, LIMITS, DECISIONS)
