"""The tables of sites and of who takes part in them, declared."""

from collections.abc import Iterator

from vanguard.programme.sites.aims import AIMS
from vanguard.programme.sites.models import Organisation, Partner, Round, Site, SiteType
from vanguard.programme.sources.tables import SAYS
from vanguard.programme.tables import Column, Fault, Filter, Table, Values

KINDS = {
    "ccg": "Clinical commissioning group",
    "acute_trust": "Acute trust",
    "mental_health_trust": "Mental health trust",
    "community_trust": "Community trust or social enterprise",
    "ambulance_trust": "Ambulance trust",
    "integrated_trust": "Integrated trust",
    "icb": "Integrated care board",
    "local_authority": "Local authority",
    "gp_provider": "GP provider",
    "out_of_hours": "Out-of-hours provider",
    "voluntary": "Voluntary organisation",
    "private": "Private company",
    "housing": "Housing provider",
    "ahsn": "Academic health science network",
    "healthwatch": "Healthwatch",
    "professional_committee": "Local committee of a profession",
    "other": "Other",
}
ROLES = {"commissioner": "Commissioner", "provider": "Provider", "both": "Both", "other": "Other"}
SHORT = Column("short", "Short name", "how files and addresses name it", unlisted=True)


def check_site(values: Values) -> Iterator[Fault]:
    """A site has a population, or a note that says why not; and both parts of a point on the map, or none."""
    if values.get("population") is None and not values.get("population_note"):
        yield Fault(
            "population", "The site has no population.", "Write it, or say in population_note why there is none."
        )
    if (values.get("latitude") is None) != (values.get("longitude") is None):
        yield Fault("latitude", "A point on the map needs latitude and longitude.", "Write both, or neither.")


def check_merged(values: Values) -> Iterator[Fault]:
    """Nothing is merged into itself, or into what was merged away."""
    into = values.get("merged_into")
    if into is not None and (into.name == values["name"] or into.merged_into_id is not None):
        yield Fault("merged_into", f"{values['name']} cannot be merged into {into.name}.", "Name one that stands.")


TYPES = Table(
    SiteType,
    id="site-types",
    name="types of site",
    one="type of site",
    about="What a programme calls the kinds of site that it chose, and the groups within them.",
    key=("short",),
    title="name",
    order=("pk",),
    search=("name", "about"),
    columns=(
        SHORT,
        Column("name", "Name"),
        Column("part_of", "A group of"),
        Column("about", "What it is"),
    ),
)
ROUNDS = Table(
    Round,
    id="rounds",
    name="rounds of choosing",
    one="round of choosing",
    about="How sites were chosen, from the call to the announcement.",
    key=("short",),
    title="name",
    order=("number",),
    search=("name", "note"),
    columns=(
        SHORT,
        Column("name", "Name"),
        Column("number", "Number", "in the order of the calls", unlisted=True),
        Column("opened", "Call opened"),
        Column("closed", "Call closed"),
        Column("applications", "Applications"),
        Column("shortlisted", "Shortlisted"),
        Column("decided", "Decided"),
        Column("announced", "Announced"),
        Column("note", "Note"),
        SAYS,
    ),
)
SITES = Table(
    Site,
    id="sites",
    name="sites",
    one="site",
    about="The places that were chosen, with whom and for how many people they work.",
    key=("short",),
    title="name",
    order=("type", "number", "name"),
    search=("name", "town", "area"),
    filters=(
        Filter("type", "Type"),
        Filter("region", "Region"),
        Filter("area", "Area"),
        Filter("capability", "Capability", path="initiatives__capability"),
        Filter("partner", "Partner", path="partners__organisation", typed=True),
        Filter("round", "Round"),
    ),
    check=check_site,
    columns=(
        SHORT,
        Column("number", "Number", "on the map or list of the programme", unlisted=True),
        Column("name", "Name"),
        Column("type", "Type"),
        Column("group", "Group", "within its type", unlisted=True),
        Column("round", "Round", "in which it was chosen", unlisted=True),
        Column("announced", "Announced"),
        Column("population", "Population", "how many people it is for", least=1),
        Column("population_note", "About the population", "how exact it is, or why there is none", unlisted=True),
        Column("region", "Region"),
        Column("area", "Area", "a smaller area, such as that of a regional guide"),
        Column("town", "Town", "where its point on the map lies, from general knowledge", unlisted=True),
        Column("latitude", "Latitude", "of a point that stands for it", unlisted=True, least=-90, most=90),
        Column("longitude", "Longitude", "of a point that stands for it", unlisted=True, least=-180, most=180),
        Column("website", "Website", "as a source prints it", unlisted=True),
        Column("sources", "Sources", "who says so", unlisted=True),
    ),
)
ORGANISATIONS = Table(
    Organisation,
    id="organisations",
    name="organisations",
    one="organisation",
    about="Those that take part in sites, each spelt one way.",
    key=("name",),
    title="name",
    order=("name",),
    search=("name", "note"),
    filters=(Filter("kind", "Kind"),),
    check=check_merged,
    replaced_by="merged_into",
    columns=(
        Column("name", "Name"),
        Column("kind", "Kind", choices=KINDS),
        Column("merged_into", "Merged into", "what stands for it since"),
        Column("merged_on", "Merged on", unlisted=True),
        Column("note", "Note"),
    ),
)
PARTNERS = Table(
    Partner,
    id="partners",
    name="partners",
    one="partner",
    about="Which organisation takes part in which site.",
    key=("site", "organisation"),
    order=("site", "pk"),
    search=("note",),
    filters=(
        Filter("site", "Site", typed=True),
        Filter("organisation", "Organisation", typed=True),
        Filter("kind", "Kind", path="organisation__kind"),
        Filter("role", "Role"),
    ),
    columns=(
        Column("site", "Site"),
        Column("organisation", "Organisation"),
        Column("role", "Role", choices=ROLES),
        Column("note", "Note", "what a source calls it, or whether it is several together"),
        SAYS,
    ),
)
TABLES = (TYPES, ROUNDS, SITES, ORGANISATIONS, PARTNERS, *AIMS)
