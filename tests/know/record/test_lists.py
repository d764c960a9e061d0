"""Who to help next, search and the data page: each sees only what its role may."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import orjson
import pytest
from django.core.exceptions import PermissionDenied
from tests.town import ANN, BOB, CAT, NOW, actor, batches, body, make_users, member, person, publish_town, write_lake

from vanguard.access import Refused, give_reason
from vanguard.access.models import Mark
from vanguard.know.record import (
    feeds,
    help_counts,
    help_next,
    lists,
    publish,
    quarantine,
    quarantine_reasons,
    refreshed,
    search,
    shown,
)
from vanguard.know.record.folding import folded, words
from vanguard.know.record.help_pages import WATCHED

GP = actor("gp", practice="P1")
NURSE = actor("nurse", localities=["north"])
HUB = actor("referral_point_clinician", localities=["north", "south"])


def feature(one: dict, **more: object) -> dict:
    """A row of the lake's table person_feature."""
    return {
        "person_id": one["person_id"], "month_end": date(2018, 7, 31), "age": 80, "sex": "female",
        "practice": one["practice"], "area": None, "conditions": ["copd"], "condition_count": 1,
        "alerts": [], "falls_12m": 0,
        "hospital_frailty": None, "hospital_frailty_band": None, "emergency_admissions_12m": 0,
        "elective_admissions_12m": 0, "bed_days_12m": 0, "emergency_department_12m": 0, "primary_care_12m": 0,
        "community_12m": 0, "last_admission": None, "care_package": False,
    } | more  # fmt: skip


@pytest.mark.django_db
class TestHelpNext:
    @pytest.fixture(autouse=True)
    def town(self, place: Path, db: None) -> None:
        lake = publish_town(place)
        lake = write_lake(
            place,
            person_feature=[
                feature(ANN, age=87, hospital_frailty=3.5, emergency_admissions_12m=1),
                feature(BOB, age=76, hospital_frailty=16.0, emergency_admissions_12m=4),
                feature(CAT, age=65),
                feature(ANN, month_end=date(2018, 6, 30), age=86),
            ],
        )
        publish(lake, NOW, batches({one["person_id"]: body(one) for one in (ANN, BOB, CAT)}))

    @pytest.mark.parametrize(
        ("asking", "shown"),
        [(GP, ["Archer"]), (NURSE, ["Archer", "Baker"]), (HUB, ["Archer", "Carter", "Baker"])],
        ids=["gp", "nurse", "hub"],
    )
    def test_related_people_highest_priority_first(self, asking: object, shown: list[str]) -> None:
        page = help_next(asking, now=NOW)
        assert [row.person.family_name for row in page.rows] == shown
        assert page.total == len(shown)

    def test_the_reason_and_the_numbers_of_the_latest_month_stand_beside_each(self) -> None:
        [row] = help_next(GP, now=NOW).rows
        assert row.member["reasons"] == ["Two emergency admissions in 12 months"]
        assert (row.member["age"], row.member["hospital_frailty"], row.member["conditions"]) == (
            87,
            3.5,
            ["copd"],
        )

    def test_a_watched_record_says_nothing_on_a_list_before_a_reason_is_given(self) -> None:
        gp = make_users()["gp"]
        Mark.objects.create(person_id="ann", kind="staff", reason="A ward sister here", start=NOW, made_by=gp)
        asking = replace(GP, user_id=gp.pk)
        [row] = help_next(asking, now=NOW).rows
        assert row.person.family_name == "Archer"
        [line] = shown(help_next(asking, now=NOW).rows, NOW.date())
        assert (
            line.reasons == (WATCHED,) and not line.last_admission and set(line.numbers) <= {"priority", "rank", "age"}
        )
        give_reason(asking, "ann", "She is my patient today", now=NOW)
        [row] = help_next(asking, now=NOW).rows
        assert row.member["reasons"] == ["Two emergency admissions in 12 months"]

    @pytest.mark.parametrize(
        ("sort", "descending", "shown"),
        [
            ("name", None, ["Archer", "Baker", "Carter"]),
            ("name", True, ["Carter", "Baker", "Archer"]),
            ("age", None, ["Archer", "Baker", "Carter"]),
            ("hospital_frailty", None, ["Baker", "Archer", "Carter"]),
            ("hospital_frailty", False, ["Archer", "Baker", "Carter"]),
            ("no such column", True, ["Archer", "Carter", "Baker"]),
        ],
    )
    def test_sorted(self, sort: str, descending: bool | None, shown: list[str]) -> None:
        rows = help_next(HUB, now=NOW, sort=sort, descending=descending).rows
        assert [row.person.family_name for row in rows] == shown

    def test_filtered_by_practice_but_never_beyond_the_related(self) -> None:
        assert [row.person.family_name for row in help_next(HUB, now=NOW, practice="P3").rows] == ["Carter"]
        assert help_next(NURSE, now=NOW, practice="P3").rows == ()
        assert help_next(HUB, now=NOW).practices == ("P1", "P2", "P3")
        assert help_next(GP, now=NOW).practices == ("P1",)

    def test_a_page_past_the_end_is_the_last(self) -> None:
        page = help_next(HUB, now=NOW, page=99)
        assert (page.page, page.pages, len(page.rows)) == (1, 1, 3)

    def test_who_moved_since_the_month_end_is_on_the_list_of_today_s_practice(self, place: Path) -> None:
        moved = [ANN | {"practice": "P3"}, BOB, CAT]
        publish(write_lake(place, person=moved), NOW, batches({one["person_id"]: body(one) for one in moved}))
        assert help_next(GP, now=NOW).rows == ()
        [row] = help_next(actor("gp", practice="P3"), now=NOW, sort="name").rows[:1]
        assert row.person.family_name == "Archer"

    def test_who_has_died_is_on_no_list(self, place: Path) -> None:
        died = [ANN | {"death_date": date(2018, 8, 2)}, BOB, CAT]
        publish(write_lake(place, person=died), NOW, batches({one["person_id"]: body(one) for one in died}))
        assert [row.person.family_name for row in help_next(HUB, now=NOW).rows] == ["Carter", "Baker"]

    def test_a_publication_while_the_list_is_read_breaks_nothing(
        self, place: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = lists.open_list

        def publishing_meanwhile(*given: object, **named: object) -> object:
            publish(write_lake(place, cohort_member=[member(BOB, 1)]), NOW, [])
            return real(*given, **named)

        monkeypatch.setattr(lists, "open_list", publishing_meanwhile)
        assert [row.person.family_name for row in help_next(NURSE, now=NOW).rows] == ["Baker"]

    def test_an_analyst_gets_everybody_under_pseudonyms(self) -> None:
        page = help_next(actor("analyst"), now=NOW, sort="name")
        assert page.total is None, "three are too few to give"
        assert len(page.rows) == 3 and all(row.person is None for row in page.rows)
        text = repr(page)
        for one in (ANN, BOB, CAT):
            for told in ("person_id", "family_name", "nhs_number"):
                assert f"'{one[told]}'" not in text

    @pytest.mark.parametrize("role", ["commissioner", "administrator"])
    def test_others_get_no_list(self, role: str) -> None:
        with pytest.raises(Refused):
            help_next(actor(role), now=NOW)


@pytest.mark.django_db
def test_counts_of_localities_have_no_small_numbers(place: Path) -> None:
    people = [person(f"p{n}", "A", "B", "", date(1940, 1, 1), "P1" if n < 13 else "P3") for n in range(16)]
    publish_town(place, people)
    publish(write_lake(place, cohort_member=[member(one, 1) for one in people]), NOW, [])
    counts = help_counts(actor("commissioner"), now=NOW)
    assert [(one.locality, one.people, one.registered) for one in counts] == [
        ("north", 15, 15),
        ("south", None, None),
    ]
    with pytest.raises(PermissionDenied):
        help_counts(GP, now=NOW)


@pytest.mark.django_db
class TestSearch:
    @pytest.fixture(autouse=True)
    def town(self, place: Path, db: None) -> None:
        publish_town(place)

    @pytest.mark.parametrize("text", ["archer", "ARCHER Ann", "ann", "an ar", "9990000018", "999 000 0018"])
    def test_by_how_words_of_the_name_begin_or_by_nhs_number(self, text: str) -> None:
        found, more = search(NURSE, text, now=NOW)
        assert [one.person_id for one in found] == ["ann"] and not more

    @pytest.mark.parametrize("text", ["carter", "9990000034", "", "  ", "rcher", "%", "_"])
    def test_nobody_unrelated_and_nobody_for_nothing(self, text: str) -> None:
        assert search(NURSE, text, now=NOW) == ((), False)

    def test_office_roles_cannot(self) -> None:
        with pytest.raises(Refused):
            search(actor("analyst"), "archer", now=NOW)


def test_names_are_folded_to_plain_words() -> None:
    assert words("O'Brien-Łuka  Åse") == ["obrien", "luka", "ase"]
    assert folded("Zoë", None, "de Souza") == " zoe de souza"


@pytest.mark.django_db
def test_feeds_their_freshness_and_what_could_not_be_used(place: Path) -> None:
    at = datetime(2018, 8, 1, tzinfo=UTC)
    files = [
        {"load_id": load, "feed": "gp_events", "file": f"gp_events_{n}.csv", "sha256": "",
         "described_by": "packaged", "extracted_at": at.replace(day=n), "rows": 10, "accepted": 7,
         "quarantined": 1, "superseded": 2, "duplicate": 0}
        for n, load in ((1, "a"), (2, "b"))
    ]  # fmt: skip
    bad = {
        "row_id": "r", "feed": "gp_events", "file": "gp_events_1.csv", "line": 7, "column": "event_at",
        "reason": "event_at is 31/02/2018; expected a date.", "row": '{"event_at": "31/02/2018"}',
        "extracted_at": at, "load_id": "a",
    }  # fmt: skip
    assert refreshed() is None
    publish(write_lake(place, received_file=files, quarantine=[bad]), NOW, [])
    administrator, commissioner = actor("administrator"), actor("commissioner")
    [feed] = feeds(commissioner)
    assert (feed.feed, feed.files, feed.latest_extract) == ("gp_events", 2, at.replace(day=2))
    assert feed.rows == feed.accepted + feed.quarantined + feed.superseded + feed.duplicate == 20
    assert quarantine_reasons(commissioner) == (("gp_events", "event_at", "a date", 1),)
    [row] = quarantine(administrator, now=NOW)
    seen = [line for file in (place / "audit").glob("2018*") for line in file.read_bytes().splitlines()]
    assert [orjson.loads(line)["whom"] for line in seen if b"quarantine" in line] == [["r"]]
    assert (row.line, row.reason) == (7, "event_at is 31/02/2018; expected a date.")
    with pytest.raises(PermissionDenied):
        quarantine(commissioner, now=NOW)
    assert refreshed().at == NOW
