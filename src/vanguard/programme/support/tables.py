"""The tables of support, declared."""

from collections.abc import Iterator

from vanguard.programme.days import turned
from vanguard.programme.nobody import names_nobody
from vanguard.programme.sources.tables import SAYS
from vanguard.programme.standing import standing
from vanguard.programme.support.models import (
    Blocker,
    Help,
    SupportArea,
    SupportPackage,
    SupportRequest,
    Visit,
    Workstream,
)
from vanguard.programme.tables import Column, Fault, Filter, Table, Values

PROPOSED, AGREED, ENDED = "proposed", "agreed", "ended"
OPEN, MET, DECLINED = "open", "met", "declined"
MUCH, SOME, NOTHING = "much", "some", "nothing"
STATES = {PROPOSED: "Proposed", AGREED: "Agreed", ENDED: "Ended"}
ANSWERS = {OPEN: "Not answered yet", MET: "Met", DECLINED: "Declined"}
HELPED = {MUCH: "It helped much", SOME: "It helped some", NOTHING: "It did not help"}
VISITS = {"first": "First visit", "review": "Review", "working": "Working visit", "other": "Other"}
ROLE = "a role, no name"
SHORT = Column("short", "Short name", "how files and addresses name it", unlisted=True)
REFERENCE = Column("reference", "Reference")
SITE = Filter("site", "Site", typed=True)
AREA = Filter("area", "Area")


def check_package(values: Values) -> Iterator[Fault]:
    """What is agreed has a day, and ends after it."""
    yield from names_nobody(values)
    if values["state"] != PROPOSED and not values["agreed"]:
        yield Fault("agreed", "The package is agreed, and no day says when.", "Write when, or make it proposed.")
    if turned(values, "agreed", "until"):
        yield Fault("until", "The support ends before it was agreed.")


def check_request(values: Values) -> Iterator[Fault]:
    """What is met or declined has an answer and its day; what is open has none."""
    yield from names_nobody(values)
    answered = values["state"] != OPEN
    for name in ("answer", "answered"):
        if answered and not values[name]:
            yield Fault(name, f"The request is {values['state']}, and {name} is empty.", "Say what the site was told.")
        if not answered and values[name]:
            yield Fault("state", "The request has an answer, and is said to be open.", "Make it met or declined.")
            break
    if turned(values, "asked", "answered"):
        yield Fault("answered", "The answer comes before the request.")


def check_blocker(values: Values) -> Iterator[Fault]:
    """Its days come in order; who it was taken to has a day, and how it ended has one."""
    yield from names_nobody(values)
    for name, words in (("act_by", "is to be acted on"), ("escalated", "was escalated"), ("resolved", "was resolved")):
        if turned(values, "raised", name):
            yield Fault(name, f"The blocker {words} before it was raised.")
    if bool(values["escalated_to"]) != bool(values["escalated"]):
        yield Fault("escalated", "Who it was escalated to and when go together.", "Write both, or neither.")
    if bool(values["resolved"]) != bool(values["how"]):
        yield Fault("how", "When it was resolved and how go together.", "Write both, or neither.")


AREAS = Table(
    SupportArea,
    id="support-areas",
    name="areas of support",
    one="area of support",
    about="In what the programme supports its sites.",
    key=("short",),
    title="name",
    order=("number",),
    search=("name", "purpose"),
    columns=(
        SHORT,
        Column("name", "Name"),
        Column("number", "Number"),
        Column("first_number", "Number at first", "empty where it was not in the first package"),
        Column("purpose", "What for"),
        SAYS,
    ),
)
WORKSTREAMS = Table(
    Workstream,
    id="workstreams",
    name="workstreams",
    one="workstream",
    about="Work across sites, each shaped by a leader of a site and an expert of the programme.",
    key=("short",),
    title="name",
    order=("name",),
    search=("name", "purpose"),
    filters=(AREA,),
    check=names_nobody,
    columns=(
        SHORT,
        Column("name", "Name"),
        Column("area", "Area"),
        Column("purpose", "What for"),
        Column("site_lead", "Leads for the sites", ROLE),
        Column("expert", "Expert", ROLE),
        SAYS,
    ),
)
PACKAGES = Table(
    SupportPackage,
    id="support-packages",
    name="support packages",
    one="support package",
    about="What each site and the programme agreed that the site gets, by area.",
    key=("site", "area"),
    order=("site__name", "area__number"),
    search=("what", "lead"),
    filters=(SITE, AREA, Filter("state", "State"), Filter("type", "Type of site", path="site__type")),
    check=check_package,
    columns=(
        Column("site", "Site"),
        Column("area", "Area"),
        Column("state", "State", choices=STATES),
        Column("what", "What the site gets"),
        Column("lead", "Leads", ROLE),
        Column("agreed", "Agreed"),
        Column("until", "Until"),
        SAYS,
    ),
)
SITE_VISITS = Table(
    Visit,
    id="visits",
    name="visits",
    one="visit",
    about="Who of the programme visited which site, and what came of it.",
    key=("site", "on"),
    order=("-on",),
    search=("who", "purpose", "outcome"),
    filters=(SITE, Filter("kind", "Kind")),
    public=False,
    check=names_nobody,
    columns=(
        Column("site", "Site"),
        Column("on", "When"),
        Column("kind", "Kind", choices=VISITS),
        Column("days", "Days", least=1),
        Column("who", "Who went", "roles, no names"),
        Column("purpose", "What for"),
        Column("outcome", "What came of it"),
    ),
)
REQUESTS = Table(
    SupportRequest,
    id="requests",
    name="requests of sites",
    one="request",
    about="What sites asked the programme for, and what they were told.",
    key=("reference",),
    title="what",
    order=("-asked",),
    search=("reference", "what", "answer"),
    filters=(SITE, AREA, Filter("state", "State")),
    public=False,
    check=check_request,
    columns=(
        REFERENCE,
        Column("site", "Site"),
        Column("area", "Area"),
        Column("asked", "Asked"),
        Column("asked_by", "By whom", ROLE, unlisted=True),
        Column("what", "What for"),
        Column("state", "State", choices=ANSWERS),
        Column("answered", "Answered"),
        Column("answer", "Answer"),
    ),
)
BLOCKERS = Table(
    Blocker,
    id="blockers",
    name="blockers",
    one="blocker",
    about="What stands in the way of sites: who is to act by when, to whom it was taken, and how it ended.",
    key=("reference",),
    title="what",
    order=("resolved", "act_by"),
    search=("reference", "what", "who_acts", "how"),
    filters=(
        SITE,
        AREA,
        Filter("standing", "Stands"),
        Filter("body", "Escalated to", path="escalated_to", typed=True),
    ),
    derived=(standing("act_by", "resolved", after="what", words="Resolved"),),
    public=False,
    check=check_blocker,
    columns=(
        REFERENCE,
        Column("site", "Site"),
        Column("area", "Area"),
        Column("what", "What stands in the way"),
        Column("raised", "Raised"),
        Column("who_acts", "Who is to act", ROLE),
        Column("act_by", "By when"),
        Column("escalated_to", "Escalated to", "a body"),
        Column("escalated", "Escalated when", unlisted=True),
        Column("resolved", "Resolved"),
        Column("how", "How"),
    ),
)
WHAT_HELPED = Table(
    Help,
    id="what-helped",
    name="what helped",
    one="answer on what helped",
    several="answers on what helped",
    about="What sites said when they were asked whether the support of an area helped.",
    key=("site", "area", "asked"),
    order=("-asked",),
    search=("what", "missing"),
    filters=(SITE, AREA, Filter("answer", "Answer")),
    public=False,
    check=names_nobody,
    columns=(
        Column("site", "Site"),
        Column("area", "Area"),
        Column("asked", "Asked"),
        Column("answer", "Answer", choices=HELPED),
        Column("what", "What helped, or did not"),
        Column("missing", "What would have"),
    ),
)
TABLES = (AREAS, WORKSTREAMS, PACKAGES, SITE_VISITS, REQUESTS, BLOCKERS, WHAT_HELPED)
