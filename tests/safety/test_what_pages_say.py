"""What a page must say so that nobody is misled: the controls of the hazard log that are words on a page."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.small_place import Person, fill_place, make_people

from vanguard.access.models import User
from vanguard.know.record.views.dates import read_date
from vanguard.web import presenters as say
from vanguard.web.demo_users import DEMO_PASSWORD

pytestmark = pytest.mark.sqlite_in_every_run

Page = Callable[..., str]


@pytest.fixture
def people(db: None, place: Path) -> list[Person]:
    made = make_people(60)
    fill_place(place, made)
    return made


@pytest.fixture
def page(people: list[Person]) -> Page:
    """The words of a page as the referral point, which serves the whole place, reads it."""
    client = Client()
    client.post("/sign-in", {"username": "hub", "password": DEMO_PASSWORD})

    def read(path: str, post: dict[str, str] | None = None) -> str:
        answer: Any = client.get(path) if post is None else client.post(path, post)
        assert answer.status_code == 200
        body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())

    return read


def test_a_late_feed_is_marked_where_people_begin(page: Page) -> None:
    for path in ("/", "/data"):
        assert re.search(r"Care packages [^.]*?\bago Late\b", page(path)), path


def test_rows_that_could_not_be_used_are_counted_where_people_begin(page: Page) -> None:
    # Six feeds with three each.
    assert "18 rows could not be used. See the data page" in page("/")


def test_the_list_says_for_which_day_it_holds(page: Page) -> None:
    words = page("/people/next?sort=name&order=up")
    assert "as worked out for 31 October 2026" in words
    assert "Those to help soonest come first unless you sort by another column" in words


def test_the_banner_says_who_and_each_line_says_who_told_us(page: Page, people: list[Person]) -> None:
    one = people[0].columns
    words = page(f"/people/{one['person_id']}")
    assert f"{one['family_name'].upper()}, {one['given_name']} Born {say.day(one['birth_date'])}" in words
    assert f"NHS number {say.nhs_number(one['nhs_number'])}" in words
    assert all(say.source(source) in words for source in {e["source"] for e in people[0].record["entries"]})


def test_a_death_is_said_on_the_page_and_in_search(page: Page, people: list[Person]) -> None:
    [one] = [person.columns for person in people if person.columns["death_date"]]
    died = f"Died {say.day(one['death_date'])}"
    assert died in page(f"/people/{one['person_id']}")
    assert died in page("/people/find", {"text": one["nhs_number"]})
    assert died not in page("/people/next") + page("/")


def test_alerts_come_first_and_none_is_said(page: Page, people: list[Person]) -> None:
    alerted = next(one for one in people if one.record["alerts"])
    calm = next(one for one in people if not one.record["alerts"])
    words = page(f"/people/{alerted.columns['person_id']}")
    label = alerted.record["alerts"][0]["label"]
    assert -1 < words.index(label) < words.index("Conditions") < words.index("Timeline")
    assert "No alerts recorded." in page(f"/people/{calm.columns['person_id']}")


def test_people_of_one_name_can_be_told_apart_in_search(page: Page, people: list[Person]) -> None:
    one = people[0].columns
    words = page("/people/find", {"text": one["family_name"]})
    assert f"Born {say.day(one['birth_date'])} (" in words
    assert f"NHS number {say.nhs_number(one['nhs_number'])} . {say.sex(one['sex'])}." in words


def test_the_tab_is_called_by_name_and_date_of_birth(people: list[Person]) -> None:
    client, one = Client(), people[0].columns
    client.post("/sign-in", {"username": "hub", "password": DEMO_PASSWORD})
    [title] = re.findall("<title>(.*?)</title>", client.get(f"/people/{one['person_id']}").content.decode(), flags=re.S)
    name = say.banner_name(one["given_name"], one["family_name"])
    assert f"{name}, born {say.day(one['birth_date'])}" in unescape(title)


def test_without_an_audit_trail_the_page_says_whom_to_telephone(people: list[Person], place: Path) -> None:
    client = Client()
    client.force_login(User.objects.get(username="hub"))
    (place / "audit").write_text("in the way")
    answer = client.get(f"/people/{people[0].columns['person_id']}")
    assert answer.status_code == 503
    assert "telephone the partner who holds the record" in answer.content.decode()


@pytest.mark.parametrize(
    "typed", ["4 6 1942", "04/06/1942", "4.6.1942", "4 June 1942", "4 jun 1942", "4June1942", "1942-06-04"]
)
def test_dates_are_read_day_first_however_they_are_written(typed: str) -> None:
    assert read_date(typed) == date(1942, 6, 4)
