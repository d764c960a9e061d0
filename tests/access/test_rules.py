"""The policy: every cell of role, relationship, choice, item and watch, against a slow reading of the same files.

The reference knows nothing of levels: it works on sets of words, straight from the YAML of the platform and of the
shipped blueprints.
"""

from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.town import actor

from vanguard import access
from vanguard.access import Chosen, policy, stricter
from vanguard.access.decision import Decision, Standing, decide
from vanguard.access.rules import read_policy
from vanguard.access.terms import LEVELS, MOST
from vanguard.blueprint import shipped
from vanguard.blueprint.versions import by_default
from vanguard.codes import code_matches, groupings
from vanguard.own_yaml import data_of

POLICY: dict[str, Any] = data_of((Path(access.__file__).parent / "policy.yaml").read_text("utf-8"))
FOLDERS = [shipped()[name] for name in by_default()]
BLUEPRINT_FILES = [data_of((folder / "access.yaml").read_text("utf-8")) for folder in FOLDERS]
BLUEPRINT_ROLES: dict[str, Any] = {
    role: {
        "under": {
            relationship: {
                "see": sight["see"],
                # The shipped blueprints' sets are made of the platform's, one code set each and of the same name.
                "sensitive": [
                    code_set
                    for one in sight.get("sensitive", [])
                    for code_set in data["sensitive_sets"][one]["code_sets"]
                ],
            }
            for relationship, sight in held.get("under", {}).items()
        },
        "rights": held.get("rights", []),
    }
    for data in BLUEPRINT_FILES
    for role, held in data["rights"].items()
}
ROLES_BY_ID: dict[str, Any] = {**POLICY["roles"], **BLUEPRINT_ROLES}
ITEMS = list(POLICY["items"])
CLINICAL = {"gp", "nurse", "social_worker", "referral_point_clinician"}


def upto(item: str) -> set[str]:
    """An item and all that stands before it."""
    return set() if item == "none" else set(ITEMS[: ITEMS.index(item) + 1])


def expected(role: str, ties: dict[str, str], choice: str | None, item: str, watched: bool, reason: bool) -> Decision:
    """What the policy file says, read slowly. `ties` are relationships with the item up to which each was given."""
    under = ROLES_BY_ID[role]["under"]
    if item not in ITEMS or not under:
        return Decision(False, "role")
    open_by: dict[str, set[str]] = {}
    open_without_choice: set[str] = set()
    for relationship in POLICY["relationships"]:
        if relationship not in under or relationship not in ties:
            continue
        shown = set(under[relationship]["see"]) & upto(ties[relationship])
        open_without_choice |= shown
        if choice is not None:
            at_most = POLICY["choices"][choice]["at_most"]
            shown &= upto(at_most[relationship] if relationship in at_most else at_most["otherwise"])
        if shown:
            open_by[relationship] = shown
    if not open_by:
        return Decision(False, "the person's choice" if open_without_choice else "not related")
    if watched and not reason and "own" not in open_by:
        return Decision(False, "reason needed")
    most = max(open_by.values(), key=len)
    as_much = [relationship for relationship, shown in open_by.items() if shown == most]
    sensitive = {
        one
        for relationship in as_much
        if open_by[relationship] == set(under[relationship]["see"])
        for one in under[relationship].get("sensitive", [])
    }
    wanted = most & upto(item)
    narrowed = choice if choice is not None and most & upto(item) < open_without_choice & upto(item) else ""
    return Decision(True, as_much[0], max(wanted, key=ITEMS.index), frozenset(sensitive), narrowed or "")


def standing(ties: dict[str, str], choice: str | None, watched: bool, reason: bool) -> Standing:
    """The same as the database would tell it: registration and locality as codes, the rest as rows."""
    held = {kind: LEVELS[scope] for kind, scope in ties.items() if kind != "registered"}
    by_locality = ties.get("team_list") == "full"
    if by_locality:
        del held["team_list"]
    return Standing(
        "P1" if "registered" in ties else "P9",
        "north" if by_locality else "far",
        held,
        policy().choices[choice] if choice else None,
        watched,
        reason,
    )


WHOLE = [{}, *({one: "full"} for one in POLICY["relationships"])]
PAIRS = [{one: "full", other: "full"} for one, other in combinations(POLICY["relationships"], 2)]
SCOPED = [{one: scope} for one in POLICY["relationships"] if one != "registered" for scope in ITEMS]


@pytest.mark.parametrize("role", ROLES_BY_ID)
def test_every_cell(role: str) -> None:
    asking = actor(role, practice="P1", localities=["north"])
    granted = 0
    for ties in [*WHOLE, *PAIRS, *SCOPED]:
        for choice in [None, *POLICY["choices"]]:
            for item in [*ITEMS, "everything", ""]:
                for watched, reason in [(False, False), (True, False), (True, True)]:
                    found = decide(asking, standing(ties, choice, watched, reason), item)
                    assert found == expected(role, ties, choice, item, watched, reason), (ties, choice, item, watched)
                    granted += found.granted
    assert (granted > 0) == bool(ROLES_BY_ID[role]["under"])


ROLES = st.sampled_from(list(ROLES_BY_ID))
CHOICES = st.sampled_from([None, *POLICY["choices"]])
TIES = st.dictionaries(st.sampled_from(list(POLICY["relationships"])), st.sampled_from(ITEMS)).map(
    lambda ties: ties | ({"registered": "full"} if "registered" in ties else {})
)


@given(st.sampled_from(list(ROLES_BY_ID)), TIES, st.sampled_from([None, *POLICY["choices"]]), st.sampled_from(ITEMS))
def test_any_mixture_of_relationships(role: str, ties: dict[str, str], choice: str | None, item: str) -> None:
    found = decide(actor(role, practice="P1", localities=["north"]), standing(ties, choice, False, False), item)
    assert found == expected(role, ties, choice, item, False, False)


# The narrower of the two is tried after the wider.
@example("social_worker", {"caseload": "full"}, {"care_home": "full"}, None)
@given(ROLES, TIES, TIES, CHOICES)
def test_one_more_relationship_never_shows_less(
    role: str, ties: dict[str, str], more: dict[str, str], choice: str | None
) -> None:
    asking = actor(role, practice="P1", localities=["north"])
    wider = {kind: max(ties.get(kind, "identity"), more.get(kind, "identity"), key=ITEMS.index) for kind in ties | more}
    before = decide(asking, standing(ties, choice, False, False), "full")
    after = decide(asking, standing(wider, choice, False, False), "full")
    assert LEVELS[after.item or "none"] >= LEVELS[before.item or "none"]


@pytest.mark.parametrize("role", ROLES_BY_ID)
def test_nobody_is_anybodys(role: str) -> None:
    assert not decide(actor(role, practice="P1", localities=["north"]), None, "identity").granted


@pytest.mark.parametrize("role", ROLES_BY_ID)
def test_who_has_no_practice_or_team_is_not_related_to_people_without_one(role: str) -> None:
    assert not decide(actor(role), Standing(None, None), "full").granted


def test_a_call_shows_identity_and_what_matters_most_only() -> None:
    called = Standing("P9", "far", {"provisional_call": MOST})
    found = decide(actor("referral_point_clinician"), called, "full")
    assert (found.item, found.why) == ("summary", "provisional_call")


def test_share_nothing_closes_the_record_but_to_an_emergency_and_a_change_of_mind() -> None:
    nothing = policy().choices["nothing"]
    everywhere = Standing("P1", "north", dict.fromkeys(["caseload", "referred", "relative"], MOST), nothing)
    gp, nurse = actor("gp", practice="P1"), actor("nurse", localities=["north"])
    assert decide(gp, everywhere, "full").item == "identity"
    assert decide(nurse, everywhere, "full").why == "the person's choice"
    assert decide(nurse, replace(everywhere, held={"break_glass": MOST}), "full").item == "summary"


def test_a_choice_that_the_policy_no_longer_has_counts_as_the_strictest() -> None:
    assert policy().sharing("of an older policy").id == list(POLICY["choices"])[-1]
    assert policy().sharing(None).id == next(iter(POLICY["choices"]))


CHOSEN = st.builds(Chosen, st.sampled_from([*POLICY["choices"], "of an older policy"]), st.booleans())


class TestMerging:
    """Two records turn out to be one person's."""

    def test_the_stricter_of_each_holds(self) -> None:
        assert stricter(Chosen("key_information", True), Chosen("share_all", False)) == Chosen("key_information", False)
        assert stricter(Chosen("nothing", True), Chosen("key_information", True)) == Chosen("nothing", True)

    @given(CHOSEN, CHOSEN, CHOSEN)
    def test_the_order_of_merges_does_not_matter(self, one: Chosen, two: Chosen, three: Chosen) -> None:
        assert stricter(one, two) == stricter(two, one)
        assert stricter(stricter(one, two), three) == stricter(one, stricter(two, three))
        assert stricter(stricter(one, two), two) == stricter(one, two)

    @given(CHOSEN, CHOSEN, ROLES, TIES)
    def test_nobody_sees_more_than_either_let_them(
        self, one: Chosen, two: Chosen, role: str, ties: dict[str, str]
    ) -> None:
        def level(chosen: Chosen) -> int:
            person = replace(standing(ties, None, False, False), choice=policy().sharing(chosen.sharing))
            found = decide(actor(role, practice="P1", localities=["north"]), person, "full")
            return LEVELS[found.item or "none"]

        assert level(stricter(one, two)) <= min(level(one), level(two))


def test_rights_that_are_not_about_one_person() -> None:
    platform = [role for role in policy().roles.values() if not role.given_by]
    holders = {right: {role.id for role in platform if right in role.rights} for right in policy().rights}
    assert holders == {
        "list_people": CLINICAL,
        "break_glass": CLINICAL,
        "record_choices": CLINICAL,
        "practice_notices": {"gp"},
        "referrals": set(),
        "beds": set(),
        "rota": set(),
        "refer": set(),
        "plans": set(),
        "practice_measures": {"gp"},
        "who_looked": {"gp"},
        "share_with_relatives": {"gp"},
        "pseudonymised_rows": {"analyst"},
        "counts": {"analyst", "commissioner"},
        "data": CLINICAL | {"analyst", "commissioner", "administrator"},
        "quarantine_rows": {"administrator"},
        "mend_rows": {"administrator"},
        "users": {"administrator"},
        "privacy_queue": {"privacy_officer"},
        "mark_records": {"privacy_officer"},
        "programme": {"programme_director", "programme_viewer"},
        "keep_programme": {"programme_director"},
    }


def test_roles_of_blueprints_hold_the_rights_that_they_name_and_follow_the_referrals_they_work_on() -> None:
    given = {role.id: set(role.rights) for role in policy().roles.values() if role.given_by}
    files = [data_of((folder / "pathways.yaml").read_text("utf-8")) for folder in FOLDERS]
    every = {id: one.get("roles", ()) for file in files for id, one in file["resources"].items()}
    own = {
        pathway["steps"][step]["by"]
        for file in files
        for pathway in file["pathways"].values()
        for channel, step in pathway["entry"]["by"].items()
        if channel != "phone"
    }
    at_work = {role for id, roles in every.items() if id not in own for role in roles}
    writing = {role for id in own for role in every[id]}
    cared = [data_of((folder / "plans.yaml").read_text("utf-8")) for folder in FOLDERS]
    planning = {
        role for file in cared for plan in (file.get("care_plans") or {}).values() for role in plan["review"]["by"]
    }
    assert planning and {role: rights - {"beds", "rota"} for role, rights in given.items()} == {
        role: {
            *held["rights"],
            *(["referrals"] * (role in at_work)),
            *(["refer"] * (role in writing)),
            *(["plans"] * (role in planning)),
        }
        for role, held in BLUEPRINT_ROLES.items()
    }
    assert writing and not writing & at_work, "who only refers sees no board"
    assert len(given) > 10


def test_beds_and_rota_are_for_those_whom_the_pathways_name() -> None:
    """Beds for those who look after them or do a step that uses one, the rota for whoever is called in time."""
    holders = {
        right: {role.id for role in policy().roles.values() if right in role.rights} for right in ("beds", "rota")
    }
    visiting = {"response_nurse", "response_therapist", "response_social_worker", "community_night_nurse"}
    desk = {"referral_point_administrator", "triage_clinician", "referral_point_lead"}
    assert holders == {"beds": visiting | desk, "rota": {"referral_point_lead"}}


def test_nobody_who_looks_after_numbers_or_the_service_sees_a_person() -> None:
    blind = {role for role, spec in POLICY["roles"].items() if not spec["under"]}
    programme = {"programme_director", "programme_viewer"}
    assert blind == {"analyst", "commissioner", "administrator", "privacy_officer"} | programme


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda data: data["roles"]["gp"]["rights"].append("fly"), "role gp names fly"),
        (lambda data: data["roles"]["gp"]["under"].update(friend={"see": ["identity"]}), "role gp names friend"),
        (lambda data: data["roles"]["gp"]["under"]["registered"]["sensitive"].append("x"), "names x, not defined"),
        (lambda data: data["roles"]["nurse"]["under"]["caseload"].update(see=["identity", "full"]), "without a gap"),
        (lambda data: data["roles"]["nurse"]["under"]["caseload"].update(see=[]), "without a gap"),
        (lambda data: data["choices"]["nothing"]["at_most"].update(otherwise="some"), "choice nothing names some"),
        (lambda data: data["sensitive_sets"]["sexual_health"]["code_sets"].append("y"), "names y, not defined"),
        (lambda data: data["relationships"].pop("break_glass"), "break_glass"),
        (lambda data: data["blueprints"]["rights"].append("fly"), "blueprints names fly"),
        (lambda data: data["roles"]["gp"]["rights"].append("pseudonymised_rows"), "role gp sees people by name and"),
        (lambda data: data["roles"]["gp"]["under"].pop("break_glass"), "role gp may open records in an emergency and"),
    ],
)
def test_a_policy_that_does_not_hold_together_is_refused(change: Any, complaint: str) -> None:
    data = data_of((Path(access.__file__).parent / "policy.yaml").read_text("utf-8"))
    change(data)
    with pytest.raises(ValueError, match=complaint):
        read_policy(data, {one.id: code_matches(one) for one in groupings().values()})
