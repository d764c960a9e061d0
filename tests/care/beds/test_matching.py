"""Which beds fit whom: by kind, sex and need they must; the rest is an order with its reasons."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanguard.care.beds.matching import Facts, Wanted, Wish, judge

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
NURSING = Wish("nursing", "Nursing day and night")


def bed(sex="any", meets=("nursing",), locality="north", **more) -> Facts:
    return Facts("rest", sex, frozenset(meets), locality, NOON, **more)


def wanted(sex="female", wishes=(NURSING,), locality="north") -> Wanted:
    return Wanted(1, "rest", sex, tuple(wishes), timedelta(hours=2), locality)


@pytest.mark.parametrize(
    ("given", "asked", "against"),
    [
        (bed("female"), wanted(), ()),
        (bed("male"), wanted(), ("For men",)),
        (bed("male"), wanted("unknown"), ("For men, and the person's sex is not known",)),
        (bed(), wanted("unknown"), ()),
        (bed(beside=("male",)), wanted(), ("Somebody of another sex is in the same room",)),
        (bed(beside=("female",)), wanted(), ()),
        (bed(beside=("female",)), wanted("unknown"), ("Somebody of another sex is in the same room",)),
        (bed("male", beside=("male",)), wanted(None), ()),
        (bed(meets=()), wanted(), ("Does not meet: Nursing day and night",)),
        (bed(), Wanted(1, "other", "female", (NURSING,), None), ("It is another kind of bed",)),
    ],
)
def test_what_forbids_a_bed(given: Facts, asked: Wanted, against: tuple[str, ...]) -> None:
    assert judge(given, asked).against == against


def test_the_nearest_that_can_do_no_more_than_is_needed_comes_first() -> None:
    near = bed()
    near_and_more = bed(meets=("nursing", "company"))
    far = bed(locality="south")
    promised = bed(promised=NOON - timedelta(minutes=5))
    order = sorted([promised, far, near_and_more, near], key=lambda one: judge(one, wanted()).rank)
    assert order == [near, near_and_more, far, promised]
    assert judge(near, wanted()).reasons == (
        "For women or men",
        "Meets: Nursing day and night",
        "In the person's locality",
    )
    assert "on the way" in judge(promised, wanted()).ask[0]


SEX = st.sampled_from(["female", "male", "unknown"])


@given(st.sampled_from(["female", "male", "any"]), st.lists(SEX, max_size=3), SEX)
def test_nobody_ever_lies_beside_another_sex(sex: str, beside: list[str], person: str) -> None:
    if judge(bed(sex, beside=tuple(beside)), wanted(person)).fits:
        assert sex in ("any", person)
        assert set(beside) <= {person} and (not beside or person != "unknown")
