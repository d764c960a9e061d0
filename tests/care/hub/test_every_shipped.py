"""The hub under every shipped blueprint: a place runs them all, a referral is opened under each pathway, and seen."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from tests.care.hub.conftest import MONDAY
from tests.care.hub.test_pages import text
from tests.small_place import fill_place, make_people

from vanguard import clock
from vanguard.access import Actor, hashed_password, make_local_account, policy
from vanguard.access.models import User
from vanguard.blueprint import shipped
from vanguard.care import hub
from vanguard.care.hub import About, Referrer
from vanguard.care.hub.models import Referral
from vanguard.care.hub.place import flows, running
from vanguard.directory.models import Team
from vanguard.flow import Received
from vanguard.web.demo_users import DEMO_PASSWORD


@pytest.fixture
def every_blueprint(db: None, place: Path) -> Iterator[None]:
    """The place has adopted every shipped blueprint."""
    for name, folder in shipped().items():
        shutil.copytree(folder, place / "blueprints" / name)
    for kept in (running, hub.flow_of, hub.blueprint_of):
        kept.cache_clear()
    yield
    for kept in (running, hub.flow_of, hub.blueprint_of):
        kept.cache_clear()


def test_a_referral_is_opened_under_each_pathway_and_seen_by_whoever_takes_it_on(
    every_blueprint: None, place: Path
) -> None:
    fill_place(place, make_people(3))
    teams = list(Team.objects.values_list("code", flat=True))
    roles, hashed = policy().roles, hashed_password(DEMO_PASSWORD)
    ways = list(flows())
    assert {named.split("@")[0] for named, _ in ways} == set(shipped())
    for named, flow in ways:
        entry = flow.pathway.entry
        for channel, first in entry.by.items():
            role = min(flow.roles(first))
            user = User.objects.create_user(f"{flow.pathway.id}-{channel}", name=role, role=role)
            by = Actor(user.pk, user.username, role, roles[role], None, None, frozenset())
            received = Received(MONDAY, next(iter(entry.origins)), channel, age=81, sex="female")
            about = About(given_name="Edith", family_name="Clarke", sex="female", postcode="HP20 1AA")
            one = hub.receive(
                named, flow.pathway.id, about, Referrer("Dr Shah", "01296 000000"), received, by=by, now=MONDAY
            )
            assert [held.step for held in one.state.open] == [first]
    assert Referral.objects.count() == sum(len(flow.pathway.entry.by) for _, flow in ways)
    for named, flow in ways:
        taker = next(
            (
                role
                for step in flow.pathway.steps
                for role in sorted(flow.roles(step))
                if "referrals" in roles[role].rights
            ),
            None,
        )
        assert taker, f"somebody sees the board of {flow.pathway.id}"
        make_local_account(flow.pathway.id, hashed, name="Some One", role=taker, teams=teams)
        client = Client()
        assert client.post("/sign-in", {"username": flow.pathway.id, "password": DEMO_PASSWORD}).status_code == 302
        assert client.get("/referrals").status_code == 200
        number = Referral.objects.filter(blueprint=named, pathway=flow.pathway.id).earliest("pk").pk
        page = client.get(f"/referrals/{number}")
        assert page.status_code == 200, (flow.pathway.id, taker)
        assert flow.pathway.label in text(page) or flow.step(next(iter(flow.pathway.entry.by.values()))).label in text(
            page
        )
    hub.sweep(clock.now())
