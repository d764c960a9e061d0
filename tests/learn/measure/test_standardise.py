"""Standardised rates: a worked example, and what must hold whatever the figures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanguard.errors import BadInput
from vanguard.learn.measure import EUROPEAN_STANDARD_POPULATION, direct, indirect

# Young and old in a town by the sea and a new town: the first has more deaths, though people die no sooner there.
PEOPLE = np.array([[2000.0, 8000], [8000, 2000]])
DEATHS = np.array([[2.0, 8], [400, 100]])


def test_two_towns_with_the_same_rates_at_each_age_are_the_same():
    crude = DEATHS.sum(axis=0) / PEOPLE.sum(axis=0)
    assert list(crude) == [0.0402, 0.0108]
    assert direct(DEATHS, PEOPLE, np.array([60.0, 40])) == pytest.approx([0.6 * 0.001 + 0.4 * 0.05] * 2)
    found = indirect(DEATHS, PEOPLE, np.array([0.001, 0.04]))
    assert found.expected == pytest.approx([322, 88])
    assert found.ratio == pytest.approx([402 / 322, 108 / 88])


def test_a_rate_that_is_not_known_is_not_made_up():
    assert np.isnan(direct(np.array([[0.0], [3]]), np.array([[0.0], [9]]), np.array([1.0, 1]))[0])
    assert direct(np.array([[0.0], [3]]), np.array([[0.0], [9]]), np.array([0.0, 1])) == pytest.approx([1 / 3])
    assert np.isnan(indirect(np.array([[0.0]]), np.array([[0.0]]), np.array([0.1])).ratio[0])
    with pytest.raises(BadInput, match="The standard population is empty"):
        direct(DEATHS, PEOPLE, np.zeros(2))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(51, 900)), min_size=1, max_size=9))
def test_a_group_standardised_to_itself_keeps_its_rate(strata):
    counts, people = (np.array(column, float)[:, None] for column in zip(*strata, strict=True))
    assert direct(counts, people, people[:, 0]) == pytest.approx(counts.sum() / people.sum())
    assert indirect(counts, people, (counts / people)[:, 0]).expected == pytest.approx(counts.sum())


def test_the_european_standard_population_is_whole():
    assert sum(EUROPEAN_STANDARD_POPULATION.values()) == 100_000
    assert list(EUROPEAN_STANDARD_POPULATION) == list(range(0, 91, 5))
