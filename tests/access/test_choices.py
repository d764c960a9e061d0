"""What a person chose stays what they chose: who may record it, and who may open again what they closed."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.town import ANN, CAT, NOW, actor, make_users, publish_town

from vanguard.access import (
    Chosen,
    Refused,
    break_glass,
    choices_of,
    invite,
    invited,
    open_person,
    open_relationship,
    record_choice,
    trace,
)
from vanguard.access.models import Choice
from vanguard.access.relationships import Holder
from vanguard.clock import local_date
from vanguard.errors import BadInput

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def users(place: Path, db: None) -> dict[str, Any]:
    publish_town(place)
    return make_users()


def in_an_emergency(role: str, users: dict[str, Any]) -> Any:
    """Ann's record, opened to somebody of the far end of the county by breaking the glass."""
    away = actor(role, user_id=users[role].pk, practice="P3")
    person = trace(away, nhs_number=ANN["nhs_number"], birth_date=ANN["birth_date"], now=NOW)
    break_glass(away, person or "", "Found collapsed at home", now=NOW)
    return open_person(away, "ann", what="identity", now=NOW)


def test_nobody_changes_a_choice_in_an_emergency(users: dict[str, Any]) -> None:
    gp = actor("gp", user_id=users["gp"].pk, practice="P1")
    record_choice(open_person(gp, "ann", now=NOW), Chosen("nothing", True), words="")
    for role in ("nurse", "gp"):
        with pytest.raises(Refused):
            record_choice(in_an_emergency(role, users), Chosen("share_all", True), words="")
    assert [one.sharing for one in Choice.objects.all()] == ["nothing"]


def test_nobody_lends_a_record_that_is_open_in_an_emergency(users: dict[str, Any]) -> None:
    opened = in_an_emergency("gp", users)
    day = local_date(NOW) + timedelta(days=1)
    for ask in (lambda: invited(opened), lambda: invite(opened, whom="Me myself", item="full", last_day=day)):
        with pytest.raises(Refused):
            ask()


def test_only_the_own_practice_opens_what_a_person_closed(users: dict[str, Any]) -> None:
    gp = actor("gp", user_id=users["gp"].pk, practice="P3")
    nurse = actor("nurse", user_id=users["nurse"].pk)
    open_relationship("cat", "caseload", Holder("user", str(nurse.user_id)), reason="x", made_by=None, now=NOW)
    hours = iter(range(1, 9))

    def chooses(whose: Any, sharing: str, planning: bool = True) -> None:
        entitlement = open_person(whose, CAT["person_id"], what="identity", now=NOW + timedelta(hours=next(hours)))
        record_choice(entitlement, Chosen(sharing, planning), words="")

    chooses(nurse, "share_all", False)
    chooses(nurse, "key_information", False)
    for more in (("share_all", False), ("key_information", True)):
        with pytest.raises(BadInput, match="own practice opens the record further"):
            chooses(nurse, *more)
    chooses(gp, "share_all")
    latest = choices_of(open_person(gp, "cat", now=NOW + timedelta(hours=9)))[0]
    assert (latest.chosen, latest.role) == (Chosen("share_all", True), "gp")
