"""Small numbers are not given, and cannot be worked out from what is."""

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vanguard.access import disclose, give
from vanguard.access.disclosure import LEAST, cuts, total

counts = st.integers(0, 40) | st.integers(0, 10**6)
BY_LOCALITY = "registered"


def test_worked_examples() -> None:
    assert [disclose(n) for n in (0, 1, 7, 8, 12, 13, 1002)] == [0, None, None, 10, 10, 15, 1000]


@given(st.integers(8, 10**9))
def test_what_is_given_is_the_nearest_multiple_of_five(count: int) -> None:
    shown = disclose(count)
    assert shown is not None and shown % 5 == 0 and abs(shown - count) <= 2


def could_be(shown: int | None) -> set[int]:
    """All true counts that would have been shown so: what anybody can work out from one figure."""
    return {n for n in range((shown or 0) + LEAST + 3) if disclose(n) == shown}


@settings(max_examples=60)
@given(st.lists(st.integers(0, 24), min_size=1, max_size=4))
def test_who_sees_every_group_and_the_total_cannot_pin_a_small_count(true: list[int]) -> None:
    """The adversary knows these rules, and tries every table that would have been shown the same."""
    told = give(BY_LOCALITY, {(str(place),): count for place, count in enumerate(true)})
    same = list(shown_the_same(list(told.groups.values()), told.total()))
    for place, count in enumerate(true):
        if 0 < count < LEAST:
            assert {table[place] for table in same} == set(range(1, LEAST)), "the table narrows it down"


def shown_the_same(groups: list[int | None], together: int | None) -> Iterator[tuple[int, ...]]:
    for table in itertools.product(*(sorted(could_be(shown)) for shown in groups)):
        again = give(BY_LOCALITY, {(str(place),): count for place, count in enumerate(table)})
        if (list(again.groups.values()), again.total()) == (groups, together):
            yield table


def test_a_total_of_its_own_would_pin_one() -> None:
    """Why totals are made from what is given: of all tables shown so, one has the gap at 1."""
    fits = {gap for gap, one, two in itertools.product(range(1, 8), range(8, 13), range(8, 13)) if disclose(gap + one + two) == 15}  # fmt: skip # noqa: E501
    assert fits == {1}
    assert total([None, 10, 10]) != 15


@given(st.lists(counts, max_size=12))
def test_a_total_is_about_right(true: list[int]) -> None:
    shown = [disclose(count) for count in true]
    together = total(shown)
    if together is None:
        assert sum(min(could_be(count)) for count in shown) < LEAST, "it could not be a small one"
    else:
        assert abs(together - sum(true)) <= sum(3 if count is None else 2 for count in shown) + 2


@given(st.integers(0, 60), st.integers(0, 60))
def test_two_filters_that_differ_by_a_few_people_do_not_tell_how_many(fewer: int, more: int) -> None:
    """Of two counts, one within the other, as of two cohorts: their figures never leave one true difference."""
    within, around = disclose(fewer), disclose(fewer + more)
    differences = {b - a for a in could_be(within) for b in could_be(around) if b >= a}
    assert not (len(differences) == 1 and 0 < more < LEAST)


@given(st.integers(0, 10**6))
def test_the_same_count_is_always_given_the_same(count: int) -> None:
    one = give(BY_LOCALITY, {("north",): count})
    other = give("help_next", {("b", "c", "north"): count})
    assert one.groups[("north",)] == other.groups[("b", "c", "north")] == disclose(count)


def test_a_population_is_given_by_its_own_cut_only() -> None:
    with pytest.raises(ValueError, match="is given by locality"):
        give(BY_LOCALITY, {("north", "female"): 12})
    with pytest.raises(ValueError, match="does not list"):
        give("people_with_red_hair", {("north",): 12})
    assert cuts()["people"] == ()


def test_totals_within_a_column() -> None:
    told = give("help_next", {("b", "x", "north"): 13, ("b", "x", "south"): 3, ("b", "y", "north"): 21})
    assert (told.total(), told.total(cohort="x"), told.total(cohort="x", locality="south")) == (40, 20, None)
