"""No page gives a role that may not know people a true count of them, and nothing leaves but through the door.

Every count of people of this place is of three digits and no multiple of 5, so that each can be told from what is
given instead of it.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from tests.safety.test_markers import WALK
from tests.town import NOW, batches, body, make_users, member, person, write_lake

from vanguard.access import disclose, policy
from vanguard.access.models import User

pytestmark = pytest.mark.sqlite_in_every_run

SOURCE = Path(__file__).parents[2] / "src" / "vanguard"
PRACTICES = {"P1": ("north", 211), "P2": ("north", 168), "P3": ("south", 347)}
LISTED = {"P1": 137, "P2": 129, "P3": 286}
WITHOUT_NAMES = sorted(role.id for role in policy().roles.values() if "list_people" not in role.rights)


def true_counts() -> set[int]:
    """People and rows of the list, in all, by practice and by locality."""
    registered = Counter({practice: people for practice, (_, people) in PRACTICES.items()})
    found: set[int] = set()
    for counted in (registered, Counter(LISTED)):
        by_locality: Counter[str] = Counter()
        for practice, people in counted.items():
            by_locality[PRACTICES[practice][0]] += people
        found |= {*counted.values(), *by_locality.values(), counted.total()}
    return found


@pytest.fixture
def town(db: None, place: Path) -> None:
    from vanguard.know.record import publish

    make_users()
    people = [
        person(f"{practice}-{number}", "A", "B", "", date(1940, 1, 1), practice)
        for practice, (_, size) in PRACTICES.items()
        for number in range(size)
    ]
    listed = [member(one, 5) for one in people if int(one["person_id"].split("-")[1]) < LISTED[one["practice"]]]
    publish(write_lake(place, person=people, cohort_member=listed), NOW, batches({"P1-0": body(people[0])}))


def test_the_counts_of_this_place_can_be_told_from_what_is_given() -> None:
    assert all(count % 5 and disclose(count) not in true_counts() for count in true_counts())


@pytest.mark.parametrize(
    "role", [role for role in WITHOUT_NAMES if role in ("analyst", "commissioner", "administrator")]
)
def test_no_address_gives_a_true_count_to_who_may_not_know_people(town: None, role: str) -> None:
    client = Client()
    client.force_login(User.objects.get(username=role))
    given: set[str] = set()
    for asks in WALK.values():
        for ask in asks:
            if ask.post is None and "sign-out" not in ask.path:
                answer = client.get(ask.path.replace("{person}", "P1-0"))
                told = numbers(answer.content.decode())
                assert not told & {str(count) for count in true_counts()}, (role, ask.path)
                given |= told
    # A walk that saw no counts would prove nothing.
    expected = {
        "analyst": {"550", "380", "345"},
        "commissioner": {"380", "345", "265", "285"},
        "administrator": {"725"},
    }
    assert expected[role] <= given


def numbers(page: str) -> set[str]:
    """The numbers that a page says, without the addresses and keys in its tags."""
    words = re.sub(r"<[^>]*>", " ", page).replace(",", "")
    return set(re.findall(r"(?<![\w.-])\d+(?![\w.-]\d|\w)", words))


def test_every_table_that_leaves_goes_through_the_door_for_exports() -> None:
    """A response that a browser saves, or that is a table, is made by access.exports alone: a programme's too."""
    makers = {str(file.relative_to(SOURCE)) for file in SOURCE.rglob("*.py") if set(strings(file)) & SAVED}
    assert makers == {"access/exports.py"}


# How a response says so, and Django's responses for it.
SAVED = {"content-disposition", "text/csv", "fileresponse", "streaminghttpresponse", "application/vnd.ms-excel"}


def strings(file: Path) -> Iterator[str]:
    """The words of a file's code that could name such a response: its texts up to a semicolon, and its names."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value.partition(";")[0].strip().lower()
        elif isinstance(node, ast.Name):
            yield node.id.lower()
