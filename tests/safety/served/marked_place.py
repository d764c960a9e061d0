"""The place of the walks over HTTP, filled beside the service: the two marked people and those who ask about them."""

from tests.safety.test_markers import (
    RELATED,
    STRANGER,
    chosen,
    confine_the_team,
    marked_person,
    marked_row,
    refer_the_stranger,
    tie,
    watched,
)
from tests.small_place import Person, fill_place, make_people

from vanguard import clock
from vanguard.access.models import Citizen, Session, User
from vanguard.access.sessions import CITIZEN, SEEN, UNTIL, SessionStore
from vanguard.console import home
from vanguard.web.demo_users import DEMO_PASSWORD

# Somebody from the public, signed in elsewhere: the walk shows this cookie.
CITIZENS_COOKIE = "c" * 32


def people() -> list[Person]:
    return [marked_person(RELATED, "zrelated", "K80001", 1), marked_person(STRANGER, "zstranger", "K80003", 2)]


def fill() -> None:
    fill_place(home(), [*make_people(12), *people()], [marked_row()])
    confine_the_team()
    refer_the_stranger()
    User.objects.create_user("friend", DEMO_PASSWORD, name="Pat Friend", role="relative")
    session = SessionStore()
    citizen = Citizen.objects.create(issuer="https://public.example", subject="1", name="A Citizen")
    seen = int(clock.now().timestamp())
    session.update({CITIZEN: citizen.pk, SEEN: seen, UNTIL: seen + 3600})
    session.create()
    Session.objects.filter(session_key=session.session_key).update(session_key=CITIZENS_COOKIE)


def relate() -> None:
    """The stranger comes to be related in several ways."""
    tie("nurse", "caseload")
    tie("social", "care_home")
    tie("hub", "provisional_call")
    tie("friend", "relative", scope="summary")


def close() -> None:
    """Both share key information only, and the related one's record is watched."""
    chosen("key_information")
    watched()
