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


# Births and babies with Down's syndrome by the mother's age (six bands) and by which child it was: Fleiss, Statistical
# methods for rates and proportions, 1981, page 249; the standardised rates are table 1 of Fay and Feuer, Confidence
# intervals for directly standardized rates, Statistics in Medicine 1997.
BIRTHS = np.array([
    [230061, 72202, 15050, 2293, 327], [329449, 326701, 175702, 68800, 30666], [114920, 208667, 207081, 132424, 123419],
    [39487, 83228, 117300, 98301, 149919], [14208, 28466, 45026, 46075, 104088], [3052, 5375, 8660, 9834, 34392],
], float)  # fmt: skip
BABIES = np.array([
    [107, 25, 3, 1, 0], [141, 150, 71, 26, 8], [60, 110, 114, 64, 63], [40, 84, 103, 89, 112], [39, 82, 108, 137, 262],
    [25, 39, 75, 96, 295],
], float)  # fmt: skip
# Deaths of Americans from cancer by age in 1960 and 1940: Selvin, Statistical analysis of epidemiologic data, 2004.
DEATHS_1960 = np.array([141, 926, 1253, 1080, 1869, 4891, 14956, 30888, 41725, 26501, 5928], float)
PEOPLE_1960 = np.array([
    1784033, 7065148, 15658730, 10482916, 9939972, 10563872, 9114202, 6850263, 4702482, 1874619, 330915,
], float)  # fmt: skip
DEATHS_1940 = np.array([45, 201, 320, 670, 1126, 3160, 9723, 17935, 22179, 13461, 2238], float)
PEOPLE_1940 = np.array([
    906897, 3794573, 10003544, 10629526, 9465330, 8249558, 7294330, 5022499, 2920220, 1019504, 142532,
], float)  # fmt: skip


def test_direct_rates_are_those_that_fay_and_feuer_published() -> None:
    """That later children have it more often is their mothers' age: 56 and 167 of 100,000 become 92 and 76."""
    crude = 1e5 * BABIES.sum(axis=0) / BIRTHS.sum(axis=0)
    assert crude == pytest.approx([56.3, 67.6, 83.3, 115, 167], abs=0.5)
    found = 1e5 * direct(BABIES, BIRTHS, BIRTHS.mean(axis=1))
    assert found == pytest.approx([92.3, 91.2, 85.1, 92.7, 75.5], abs=0.05)


def test_an_indirect_ratio_is_that_of_the_published_example() -> None:
    """Selvin's 71,058 deaths of 1940 are 83% of what the rates of 1960 would have made of the same people."""
    assert DEATHS_1940.sum() == 71058
    found = indirect(DEATHS_1940[:, None], PEOPLE_1940[:, None], DEATHS_1960 / PEOPLE_1960)
    assert found.expected[0] == pytest.approx(85557, abs=0.5)
    assert found.ratio[0] == pytest.approx(0.83, abs=0.005)
    assert found.ratio[0] * DEATHS_1960.sum() / PEOPLE_1960.sum() == pytest.approx(0.00138, abs=5e-6)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(51, 900)), min_size=1, max_size=9))
def test_a_group_standardised_to_itself_keeps_its_rate(strata):
    counts, people = (np.array(column, float)[:, None] for column in zip(*strata, strict=True))
    assert direct(counts, people, people[:, 0]) == pytest.approx(counts.sum() / people.sum())
    assert indirect(counts, people, (counts / people)[:, 0]).expected == pytest.approx(counts.sum())


def test_the_european_standard_population_is_whole():
    assert sum(EUROPEAN_STANDARD_POPULATION.values()) == 100_000
    assert list(EUROPEAN_STANDARD_POPULATION) == list(range(0, 91, 5))
