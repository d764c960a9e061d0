"""What a place's blueprints and code sets add to the policy, and what they may not."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.town import CAT, NOW, actor, batches, body, make_users, publish_town, write_lake

from vanguard.access import Actor, Holder, kept_back, open_person, open_relationship, policy, sensitive_codes
from vanguard.access.decision import Standing, decide
from vanguard.access.models import User
from vanguard.access.terms import MOST
from vanguard.blueprint import adopted, shipped
from vanguard.errors import BadInput
from vanguard.know.record import publish, read

WHOLE, CITED = ["identity", "summary", "full"], {"cites": "invention"}
TESTS = Path(__file__).parents[1]
FEET, OWLS, OWL_TOWN = (
    TESTS / "blueprints/foot-care",
    TESTS / "blueprint/night_owls",
    TESTS / "blueprint/night_owls_town",
)


def run(place: Path, *folders: Path, change: Callable[[dict[str, Any]], object] | None = None) -> None:
    """The place runs these blueprints; `change` is made to the access.yaml of the last."""
    for folder in folders:
        own = place / "blueprints" / folder.name
        shutil.copytree(folder, own)
    if change:
        data = yaml.safe_load((own / "access.yaml").read_text("utf-8"))
        change(data)
        (own / "access.yaml").write_text(json.dumps(data), "utf-8")


def refusal() -> str:
    with pytest.raises(BadInput) as caught:
        policy()
    return str(caught.value)


class TestAdopting:
    """Which blueprints a place runs."""

    def test_without_any_of_its_own_what_the_package_says(self, place: Path) -> None:
        assert [one.id for one in adopted(place)] == ["frail-older-people"]

    def test_its_own_in_the_stead_of_the_shipped_and_not_what_they_extend(self, place: Path) -> None:
        run(place, FEET, OWLS, OWL_TOWN)
        assert [one.id for one in adopted(place)] == ["foot-care", "owl-town"]

    def test_one_version_of_each(self, place: Path) -> None:
        run(place, FEET)
        shutil.copytree(FEET, place / "blueprints/feet-again")
        assert "More than one folder holds the blueprint foot-care." in refusal()


class TestRoles:
    """Roles of several blueprints beside those of the platform."""

    def test_roles_come_with_their_labels(self, place: Path) -> None:
        run(place, FEET, shipped()["frail-older-people"])
        clerk = policy().roles["counter_clerk"]
        assert (clerk.name, clerk.given_by) == ("Clerk at the counter", "Happy feet")
        assert {one.given_by for one in policy().roles.values()} == {"", clerk.given_by, "Frail older people"}

    def test_what_a_role_sees_is_what_its_blueprint_says(self, place: Path) -> None:
        run(place, FEET)
        seen = {
            kind: decide(actor("podiatrist"), Standing(None, None, {kind: MOST}), "full").item
            for kind in ("referred", "caseload", "break_glass", "care_home")
        }
        assert seen == {"referred": "summary", "caseload": "full", "break_glass": "summary", "care_home": ""}

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            (lambda d: d["rights"]["podiatrist"]["under"].update(provisional_call={"see": WHOLE}),
             "Role podiatrist sees full under provisional_call, more than any role of the platform. At most summary."),
            (lambda d: d.update(
                sensitive_sets={"own": {"label": "O", "code_sets": ["sexual_health"], "source": CITED}},
                rights={"cobbler": {"under": {"referred": {"see": ["identity"], "sensitive": ["own"]}},
                                    "source": CITED}}),
             "Role cobbler sees sexual_health under referred, which no role of the platform does."),
            (lambda d: d["rights"]["chief_podiatrist"].update(rights=["pseudonymised_rows"]),
             "Role chief_podiatrist sees people by name and rows under pseudonyms, so could tell whose these are."),
            (lambda d: d["rights"]["podiatrist"]["under"].pop("break_glass"),
             "Role podiatrist may open records in an emergency and sees nothing of them then."),
            (lambda d: d["rights"]["cobbler"]["under"].update(caseload={"see": ["full"]}),
             "Role cobbler does not see items from identity on under caseload."),
        ],
    )  # fmt: skip
    def test_what_goes_beyond_the_platform_is_refused(self, place: Path, change: Any, sentence: str) -> None:
        run(place, FEET, change=change)
        assert refusal().startswith(f"foot-care 3.1.4, access.yaml: {sentence}")

    def test_every_mistake_is_said_at_once(self, place: Path) -> None:
        run(place, FEET, change=lambda d: [one.update(rights=["pseudonymised_rows"]) for one in d["rights"].values()])
        assert len(refusal().splitlines()) == 4

    def test_no_blueprint_gives_what_is_the_platform_s_own(self) -> None:
        from vanguard.blueprint.elements.access import Relationship, Right

        assert set(Right.__args__) == policy().blueprints_may_give  # type: ignore[attr-defined]
        assert {*Relationship.__args__, "own"} == set(policy().relationships)  # type: ignore[attr-defined]
        assert not policy().blueprints_may_give & {"users", "privacy_queue", "mark_records", "quarantine_rows"}

    def test_the_same_role_twice_must_be_the_same(self, place: Path) -> None:
        """Of the platform, or of another blueprint."""
        run(place, FEET, OWLS, change=lambda d: None)
        main = place / "blueprints/night_owls/blueprint.yaml"
        main.write_text(main.read_text("utf-8").replace("  lark:", "  cobbler:"), "utf-8")
        for file in (place / "blueprints/night_owls").glob("*.yaml"):
            file.write_text(file.read_text("utf-8").replace("lark", "cobbler"), "utf-8")
        assert "Role cobbler is also one of the blueprint Happy feet, which sees or may do" in refusal()


class TestSensitiveSets:
    """A blueprint's own set keeps its codes back from everybody whom it does not give them."""

    @pytest.mark.django_db
    def test_a_set_of_a_blueprint_s_own_codes(self, place: Path) -> None:
        publish_town(place)
        entries = [
            {"id": code, "kind": "Condition", "codes": [f"icd10:{code}"], "display": code, "date": "2018-01-01"}
            for code in ("G471", "I10", "A54")
        ]
        publish(write_lake(place), NOW, batches({"cat": body(CAT, entries=entries)}))
        users = make_users()
        run(place, OWLS)
        users["owl"] = User.objects.create_user("owl", name="O", role="owl")

        def seen(role: str) -> set[str]:
            asking = actor(role, user_id=users[role].pk)
            holder = Holder("user", str(asking.user_id))
            open_relationship("cat", "caseload", holder, reason="x", made_by=None, now=NOW)
            return {one["id"] for one in read(open_person(asking, "cat", now=NOW)).data["entries"]}

        # The owl's blueprint gives it dreams, not what the platform keeps back; the nurse has it the other way round.
        assert seen("owl") == {"G471", "I10"}
        assert seen("nurse") == {"I10", "A54"}
        assert ("icd10:G47", True) in {(one["code"], one["prefix"]) for one in sensitive_codes().to_pylist()}

    @pytest.mark.django_db
    def test_codes_that_the_place_adds_to_a_set(self, place: Path) -> None:
        """SNOMED CT, of which nothing is shipped, takes effect in records and in the analysts' tables."""
        own = place / "codes"
        own.mkdir()
        (own / "clinic.csv").write_text("set,system,code\nsexual_health,snomed,73211009\n")
        (own / "clinic.yaml").write_text("id: clinic\nversion: '1'\nsource: ours\nlicence: ours\nextends: sensitive\n")
        publish_town(place)
        entries = [
            {"id": code, "kind": "Condition", "codes": [f"snomed:{code}"], "display": code, "date": "2018-01-01"}
            for code in ("73211009", "22298006")
        ]
        publish(write_lake(place), NOW, batches({"cat": body(CAT, entries=entries)}))
        make_users()
        gp: Actor = actor("gp", practice="P3")
        social = actor("social_worker", localities=["south"])
        shown = {
            one.role.id: {entry["id"] for entry in read(open_person(one, "cat", now=NOW)).data["entries"]}
            for one in (gp, social)
        }
        assert shown == {"gp": {"73211009", "22298006"}, "social_worker": {"22298006"}}
        assert kept_back(open_person(social, "cat", now=NOW)).holds("snomed:73211009")
        assert "snomed:73211009" in sensitive_codes()["code"].to_pylist()
