"""A person and their own record: from what a provider says of them to the page of who looked, on both databases."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.access.test_relatives import PAGE, citizen, page
from tests.access.test_relatives import practice as practice
from tests.oidc.place import sign_in_data
from tests.town import ANN, CAT, NOW

from vanguard.access import Change, follow
from vanguard.access.models import Choice, Citizen, ClosedView, Mark, Relationship, User
from vanguard.access.oidc_claims import Vouched, vouched
from vanguard.access.oidc_file import Provider
from vanguard.access.own import tie_to_own
from vanguard.know.record.models import PersonIndex

pytestmark = pytest.mark.django_db
CAT_S = Vouched(CAT["nhs_number"], CAT["birth_date"])
OWN_VIEW = "/people/cat/own-view"
CLAIMS = {"nhs_number": CAT["nhs_number"], "birthdate": "1953-04-05", "identity_proofing_level": "P9"}


def provider(**changes: Any) -> Provider:
    data = sign_in_data("https://public.example")["providers"]["nhs-login"] | changes
    return Provider.model_validate(
        data
        | {"require": {key: tuple(values) for key, values in data["require"].items()}}
        | {"own_record": data["own_record"] and {**data["own_record"], "require": {"identity_proofing_level": ("P9",)}}}
    )


def signs_in(number: int, said: Vouched | None = CAT_S, at: int = 0) -> None:
    """As the provider's answer does it."""
    account = Citizen.objects.get(subject=str(number))
    tie_to_own(account, f"citizen {number}", said, now=NOW + timedelta(days=at))


def sees(client: Client) -> bool:
    return "CARTER, Cat" in page(client, "/me/record")


@pytest.mark.parametrize(
    ("claims", "whom"),
    [
        (CLAIMS, CAT_S),
        (CLAIMS | {"nhs_number": "999 000 0034"}, CAT_S),
        (CLAIMS | {"identity_proofing_level": "P5"}, None),
        (CLAIMS | {"nhs_number": "9990000035"}, None),
        (CLAIMS | {"nhs_number": 9990000034}, None),
        (CLAIMS | {"birthdate": "5 April 1953"}, None),
        ({"identity_proofing_level": "P9"}, None),
    ],
)
def test_only_what_is_said_surely_enough_counts(claims: Mapping[str, Any], whom: Vouched | None) -> None:
    assert vouched(claims, provider()) == whom
    assert vouched(claims, provider(own_record=None)) is None


def test_a_person_sees_all_of_their_own_record_and_who_looked(
    practice: Client, on_record: Callable[[], list[dict[str, Any]]]
) -> None:
    cat, stranger = citizen(1), citizen(2)
    signs_in(1)
    signs_in(2, None)
    signs_in(2, replace(CAT_S, birth_date=date(1953, 5, 4)))
    assert sees(cat) and not sees(stranger)
    assert "Your record" in page(cat, "/me") and "not shown here" in page(stranger, "/me")
    seen = page(cat, "/me/record")
    assert "1 Ash Road" in seen and "zsensitivez" in seen and "zgenderz" in seen, "it is theirs"
    assert page(cat, "/people/cat") == "" and page(stranger, "/me/looks") == ""
    assert page(practice, "/people/cat") != ""
    looks = page(cat, "/me/looks")
    assert "The gp" in looks and "The person themself" in looks and "citizen 1" not in looks

    # Neither what others may see nor that others need a reason keeps anybody from what is their own.
    gp = User.objects.get(username="gp")
    Choice.objects.create(person_id="cat", sharing="nothing", planning=True, start=NOW, made_by=gp, role="gp")
    Mark.objects.create(person_id="cat", kind="staff", reason="A ward sister here", start=NOW, made_by=gp)
    assert sees(cat)
    own = [line for line in on_record() if line["role"] == "own" and line["outcome"] == "shown"]
    assert {(line["what"], line["why"]) for line in own} == {("full", "own"), ("looks", "own")}


def test_the_practice_closes_the_view_and_opens_it_again(practice: Client) -> None:
    cat = citizen(1)
    signs_in(1)
    assert "Close the person" in page(practice, PAGE)
    assert practice.post(OWN_VIEW).status_code == 302 and practice.post(OWN_VIEW).status_code == 302
    assert not sees(cat) and "has closed the person" in page(practice, PAGE)
    again, other = citizen(2), citizen(3)
    for number in (1, 2):
        signs_in(number, at=1)
    assert not sees(cat) and not sees(again), "neither signing in again nor another account opens it"
    follow([Change(1, "cat", "bob", remains=True)], NOW)
    assert set(ClosedView.objects.filter(until=None).values_list("person_id", flat=True)) == {"cat", "bob"}
    assert practice.post(OWN_VIEW, {"open": "yes"}).status_code == 302
    signs_in(1, at=2)
    assert sees(cat)
    assert other.post(OWN_VIEW).status_code == 302 and sees(cat), "nobody from the public closes or opens it"


def test_who_somebody_is_is_looked_up_again_at_each_sign_in(practice: Client) -> None:
    cat = citizen(1)
    signs_in(1)
    signs_in(1)
    assert Relationship.objects.filter(kind="own").count() == 1
    signs_in(1, Vouched(ANN["nhs_number"], ANN["birth_date"]), at=1)
    assert not sees(cat)
    assert [row.person_id for row in Relationship.objects.filter(kind="own", until=None)] == ["ann"]
    signs_in(1, None, at=2)
    assert page(cat, "/me/record") == ""


def test_of_two_with_one_number_and_of_the_dead_nobody_is_shown(practice: Client) -> None:
    cat = citizen(1)
    PersonIndex.objects.filter(person_id="bob").update(nhs_number=CAT["nhs_number"], birth_date=CAT["birth_date"])
    signs_in(1)
    assert not Relationship.objects.filter(kind="own").exists()
    PersonIndex.objects.filter(person_id="bob").delete()
    PersonIndex.objects.filter(person_id="cat").update(death_date=date(2018, 8, 1))
    signs_in(1)
    assert not sees(cat)


@pytest.mark.parametrize("remains", [True, False])
def test_when_records_are_joined_or_parted_the_own_view_waits_for_the_next_sign_in(
    practice: Client, remains: bool
) -> None:
    cat = citizen(1)
    signs_in(1)
    follow([Change(1, "cat", "bob", remains)], NOW)
    assert not sees(cat) and page(cat, "/me/record") == ""
    signs_in(1, at=1)
    assert sees(cat), "the record that still has the number and date"
