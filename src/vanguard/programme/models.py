"""The tables of this room, which its parts declare each for itself: Django looks for them here."""

from vanguard.programme.delivery.models import (
    Benefit,
    Decision,
    Dependency,
    Limit,
    Milestone,
    Risk,
    Wait,
)
from vanguard.programme.elsewhere.models import Fact, Opportunity, PlacePartner, Tier
from vanguard.programme.money.models import Award, AwardShare, Fund, Payment
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
from vanguard.programme.support.models import (
    Blocker,
    Help,
    SupportArea,
    SupportPackage,
    SupportRequest,
    Visit,
    Workstream,
)
from vanguard.programme.tables.models import Change

__all__ = [
    "Award",
    "AwardShare",
    "Benefit",
    "Blocker",
    "Body",
    "Capability",
    "Change",
    "Decision",
    "Dependency",
    "Disagreement",
    "Fact",
    "Feature",
    "Fund",
    "Help",
    "Initiative",
    "Limit",
    "Metric",
    "Milestone",
    "Moment",
    "Opportunity",
    "Organisation",
    "Partner",
    "Payment",
    "PlacePartner",
    "Risk",
    "Round",
    "Site",
    "SiteType",
    "Source",
    "SupportArea",
    "SupportPackage",
    "SupportRequest",
    "Target",
    "Tier",
    "Visit",
    "Wait",
    "Workstream",
]
