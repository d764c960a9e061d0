"""The extracts in the layouts that the partners send, as columns.
`feeds` says whose each is, what its rows are known by, and what may be wrong or corrected in them."""

from vanguard.synth.extracts.community import community_contacts, mental_health_contacts
from vanguard.synth.extracts.feeds import FeedRules, feeds
from vanguard.synth.extracts.gp import gp_events, gp_registrations
from vanguard.synth.extracts.hospital import emergency_attendances, hospital_sites, inpatient_spells
from vanguard.synth.extracts.layout import Desk, Extract
from vanguard.synth.extracts.social_care import care_home_residents, social_care_events
from vanguard.synth.extracts.urgent import ambulance_incidents, calls_111

__all__ = [
    "Desk",
    "Extract",
    "FeedRules",
    "ambulance_incidents",
    "calls_111",
    "care_home_residents",
    "community_contacts",
    "emergency_attendances",
    "feeds",
    "gp_events",
    "gp_registrations",
    "hospital_sites",
    "inpatient_spells",
    "mental_health_contacts",
    "social_care_events",
]
