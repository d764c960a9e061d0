"""The tables of inquiries, declared: what committees recommended, and how they rated what came of it."""

from collections.abc import Iterator

from vanguard.programme.days import turned
from vanguard.programme.nobody import names_nobody
from vanguard.programme.scrutiny.deriving import monitored
from vanguard.programme.scrutiny.models import Check, Inquiry, Recommendation
from vanguard.programme.scrutiny.monitoring import (
    ACCEPTED,
    AWAITED,
    DUE,
    GREEN,
    IN_PART,
    MONTHS,
    OVERDUE,
    RATED,
    REFUSED,
    SATISFIED,
    UNWATCHED,
)
from vanguard.programme.sources.tables import SAYS
from vanguard.programme.tables import Column, Derived, Fault, Filter, Table, Values

RESPONSES = {
    ACCEPTED: "Accepted",
    IN_PART: "Accepted in part",
    REFUSED: "Not accepted",
    AWAITED: "Not answered yet",
}
RATINGS = {
    GREEN: "Green: carried out to the satisfaction of the committee",
    "amber": "Amber: on its way",
    "red": "Red: not carried out",
}
MONITORED = {
    OVERDUE: "A look is overdue",
    DUE: "A look is due",
    RATED: "Looked at, not satisfied",
    SATISFIED: "The committee is satisfied",
    UNWATCHED: "Not monitored",
}
MONITORED_TAGS = {OVERDUE: "red", DUE: "blue", RATED: "orange", SATISFIED: "green", UNWATCHED: "grey"}
AFTER = {str(months): f"After {months} months" for months in MONTHS}
SHORT = Column("short", "Short name", "how files and addresses name it", unlisted=True)


def check_recommendation(values: Values) -> Iterator[Fault]:
    """An answer has its day, and says why where it is not a whole yes."""
    yield from names_nobody(values)
    if (values["response"] == AWAITED) != (not values["answered"]):
        yield Fault("answered", "The answer and its day go together.", "Write both, or neither.")
    if values["response"] in (IN_PART, REFUSED) and not values["reason"]:
        yield Fault("reason", "The recommendation is not accepted as a whole.", "Say why.")


def check_check(values: Values) -> Iterator[Fault]:
    """Only what was accepted is looked at again, and not before the answer."""
    yield from names_nobody(values)
    recommendation = values["recommendation"]
    if recommendation.response not in (ACCEPTED, IN_PART):
        yield Fault("recommendation", "The recommendation was not accepted: there is nothing to look at again.")
    elif turned({"answered": recommendation.answered, "on": values["on"]}, "answered", "on"):
        yield Fault("on", "The committee looked before there was an answer.")


INQUIRIES = Table(
    Inquiry,
    id="inquiries",
    name="inquiries",
    one="inquiry",
    about="What committees looked into, and to whom they reported.",
    key=("short",),
    title="name",
    order=("-reported",),
    search=("name", "asked"),
    filters=(Filter("committee", "Committee"),),
    check=names_nobody,
    columns=(
        SHORT,
        Column("name", "Name"),
        Column("committee", "Committee"),
        Column("asked", "What it asked"),
        Column("reported_to", "Reported to"),
        Column("reported", "When"),
        SAYS,
    ),
)
RECOMMENDATIONS = Table(
    Recommendation,
    id="recommendations",
    name="recommendations",
    one="recommendation",
    about="What inquiries recommended and what was answered. Accepted ones are looked at after 6 and 12 months.",
    key=("short",),
    title="text",
    order=("-answered", "inquiry", "number"),
    search=("text", "to", "reason"),
    filters=(
        Filter("inquiry", "Inquiry"),
        Filter("response", "Answer"),
        Filter("rating", "Rated", "checks__rating"),
        Filter("monitoring", "Monitoring"),
    ),
    derived=(Derived("monitoring", "Monitoring", monitored, MONITORED, MONITORED_TAGS, after="text"),),
    check=check_recommendation,
    columns=(
        Column("short", "Short name", "how files and addresses name it"),
        Column("inquiry", "Inquiry"),
        Column("number", "Number", least=1),
        Column("text", "What was recommended"),
        Column("to", "To whom"),
        Column("response", "Answer", choices=RESPONSES),
        Column("answered", "Answered", "its monitoring counts from here"),
        Column("reason", "Why not as a whole"),
        SAYS,
    ),
)
CHECKS = Table(
    Check,
    id="recommendation-checks",
    name="looks at recommendations",
    one="look at a recommendation",
    about="How far recommendations were carried out after 6 and 12 months, as the committee itself rates it.",
    key=("recommendation", "after"),
    order=("-on",),
    search=("progress",),
    filters=(Filter("inquiry", "Inquiry", path="recommendation__inquiry"), Filter("rating", "Rated")),
    check=check_check,
    columns=(
        Column("recommendation", "Recommendation"),
        Column("after", "After", choices=AFTER),
        Column("on", "When"),
        Column("meeting", "Meeting"),
        Column("progress", "Progress"),
        Column("rating", "Rated by the committee", choices=RATINGS),
        SAYS,
    ),
)
