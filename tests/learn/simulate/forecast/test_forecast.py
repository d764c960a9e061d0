"""Forecasts of a made-up service whose truth is known: calibrated, nearer than naive, withdrawn where they are not."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vanguard.errors import BadInput
from vanguard.learn.simulate.forecast import (
    Counts,
    InBed,
    beds,
    coming,
    crps,
    learn,
    naive,
    quantiles,
    score,
    standing,
    stays_of,
)
from vanguard.learn.simulate.forecast.coming import hours_of_week

START = datetime(2017, 10, 2, tzinfo=UTC)
WEEKS = 40
EVENNESS = 40.0


def shape(hours: int) -> np.ndarray:
    """What an hour brings: a day's bump, more on Mondays, in local time."""
    hour = hours_of_week(START, hours)
    by_day = 1 + 3 * np.exp(-(((hour % 24) - 14) ** 2) / 30)
    return by_day * np.where(hour // 24 == 0, 1.3, 1.0)


def planted(seed: int, *, evenness: float = EVENNESS) -> Counts:
    """A level that drifts by a tenth from month to month, and days with luck of their own."""
    chance = np.random.default_rng(seed)
    hours = WEEKS * 168
    days = np.repeat(chance.gamma(evenness, 1 / evenness, hours // 24), 24)
    drift = np.exp(np.repeat(np.cumsum(chance.normal(0, 0.03, WEEKS)), 168))
    return Counts(START, chance.poisson(shape(hours) * days * drift))


@pytest.fixture(scope="module")
def history() -> Counts:
    return planted(7)


def test_what_is_learned_is_what_was_planted() -> None:
    chance = np.random.default_rng(3)
    hours = WEEKS * 168
    days = np.repeat(chance.gamma(20, 1 / 20, hours // 24), 24)
    learned = learn(Counts(START, chance.poisson(4 * shape(hours) * days)))
    wanted = 4 * shape(168)
    assert learned.expected.sum() == pytest.approx(wanted.sum(), rel=0.1)
    assert np.corrcoef(learned.expected, wanted)[0, 1] > 0.94
    assert 12 < learned.evenness < 34
    by_chance = learn(Counts(START, chance.poisson(4 * shape(hours))))
    assert by_chance.evenness > 150


@pytest.mark.parametrize("hours", [6, 24, 168])
def test_a_forecast_is_shown_where_it_beats_the_naive_one(history: Counts, hours: int) -> None:
    found = standing(history, hours)
    assert found.shown
    assert found.nearer is not None and found.nearer > 0.05
    assert found.ours is not None and found.theirs is not None
    assert found.ours.crps < found.theirs.crps
    assert "nearer to what came" in found.why


def test_the_truth_lies_where_the_forecast_says() -> None:
    """Over 160 days of ten places: within 80 and 95 in 100 as often as said, and a forecast too narrow is found out."""
    forecasts, truths = [], []
    for seed in range(10):
        history = planted(100 + seed)
        for week in range(16, 40, 3):
            for hours in (24, 36):
                end = week * 168 - hours - 24
                forecasts.append(coming(history.until(end), hours, draws=400, seed=seed).sum(axis=1))
                truths.append(float(history.hourly[end : end + hours].sum()))
    found = score(forecasts, truths)
    assert found.forecasts == 160
    assert 0.70 < found.within_80 < 0.90
    assert 0.88 < found.within_95 <= 1.0
    assert found.calibration_p > 0.005
    narrow = score([np.median(one) + (one - np.median(one)) / 4 for one in forecasts], truths)
    assert narrow.calibration_p < 0.001
    assert narrow.within_95 < 0.75


def test_a_forecast_is_withdrawn_where_looking_back_is_as_good() -> None:
    """The same number in the same hour of every week: the last week says it all."""
    every_week = Counts(START, np.tile(np.random.default_rng(1).integers(0, 9, 168), WEEKS))
    found = standing(every_week, 24)
    assert not found.shown
    assert "not surely nearer" in found.why
    short = standing(Counts(START, every_week.hourly[: 10 * 168]), 24)
    assert not short.shown
    assert "times only" in short.why


def test_beds_are_who_stays_and_who_comes() -> None:
    """Stays without memory: who is in leaves at a constant rate, who comes is Poisson, and so are those left."""
    chance = np.random.default_rng(5)
    mean, a_hour, hours = 60.0, 1.5, 72
    over = chance.exponential(mean, 20_000)
    stays = stays_of(over[over < 400], np.full(int((over >= 400).sum()), 400.0))
    inside = InBed(chance.exponential(mean, 90))
    taken = beds(inside, stays, chance.poisson(a_hour, (3000, hours)), seed=2)
    for hour in (6, 24, 72):
        stay = np.exp(-hour / mean)
        new = a_hour * mean * (1 - stay)
        assert taken[:, hour - 1].mean() == pytest.approx(90 * stay + new, rel=0.03)
        assert taken[:, hour - 1].var() == pytest.approx(90 * stay * (1 - stay) + new, rel=0.2)
    assert (np.diff(beds(inside, stays, np.zeros((50, hours), int)), axis=1) <= 0).all(), "nobody comes back"


def test_long_stays_that_go_on_count_as_long() -> None:
    over = np.array([10.0, 20.0, 30.0, 40.0])
    short, long = stays_of(over, np.array([])), stays_of(over, np.array([35.0, 45.0, 60.0, 90.0]))
    at = np.array([25.0])
    assert short.beyond(at)[0] == pytest.approx(0.5)
    assert long.beyond(at)[0] == pytest.approx(0.75)
    assert (np.diff(long.beyond(np.arange(0.0, 400.0))) <= 1e-12).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=2, max_size=12), st.integers(-5, 60))
def test_the_score_is_what_its_definition_says(draws: list[int], truth: int) -> None:
    values = np.array(draws)
    pairs = [abs(a - b) for a in draws for b in draws]
    assert crps(values, truth) == pytest.approx(np.abs(values - truth).mean() - np.mean(pairs) / 2)


def test_naive_is_the_same_hours_of_the_last_weeks() -> None:
    values = np.arange(20 * 168)
    found = naive(values, 3, total=True)
    assert list(found[:2]) == [values[-168:-165].sum(), values[-336:-333].sum()]
    assert len(found) == 8
    assert naive(values, 3, total=False)[0] == values[-166]


def test_quantiles_rise_and_the_same_seed_gives_the_same(history: Counts) -> None:
    draws = coming(history, 12, seed=4).sum(axis=1)
    levels = quantiles(draws)
    assert list(levels.values()) == sorted(levels.values())
    assert (coming(history, 12, seed=4).sum(axis=1) == draws).all()


def test_too_little_is_refused() -> None:
    with pytest.raises(BadInput, match=r"3\.0 weeks of counts; a forecast needs 4"):
        learn(Counts(START, np.ones(3 * 168, int)))
    with pytest.raises(BadInput, match="below 0"):
        learn(Counts(START, np.full(5 * 168, -1)))
    with pytest.raises(BadInput, match="No stay has ended"):
        stays_of(np.array([]), np.array([4.0]))
