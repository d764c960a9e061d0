"""What sites set out to do, and by how much, declared: capabilities, initiatives, aims, and what defines a type."""

from collections.abc import Iterator

from vanguard.programme.sites.models import Capability, Feature, Initiative, Metric, Target
from vanguard.programme.sources.tables import SAYS
from vanguard.programme.tables import Column, Fault, Filter, Table, Values

BETTER = {"up": "Higher is better", "down": "Lower is better"}
STATUSES = {"aim": "Aim", "forecast": "Forecast", "achieved": "Achieved, as the source says"}
DIRECTIONS = {"up": "More", "down": "Less"}
SHORT = Column("short", "Short name", "how files and addresses name it", unlisted=True)


def check_whose(values: Values) -> Iterator[Fault]:
    """A row is about one site, or about a place elsewhere."""
    if (values.get("site") is None) == (not values.get("elsewhere")):
        yield Fault("site", "The row is about a site or about a place elsewhere.", "Write one of the two.")


CAPABILITIES = Table(
    Capability,
    id="capabilities",
    name="capabilities",
    one="capability",
    about="What sites set out to build, in one vocabulary for all.",
    key=("short",),
    title="name",
    order=("pk",),
    search=("name", "about"),
    filters=(Filter("theme", "Theme"),),
    columns=(
        SHORT,
        Column("theme", "Theme"),
        Column("name", "Name"),
        Column("about", "What it is"),
    ),
)
INITIATIVES = Table(
    Initiative,
    id="initiatives",
    name="initiatives",
    one="initiative",
    about="What each site does, by capability. It is a plan at the date of its source.",
    key=("site", "elsewhere", "capability"),
    order=("pk",),
    search=("summary",),
    filters=(
        Filter("site", "Site", typed=True),
        Filter("capability", "Capability"),
        Filter("type", "Type of site", path="site__type"),
        Filter("elsewhere", "Elsewhere"),
    ),
    check=check_whose,
    columns=(
        Column("site", "Site"),
        Column("elsewhere", "Elsewhere", "a place or document that is no site"),
        Column("capability", "Capability"),
        Column("summary", "What it does"),
        SAYS,
    ),
)
METRICS = Table(
    Metric,
    id="metrics",
    name="metrics",
    one="metric",
    about="What sites aim to change.",
    key=("short",),
    title="name",
    order=("pk",),
    search=("name",),
    columns=(
        SHORT,
        Column("name", "Name"),
        Column("better", "Which way is better", choices=BETTER),
    ),
)
TARGETS = Table(
    Target,
    id="targets",
    name="targets",
    one="target",
    about="What sites aim for, forecast, or are said to have achieved. Nothing here was checked by us.",
    key=("site", "elsewhere", "metric", "status", "direction", "value", "unit"),
    order=("pk",),
    search=("note", "unit"),
    filters=(
        Filter("site", "Site", typed=True),
        Filter("metric", "Metric"),
        Filter("status", "Status"),
        Filter("type", "Type of site", path="site__type"),
        Filter("elsewhere", "Elsewhere"),
    ),
    check=check_whose,
    columns=(
        Column("site", "Site"),
        Column("elsewhere", "Elsewhere", "a place or group that is no site"),
        Column("metric", "Metric"),
        Column("status", "Status", choices=STATUSES),
        Column("direction", "Direction", "what happens or should happen", choices=DIRECTIONS),
        Column("value", "Value", "empty where no number is given"),
        Column("unit", "Unit"),
        Column("note", "Note"),
        SAYS,
    ),
)
FEATURES = Table(
    Feature,
    id="features",
    name="features of types",
    one="feature of a type",
    about="What defines a type of site.",
    key=("type", "feature"),
    order=("type", "number"),
    search=("summary",),
    filters=(Filter("type", "Type"),),
    columns=(
        Column("type", "Type"),
        Column("feature", "Feature", "its short name"),
        Column("number", "Number", unlisted=True),
        Column("least", "At least"),
        Column("most", "At most"),
        Column("unit", "Unit"),
        Column("summary", "What it asks"),
        SAYS,
    ),
)
AIMS = (CAPABILITIES, INITIATIVES, METRICS, TARGETS, FEATURES)
