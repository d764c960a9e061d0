"""The tables of communities of practice, declared."""

from collections.abc import Iterator

from vanguard.programme.communities.models import Community, Member
from vanguard.programme.days import turned
from vanguard.programme.nobody import names_nobody
from vanguard.programme.sources.tables import SAYS
from vanguard.programme.tables import Column, Fault, Filter, Table, Values


def check_member(values: Values) -> Iterator[Fault]:
    """A member is a site or one that applied, not both; it leaves after it joined."""
    yield from names_nobody(values)
    site, application = values["site"], values["application"]
    if site and application:
        yield Fault("application", "The member is a site and an application.", "Name the one that it is now.")
    elif application and application.site:
        what = f"{application.name} was chosen, and is a site."
        yield Fault("application", what, f"Write {application.site.key} in site instead.")
    if turned(values, "joined", "left"):
        yield Fault("left", "The member left before it joined.")


COMMUNITIES = Table(
    Community,
    id="communities",
    name="communities of practice",
    one="community of practice",
    about="Who learns together beyond the sites: later places that take up a care model, and those not chosen.",
    key=("short",),
    title="name",
    order=("name",),
    search=("name", "purpose"),
    filters=(Filter("type", "Type of site"),),
    check=names_nobody,
    columns=(
        Column("short", "Short name", "how files and addresses name it", unlisted=True),
        Column("name", "Name"),
        Column("type", "Type of site", "empty where it is of all"),
        Column("purpose", "What for"),
        Column("since", "Since"),
        SAYS,
    ),
)
MEMBERS = Table(
    Member,
    id="community-members",
    name="members of communities",
    one="member of a community",
    several="members of communities",
    about="Each place in a community of practice, and what it gets. Only those who are signed in see them.",
    key=("community", "name"),
    order=("community__name", "name"),
    search=("name", "gets"),
    filters=(
        Filter("community", "Community"),
        Filter("site", "Site", typed=True),
        Filter("round", "Applied in", path="application__round"),
    ),
    public=False,
    check=check_member,
    columns=(
        Column("community", "Community"),
        Column("name", "Place"),
        Column("site", "Site", "if it is one"),
        Column("application", "Application", "if it applied and was not chosen"),
        Column("joined", "Joined"),
        Column("left", "Left"),
        Column("gets", "What it gets", "such as seminars, visits, or the support of an area"),
        SAYS,
    ),
)
TABLES = (COMMUNITIES, MEMBERS)
