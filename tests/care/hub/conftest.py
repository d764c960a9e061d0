"""A place that runs the shipped referral point, and the people who work there."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from vanguard.access import Actor
from vanguard.access.models import User
from vanguard.access.terms import Role
from vanguard.blueprint import shipped
from vanguard.care import hub
from vanguard.care.hub import About, Referrer
from vanguard.flow import Received

PATHWAY = "rapid_response_and_reablement_pathway"


def at(day: int, time: str, month: int = 11) -> datetime:
    """An instant of the winter of 2026, when local time is UTC."""
    hour, minute = time.split(":")
    return datetime(2026, month, day, int(hour), int(minute), tzinfo=UTC)


MONDAY = at(2, "11:00")


@pytest.fixture
def referral_point(db: None, place: Path) -> str:
    """The name and version under which referrals begin."""
    hub.flow_of.cache_clear()
    hub.blueprint_of.cache_clear()
    return hub.keep(shipped()["frail-older-people"])


@pytest.fixture
def works_as(db: None):
    """Somebody of a role of the blueprint."""

    def work(role: str, name: str) -> Actor:
        user, _ = User.objects.get_or_create(username=f"{role}-{name}", defaults={"name": name, "role": role})
        words = role.replace("_", " ")
        return Actor(user.pk, user.username, name, Role(role, words, frozenset(), ()), None, None, frozenset())

    return work


@pytest.fixture
def clerk(works_as) -> Actor:
    return works_as("referral_point_administrator", "Olu Adeyemi")


@pytest.fixture
def triage_nurse(works_as) -> Actor:
    return works_as("triage_clinician", "Mary Ward")


@pytest.fixture
def nurse(works_as) -> Actor:
    return works_as("response_nurse", "Tom Baker")


@pytest.fixture
def refers(referral_point: str, clerk: Actor):
    """A GP rings from the home of a woman of 81 on a Monday morning."""

    def refer(when: datetime = MONDAY, now: datetime | None = None) -> hub.Episode:
        received = Received(when, "general_practice", "phone", age=81, sex="female")
        about = About(given_name="Edith", family_name="Clarke", sex="female", postcode="HP20 1AA")
        return hub.receive(
            referral_point, PATHWAY, about, Referrer("Dr Shah", "01296 000000"), received, by=clerk, now=now or when
        )

    return refer
