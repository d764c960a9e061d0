"""The tables of choosing, declared, and the rules of a round."""

from collections.abc import Iterator

from django.db.models import Count, F, Q

from vanguard.programme.selection.models import Application, Decision, Step, Vote
from vanguard.programme.sites.tables import check_site
from vanguard.programme.sources.tables import SAYS
from vanguard.programme.tables import Column, Fault, Filter, RowFault, Table, Values

VOTE, BOARD, ANNOUNCED = "vote", "board", "announced"
STEPS = {
    "call": "Call opened",
    "closed": "Expressions of interest closed",
    "applied": "Applications received",
    "shortlist": "Shortlist",
    "workshops": "Workshops",
    VOTE: "Vote among applicants",
    BOARD: "Decision of the board",
    ANNOUNCED: "Announced",
}
RECEIVED, SHORTLISTED, WITHDRAWN = "received", "shortlisted", "withdrawn"
STAGES = {RECEIVED: "Expression of interest", SHORTLISTED: "Shortlisted", WITHDRAWN: "Withdrawn"}
CHOSEN = "chosen"
OUTCOMES = {CHOSEN: "Chosen", "not_chosen": "Not chosen"}
MOST_VOTES = 3


def check_application(values: Values) -> Iterator[Fault]:
    """As a site has, so an application has a population, or a note why not."""
    for fault in check_site({"population": values["population"], "population_note": values["population_note"]}):
        yield Fault(fault.column, fault.what.replace("site", "application"), fault.do)


def check_vote(values: Values) -> Iterator[Fault]:
    """Nobody votes for themselves, for another round, or before both are shortlisted."""
    voter, choice = values["voter"], values["choice"]
    if voter == choice:
        yield Fault("choice", f"{voter.name} votes for itself.", "Name another applicant.")
    elif voter.round_id != choice.round_id:
        yield Fault("choice", f"{choice.name} is not in the round of {voter.name}.", "Name one of the same round.")
    for column in ("voter", "choice"):
        if values[column].stage == RECEIVED:
            yield Fault(
                column, f"{values[column].name} is not shortlisted.", "Only the shortlisted vote for each other."
            )


def at_most_three_votes() -> Iterator[RowFault]:
    """Each applicant names three at most."""
    too_many = Application.objects.annotate(given=Count("votes")).filter(given__gt=MOST_VOTES)
    for one in too_many:
        keys = tuple(one.votes.order_by("pk").values_list("key", flat=True))
        yield RowFault(keys, Fault("voter", f"{one.name} has {one.given} votes.", f"Each has {MOST_VOTES}."))


def decided_of_the_shortlisted() -> Iterator[RowFault]:
    """The board chooses among the shortlisted."""
    for one in (
        Decision.objects.filter(outcome=CHOSEN).exclude(application__stage=SHORTLISTED).select_related("application")
    ):
        what = f"{one.application.name} is not shortlisted, and is chosen."
        yield RowFault((one.key,), Fault("outcome", what, "Shortlist it first."))


def tally(round_: object) -> list[Application]:
    """The applications of a round with their votes, those with most first, and the board's outcome."""
    rows = Application.objects.filter(round=round_).select_related("type", "site")
    votes = Count("chosen_by", distinct=True)
    chosen = Count("decisions", filter=Q(decisions__outcome=CHOSEN), distinct=True)
    decided = Count("decisions", distinct=True)
    return list(rows.annotate(votes_for=votes, chosen=chosen, decided=decided).order_by(F("votes_for").desc(), "name"))


SHORT = Column("short", "Short name", "how files and addresses name it, and its site if it is chosen", unlisted=True)
ROUND_STEPS = Table(
    Step,
    id="round-steps",
    name="steps of rounds",
    one="step of a round",
    about="What happened in each round of choosing, and when.",
    key=("round", "step"),
    order=("round__number", "pk"),
    search=("note",),
    filters=(Filter("round", "Round"), Filter("step", "Step")),
    columns=(
        Column("round", "Round"),
        Column("step", "Step", choices=STEPS),
        Column("on", "When"),
        Column("count", "How many", "applications, applicants or sites"),
        Column("note", "Note"),
        SAYS,
    ),
)
APPLICATIONS = Table(
    Application,
    id="applications",
    name="applications",
    one="application",
    about="Who asked to become a site. Only those who are signed in see them.",
    key=("short",),
    title="name",
    order=("round__number", "name"),
    search=("name", "ambition"),
    filters=(Filter("round", "Round"), Filter("type", "Type"), Filter("stage", "Stage")),
    public=False,
    check=check_application,
    columns=(
        SHORT,
        Column("round", "Round"),
        Column("name", "Name"),
        Column("type", "Type"),
        Column("stage", "Stage", choices=STAGES),
        Column("population", "Population", least=1),
        Column("population_note", "About the population", "how exact it is, or why there is none", unlisted=True),
        Column("region", "Region"),
        Column("ambition", "What they would do", unlisted=True),
        Column("site", "Site", "once it is announced", unlisted=True),
    ),
)
VOTES = Table(
    Vote,
    id="votes",
    name="votes",
    one="vote",
    about="Which others each applicant prefers: three at most, and never itself.",
    key=("voter", "choice"),
    order=("pk",),
    filters=(Filter("voter", "Who votes", typed=True), Filter("choice", "For whom", typed=True)),
    public=False,
    check=check_vote,
    check_all=at_most_three_votes,
    columns=(Column("voter", "Who votes"), Column("choice", "For whom")),
)
DECISIONS = Table(
    Decision,
    id="decisions",
    name="decisions of the board",
    one="decision",
    about="What the board decided of each application, and why.",
    key=("application",),
    order=("pk",),
    search=("why",),
    filters=(Filter("outcome", "Outcome"), Filter("round", "Round", path="application__round")),
    public=False,
    check_all=decided_of_the_shortlisted,
    columns=(
        Column("application", "Application"),
        Column("on", "When"),
        Column("body", "By which body"),
        Column("outcome", "Outcome", choices=OUTCOMES),
        Column("why", "Why"),
    ),
)
TABLES = (ROUND_STEPS, APPLICATIONS, VOTES, DECISIONS)
