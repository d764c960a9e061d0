"""What analysts see of single people, on the page and as a file: coarse, under pseudonyms, on record."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.core.exceptions import PermissionDenied
from tests.know.record.test_lists import feature
from tests.town import ANN, BOB, CAT, NOW, actor, batches, body, member, publish_town, write_lake

from vanguard.access import download, use_of
from vanguard.access.models import User
from vanguard.errors import BadInput
from vanguard.know.record import help_next, publish
from vanguard.know.record.unnamed import age_band, coarse_reason, everybody_unnamed

ANALYST = actor("analyst")


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (0, "0 to 4"),
        (4, "0 to 4"),
        (87, "85 to 89"),
        (89, "85 to 89"),
        (90, "90 or over"),
        (104, "90 or over"),
        (None, None),
    ],
)
def test_ages_are_bands(age: int | None, band: str | None) -> None:
    assert age_band(age) == band


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Last admitted to hospital on 6 August 2018", "Last admitted to hospital in August 2018"),
        ("Aged 87 and living with 4 conditions", "Aged 85 to 89 and living with 4 conditions"),
        ("187 visits, 3 falls", "187 visits, 3 falls"),
        ("High hospital frailty (18.2 points)", "High hospital frailty (18.2 points)"),
    ],
)
def test_reasons_are_told_without_days_and_exact_ages(said: str, told: str) -> None:
    assert coarse_reason(said, 87) == told


@pytest.mark.django_db
class TestTheList:
    @pytest.fixture(autouse=True)
    def town(self, place: Path, db: None) -> None:
        publish_town(place)
        last = [date(2018, 7, 17), date(2018, 7, 3), date(2018, 6, 30)]
        lake = write_lake(
            place,
            person_feature=[
                feature(one, age=age, last_admission=day)
                for one, age, day in zip((ANN, BOB, CAT), (87, 86, 93), last, strict=True)
            ],
            cohort_member=[
                member(one, 5, reasons=["Last admitted to hospital on 17 July 2018"]) for one in (ANN, BOB, CAT)
            ],
        )
        publish(lake, NOW, batches({one["person_id"]: body(one) for one in (ANN, BOB, CAT)}))

    def test_a_row_points_at_nobody(self) -> None:
        page = help_next(ANALYST, now=NOW)
        assert sorted(str(row.member["age"]) for row in page.rows) == ["85 to 89", "85 to 89", "90 or over"]
        assert {row.member["last_admission"] for row in page.rows} == {date(2018, 7, 1), date(2018, 6, 1)}
        assert {row.member["practice"] for row in page.rows} == {None}, "none has 1,000 people"
        assert {row.member["locality"] for row in page.rows} == {"north", "south"}
        assert {tuple(row.member["reasons"]) for row in page.rows} == {("Last admitted to hospital in July 2018",)}
        assert "rank" not in page.rows[0].member

    @pytest.mark.parametrize("sort", ["age", "last_admission", "priority"])
    @pytest.mark.parametrize("descending", [True, False])
    def test_the_order_tells_no_more_than_the_rows(self, place: Path, sort: str, descending: bool) -> None:
        """Ann is older than Bob by a year, and was in hospital after him in the same month."""

        def order(first: dict[str, Any], second: dict[str, Any]) -> list[str | None]:
            publish(write_lake(place, person_feature=[first, second]), NOW, batches({}))
            return [row.pseudonym for row in help_next(ANALYST, now=NOW, sort=sort, descending=descending).rows]

        one = (
            feature(ANN, age=87, last_admission=date(2018, 7, 17)),
            feature(BOB, age=86, last_admission=date(2018, 7, 3)),
        )
        other = (
            feature(ANN, age=85, last_admission=date(2018, 7, 2)),
            feature(BOB, age=89, last_admission=date(2018, 7, 30)),
        )
        assert order(*one) == order(*other)

    @pytest.mark.parametrize(
        "asked", [{"practice": "P1"}, {"locality": "north"}, {"locality": "nowhere"}, {"cohort": "x"}]
    )
    def test_a_filter_that_finds_few_finds_nobody(self, asked: dict[str, str]) -> None:
        page = help_next(ANALYST, now=NOW, **asked)
        assert (page.rows, page.total, page.practices, page.localities) == ((), 0, (), ())

    def test_an_export_is_on_record_with_how_many_rows_before_it_leaves(self, place: Path, client: Any) -> None:
        answer = signed_in(client, "analyst").get("/people/next.csv?for=evaluation-2018")
        assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
        rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
        assert len(rows) == 3 and {row["age"] for row in rows} == {"85 to 89", "90 or over"}
        [line] = [line for line in audit(place) if line.get("what") == "export help_next"]
        assert (line["who"], line["rows"], line["outcome"]) == ("analyst", 3, "shown")
        assert line["why"] == "pseudonymised_rows, export for evaluation-2018"

    def test_exports_cannot_be_joined_unless_that_is_meant(self, client: Any) -> None:
        analyst = signed_in(client, "analyst")

        def pseudonyms(query: str = "") -> set[str]:
            return {
                row["pseudonym"]
                for row in csv.DictReader(io.StringIO(analyst.get(f"/people/next.csv{query}").content.decode()))
            }

        meant = pseudonyms("?for=evaluation-2018")
        assert meant == pseudonyms("?for=evaluation-2018")
        others = [meant, pseudonyms("?for=other"), pseudonyms(), pseudonyms()]
        on_pages = {str(row.pseudonym) for row in help_next(ANALYST, now=NOW).rows}
        every = [*others, on_pages]
        assert sum(len(one) for one in every) == len(set().union(*every)) == 15

    @pytest.mark.parametrize("username", ["gp", "commissioner", "administrator"])
    def test_nobody_else_exports(self, place: Path, client: Any, username: str) -> None:
        assert signed_in(client, username).get("/people/next.csv").status_code == 403
        assert [line["outcome"] for line in audit(place) if line.get("what") == "export help_next"] == ["refused"]

    def test_a_use_is_a_plain_name(self, client: Any) -> None:
        assert signed_in(client, "analyst").get("/people/next.csv?for=A+b").status_code == 400

    def test_everybody_is_in_the_order_of_the_pseudonyms(self) -> None:
        rows = [str(row.pseudonym) for row in everybody_unnamed(use="export for x")]
        assert len(rows) == 3 and rows == sorted(rows)


def signed_in(client: Any, username: str) -> Any:
    from tests.town import make_users

    make_users()
    client.force_login(User.objects.get(username=username))
    return client


def audit(place: Path) -> list[dict[str, Any]]:
    return [
        orjson.loads(line) for file in (place / "audit").glob("2*.jsonl") for line in file.read_bytes().splitlines()
    ]


def test_nothing_is_read_for_who_may_not_export(place: Path) -> None:
    def read() -> list[Any]:
        raise AssertionError("it was read")

    with pytest.raises(PermissionDenied):
        download(actor("gp"), "pseudonymised_rows", "rows", ("a",), read, use="x", now=NOW)


def test_a_cell_is_never_a_formula(place: Path) -> None:
    rows: list[Any] = [("=1+1", ["-x", "y"], 3, None)]
    answer = download(ANALYST, "pseudonymised_rows", "rows", ("a", "b", "c", "d"), lambda: rows, use="x", now=NOW)
    assert answer.content.decode().splitlines() == ["a,b,c,d", "'=1+1,'-x; y,3,"]


@pytest.mark.parametrize("given", ["A", "a b", "../x", "-a", "a" * 41])
def test_a_use_that_is_no_name_is_refused(given: str) -> None:
    with pytest.raises(BadInput):
        use_of(ANALYST, given)
