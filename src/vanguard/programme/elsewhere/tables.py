"""The tables of places elsewhere, declared."""

from vanguard.programme.elsewhere.models import Fact, Opportunity, PlacePartner, Tier
from vanguard.programme.sources.tables import SAYS
from vanguard.programme.tables import Column, Filter, Table

PLACE = Column("place", "Place")

FACTS = Table(
    Fact,
    id="facts",
    name="figures of places",
    one="figure",
    about="Figures that papers of a place give, as they give them.",
    key=("place", "topic", "fact", "period"),
    order=("pk",),
    search=("fact", "note", "unit"),
    filters=(Filter("place", "Place"), Filter("topic", "Topic"), Filter("fact", "Figure")),
    columns=(
        PLACE,
        Column("topic", "Topic"),
        Column("fact", "Figure"),
        Column("value", "Value"),
        Column("unit", "Unit"),
        Column("period", "Of when"),
        Column("note", "Note"),
        SAYS,
    ),
)
OPPORTUNITIES = Table(
    Opportunity,
    id="opportunities",
    name="opportunities",
    one="opportunity",
    about="Problems that a place saw, and what it wanted instead.",
    key=("place", "area", "problem"),
    order=("pk",),
    search=("problem", "improvement"),
    filters=(Filter("place", "Place"), Filter("area", "Area")),
    columns=(
        PLACE,
        Column("area", "Area"),
        Column("problem", "Problem"),
        Column("improvement", "Wanted instead"),
        SAYS,
    ),
)
PLACE_PARTNERS = Table(
    PlacePartner,
    id="place-partners",
    name="partners of places",
    one="partner of a place",
    about="Who takes part in the care of a place that is no site.",
    key=("place", "organisation"),
    order=("pk",),
    search=("organisation",),
    filters=(Filter("place", "Place"),),
    columns=(
        PLACE,
        Column("organisation", "Organisation"),
        Column("commissions", "Commissions"),
        Column("provides", "Provides"),
        SAYS,
    ),
)
TIERS = Table(
    Tier,
    id="tiers",
    name="tiers of need",
    one="tier",
    about="Schemes that part people by need. The same number means different things in two schemes: keep them apart.",
    key=("place", "scheme", "tier"),
    order=("pk",),
    search=("name", "purpose"),
    filters=(Filter("place", "Place"), Filter("scheme", "Scheme")),
    columns=(
        PLACE,
        Column("scheme", "Scheme"),
        Column("tier", "Tier"),
        Column("name", "Name"),
        Column("purpose", "Purpose"),
        SAYS,
    ),
)
TABLES = (FACTS, OPPORTUNITIES, PLACE_PARTNERS, TIERS)
