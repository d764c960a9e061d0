"""What is fitted to published figures comes out as they say."""

import numpy as np
import pytest

from vanguard.synth.chance import stream
from vanguard.synth.days import by_month
from vanguard.synth.homes import practice_shares
from vanguard.synth.margins import localities, practices, small_areas


def test_every_practice_has_its_list_though_residents_and_lists_disagree() -> None:
    residents = dict.fromkeys((place.code for place in localities()), 0)
    for area in small_areas():
        residents[area.locality] += sum(area.residents)
    people = np.array(list(residents.values()), dtype=float)
    lists = np.array([one.list_size for one in practices()], dtype=float)
    registered = people @ practice_shares()
    assert registered == pytest.approx(lists * people.sum() / lists.sum(), rel=1e-6)
    own = np.array([[one.locality == place for one in practices()] for place in residents])
    assert (people @ (practice_shares() * own)).sum() / people.sum() > 0.8, "most register in their own locality"


def test_a_month_of_half_the_weight_has_half_the_days() -> None:
    first = np.zeros(120_000, dtype=np.int64)
    rng = stream(1, "test")
    days = by_month(rng, rng.integers(0, 1461, len(first)), first, first + 1461, [1] * 11 + [0.5])
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    counted = np.bincount(month, minlength=12)
    assert counted[11] / counted[9] == pytest.approx(0.5, rel=0.1)
    assert counted[0] / counted[6] == pytest.approx(1, rel=0.1)
