"""The tables of engagement, declared."""

from collections.abc import Iterator

from vanguard.programme.days import turned
from vanguard.programme.engagement.models import (
    Audience,
    Channel,
    Content,
    EngagementPlan,
    Feedback,
    Goal,
    Level,
    ScaleRule,
    Theme,
)
from vanguard.programme.engagement.scale import (
    ANY,
    CLOSES,
    FORMAL,
    MOVES,
    PEOPLE,
    SELDOM_HEARD,
    Change,
    Rule,
    asked_for,
)
from vanguard.programme.nobody import names_nobody
from vanguard.programme.scrutiny.tables import ASKERS
from vanguard.programme.sources.tables import SAYS
from vanguard.programme.tables import Column, Fault, Filter, RowFault, Table, Values

ABOUT = {
    ANY: "Any change",
    PEOPLE: "How many people it touches",
    MOVES: "A service moves",
    CLOSES: "A service closes",
    FORMAL: "Formal consultation is a duty",
    SELDOM_HEARD: "It touches communities that are seldom heard",
}
CHANNELS = {
    "event": "Public event",
    "meeting": "Meeting",
    "patients": "Patient participation group",
    "healthwatch": "Healthwatch",
    "email": "E-mail",
    "telephone": "Telephone",
    "post": "Post",
    "online": "Online",
    "social": "Social media",
    "other": "Other",
}
KINDS = {
    "briefing": "Briefing",
    "newsletter": "Newsletter item",
    "post": "Post for social media",
    "poster": "Poster",
    "web": "Web page",
    "story": "Story",
    "other": "Other",
}
ROLE = "a role, no name"
SHORT = Column("short", "Short name", "how files and addresses name it", unlisted=True)
PLAN = Filter("plan", "Plan")


def check_rule(values: Values) -> Iterator[Fault]:
    """A number of people stands with rules that count people, and only there."""
    if (values["about"] == PEOPLE) != (values["least"] is not None):
        yield Fault("least", "A rule that counts people says from how many on, and no other does.")


def check_plan(values: Values) -> Iterator[Fault]:
    """It is about a site or a place, ends after it starts, and names nobody."""
    yield from names_nobody(values)
    if values["site"] is not None and values["place"]:
        yield Fault(
            "place", "The plan is about a site or about a place elsewhere.", "Write one of the two, or neither."
        )
    if turned(values, "starts", "ends"):
        yield Fault("ends", "The plan ends before it starts.")


def check_theme(values: Values) -> Iterator[Fault]:
    """What was done, or why nothing was, has a day."""
    yield from names_nobody(values)
    if values["we_did"] and values["not_because"]:
        yield Fault("not_because", "Something was done, and there is a reason why nothing was.", "Empty one of them.")
    if bool(values["we_did"] or values["not_because"]) != bool(values["answered"]):
        yield Fault("answered", "What came of it and when go together.", "Write both, or neither.")


def rules() -> list[Rule]:
    """The rules of the scale, as they are kept."""
    rows = ScaleRule.objects.order_by("level__number", "pk").values_list("about", "least", "level__number", "why")
    return [Rule(*row) for row in rows]


def change_of(plan: EngagementPlan) -> Change:
    """What the rules look at of a plan."""
    return Change(plan.people, plan.moves, plan.closes, plan.formal, bool(plan.seldom_heard))


def plans_go_far_enough() -> Iterator[RowFault]:
    """A plan goes as far as the rules ask, or says why not."""
    plans = EngagementPlan.objects.exclude(level=None).filter(less_because="").select_related("level").order_by("pk")
    held = rules()
    names = dict(Level.objects.values_list("number", "name"))
    for one in plans:
        level, why = asked_for(change_of(one), held)
        if one.level.number < level:
            what = f"The plan chooses {one.level.name}, and the rules ask for {names[level]}: {' '.join(why)}"
            do = "Choose that, or say in less_because why less is right."
            yield RowFault((one.key,), Fault("level", what, do))


GOALS = Table(
    Goal,
    id="goals",
    name="aim, goals and principles",
    one="goal",
    several="goals",
    about="What the programme is for, in words for the public, each with what it means to somebody cared for and to "
    "somebody who cares. Stories are of nobody in particular.",
    key=("short",),
    title="name",
    order=("kind", "number", "pk"),
    search=("name", "person_story", "clinician_story"),
    filters=(Filter("kind", "Kind"),),
    check=names_nobody,
    columns=(
        SHORT,
        Column("kind", "Kind", choices={"aim": "Aim", "goal": "Goal", "principle": "Principle"}),
        Column("number", "Number", "its place among those of its kind", least=1),
        Column("name", "What it is", "a sentence"),
        Column("person_story", "What it means to a person", "a story made up to show it"),
        Column("clinician_story", "What it means to a clinician", "the same from the other side"),
        SAYS,
    ),
)
LEVELS = Table(
    Level,
    id="engagement-levels",
    name="levels of engagement",
    one="level of engagement",
    about="The scale from the lightest contact to formal consultation.",
    key=("short",),
    title="name",
    order=("number",),
    search=("name", "about"),
    columns=(SHORT, Column("number", "Number", least=1), Column("name", "Name"), Column("about", "What it is"), SAYS),
)
RULES = Table(
    ScaleRule,
    id="engagement-rules",
    name="rules of engagement",
    one="rule of engagement",
    about="What about a change asks for which level at least. Of those that hold, the highest counts.",
    key=("about", "level"),
    order=("level__number", "pk"),
    search=("why",),
    filters=(Filter("level", "Level"),),
    check=check_rule,
    columns=(
        Column("about", "What it looks at", choices=ABOUT),
        Column("least", "From how many people"),
        Column("level", "Level at least"),
        Column("why", "Why"),
        SAYS,
    ),
)
PLANS = Table(
    EngagementPlan,
    id="engagement-plans",
    name="engagement plans",
    one="engagement plan",
    about="How people take part in a change, as far as its nature asks.",
    key=("short",),
    title="name",
    order=("-starts", "pk"),
    search=("name", "change", "how", "seldom_heard"),
    filters=(Filter("site", "Site", typed=True), Filter("place", "Place"), Filter("level", "Level")),
    check=check_plan,
    check_all=plans_go_far_enough,
    columns=(
        SHORT,
        Column("name", "Name"),
        Column("site", "Site", "empty where it is about no one site"),
        Column("place", "Place", "if it is no site"),
        Column("change", "What changes"),
        Column("people", "People whom it touches"),
        Column("moves", "A service moves", unlisted=True),
        Column("closes", "A service closes", unlisted=True),
        Column("formal", "Formal consultation is a duty", unlisted=True),
        Column("seldom_heard", "Communities seldom heard", "that it touches, and how to reach them", unlisted=True),
        Column("level", "Level"),
        Column("less_because", "Why less than the rules ask", unlisted=True),
        Column("lead", "Leads", ROLE, unlisted=True),
        Column("starts", "Starts"),
        Column("ends", "Ends"),
        Column("how", "How", unlisted=True),
        SAYS,
    ),
)
THEMES = Table(
    Theme,
    id="themes",
    name="themes",
    one="theme",
    about="You said, we did: what many people said, and what came of it or why nothing did.",
    key=("short",),
    title="you_said",
    order=("-answered", "pk"),
    search=("you_said", "we_did", "not_because"),
    filters=(PLAN,),
    check=check_theme,
    columns=(
        SHORT,
        Column("you_said", "You said"),
        Column("we_did", "We did"),
        Column("not_because", "Why we did not"),
        Column("answered", "When"),
        Column("plan", "Plan"),
        SAYS,
    ),
)
FEEDBACK = Table(
    Feedback,
    id="feedback",
    name="feedback",
    one="piece of feedback",
    several="pieces of feedback",
    about="What people said, by whatever way it came. Who they are is not kept.",
    key=("reference",),
    title="said",
    order=("-received",),
    search=("reference", "said", "group"),
    filters=(PLAN, Filter("channel", "How it came"), Filter("said_by", "Who"), Filter("theme", "Theme")),
    public=False,
    check=names_nobody,
    columns=(
        Column("reference", "Reference"),
        Column("plan", "Plan"),
        Column("received", "Received"),
        Column("channel", "How it came", choices=CHANNELS),
        Column("said_by", "Who", choices=ASKERS),
        Column("group", "Community", "such as a travelling community"),
        Column("said", "What they said"),
        Column("theme", "Theme"),
    ),
)
AUDIENCES = Table(
    Audience,
    id="audiences",
    name="audiences",
    one="audience",
    about="Whom engagement is to reach.",
    key=("short",),
    title="name",
    order=("pk",),
    search=("name", "about"),
    columns=(SHORT, Column("name", "Name"), Column("about", "Who they are"), SAYS),
)
WAYS = Table(
    Channel,
    id="channels",
    name="channels",
    one="channel",
    about="Ways by which each audience is reached.",
    key=("audience", "place", "name"),
    order=("audience", "pk"),
    search=("name", "how"),
    filters=(Filter("audience", "Audience"), Filter("place", "Place")),
    check=names_nobody,
    columns=(
        Column("audience", "Audience"),
        Column("name", "Channel"),
        Column("how", "How"),
        Column("place", "Place", "empty where it is for all"),
        SAYS,
    ),
)
CONTENT = Table(
    Content,
    id="content",
    name="ready-made content",
    one="piece of ready-made content",
    several="pieces of ready-made content",
    about="Words that partners may pass on as they stand.",
    key=("short",),
    title="name",
    order=("-written",),
    search=("name", "text"),
    filters=(Filter("audience", "Audience"), Filter("kind", "Kind"), PLAN),
    check=names_nobody,
    columns=(
        SHORT,
        Column("name", "Name"),
        Column("audience", "For whom"),
        Column("kind", "Kind", choices=KINDS),
        Column("plan", "Plan"),
        Column("text", "Words", unlisted=True),
        Column("written", "Written"),
        Column("review_by", "Review by"),
        SAYS,
    ),
)
TABLES = (GOALS, LEVELS, RULES, PLANS, THEMES, FEEDBACK, AUDIENCES, WAYS, CONTENT)
