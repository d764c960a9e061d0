"""The tables of the plan, declared: milestones, developments of others, and what waits for what."""

from collections.abc import Iterator

from vanguard.programme.days import turned
from vanguard.programme.delivery import deriving
from vanguard.programme.delivery.circles import circles
from vanguard.programme.delivery.models import Dependency, Milestone, Wait
from vanguard.programme.delivery.plan import why_planned
from vanguard.programme.delivery.risks import BENEFITS, DECISIONS, LIMITS, RISKS
from vanguard.programme.delivery.shared import FILTERS, ROLE, SHORT, STATUS, STATUSES, WHERE, check_placed
from vanguard.programme.delivery.status import AMBER, GREEN, RED, TAGS, WORDS
from vanguard.programme.nobody import names_nobody
from vanguard.programme.sources.tables import SAYS
from vanguard.programme.standing import standing
from vanguard.programme.tables import Column, Derived, Fault, Filter, RowFault, Table, Values

BY_HAND = {colour: WORDS[colour] for colour in (RED, AMBER, GREEN)}


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
TABLES = (MILESTONES, DEPENDENCIES, WAITS, RISKS, BENEFITS, LIMITS, DECISIONS)
