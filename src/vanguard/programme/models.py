"""The tables of this room, which its parts declare each for itself: Django looks for them here."""

from vanguard.programme.elsewhere.models import Fact, Opportunity, PlacePartner, Tier
from vanguard.programme.money.models import Award, AwardShare, Fund, Payment
from vanguard.programme.selection.models import Application, Decision, Step, Vote
from vanguard.programme.sites.models import (
    Capability,
    Feature,
    Initiative,
    Metric,
    Organisation,
    Partner,
    Round,
    Site,
    SiteType,
    Target,
)
from vanguard.programme.sources.models import Body, Disagreement, Moment, Source
from vanguard.programme.support.models import SupportArea
from vanguard.programme.tables.models import Change

__all__ = [
    "Application",
    "Award",
    "AwardShare",
    "Body",
    "Capability",
    "Change",
    "Decision",
    "Disagreement",
    "Fact",
    "Feature",
    "Fund",
    "Initiative",
    "Metric",
    "Moment",
    "Opportunity",
    "Organisation",
    "Partner",
    "Payment",
    "PlacePartner",
    "Round",
    "Site",
    "SiteType",
    "Source",
    "Step",
    "SupportArea",
    "Target",
    "Tier",
    "Vote",
]
