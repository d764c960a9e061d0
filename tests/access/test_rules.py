"""The policy: every role, with every tie to a person, for every item."""

import pytest
from tests.town import actor

from vanguard.access.rules import Standing, decide, policy

CLINICAL = ("gp", "nurse", "social_worker", "referral_point_clinician")
OFFICE = ("analyst", "commissioner", "administrator")
TIES = {
    "my practice": Standing("P1", "north"),
    "my locality": Standing("P2", "north"),
    "elsewhere": Standing("P3", "south"),
    "elsewhere, glass broken": Standing("P3", "south", glass_broken=True),
    "no practice": Standing(None, None),
    "no practice, glass broken": Standing(None, None, glass_broken=True),
    "unknown": None,
}
# Why each role may open anything it may open at all; a tie that is not named here refuses.
EXPECTED = {
    "gp": {
        "my practice": "practice",
        "elsewhere, glass broken": "break_glass",
        "no practice, glass broken": "break_glass",
    },
    **{
        role: {
            "my practice": "locality",
            "my locality": "locality",
            "elsewhere, glass broken": "break_glass",
            "no practice, glass broken": "break_glass",
        }
        for role in CLINICAL[1:]
    },
    **{role: {} for role in OFFICE},
}


def test_the_table_covers_every_role() -> None:
    assert set(EXPECTED) == set(policy().roles)


@pytest.mark.parametrize("item", ["identity", "summary", "record"])
@pytest.mark.parametrize("tie", TIES)
@pytest.mark.parametrize("role", EXPECTED)
def test_who_may_open_what_about_whom(role: str, tie: str, item: str) -> None:
    asking = actor(role, practice="P1" if role == "gp" else None, localities=["north"] if role != "gp" else [])
    decision = decide(asking, TIES[tie], item)
    assert decision.granted == (tie in EXPECTED[role])
    if decision.granted:
        assert decision.why == EXPECTED[role][tie]


@pytest.mark.parametrize("role", CLINICAL)
def test_an_item_that_the_policy_does_not_name_is_refused(role: str) -> None:
    asking = actor(role, practice="P1", localities=["north"])
    assert not decide(asking, TIES["my practice"], "everything").granted


@pytest.mark.parametrize("role", CLINICAL)
def test_nobody_without_a_practice_or_team_is_related_to_people_without_one(role: str) -> None:
    assert not decide(actor(role), Standing(None, None), "record").granted


def test_rights_that_are_not_about_one_person() -> None:
    holders = {right: {r.id for r in policy().roles.values() if right in r.rights} for right in policy().rights}
    assert holders == {
        "list_people": set(CLINICAL),
        "break_glass": set(CLINICAL),
        "pseudonymised_rows": {"analyst"},
        "counts": {"analyst", "commissioner"},
        "data": set(CLINICAL + OFFICE),
        "quarantine_rows": {"administrator"},
        "users": {"administrator"},
    }
