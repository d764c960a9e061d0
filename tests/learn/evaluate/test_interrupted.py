"""What an interrupted time series says of series whose answer is known."""

from dataclasses import replace

import numpy as np
import pytest
from tests.learn.evaluate.known_truth import KINDS, Planted, panel_of, panels

from vanguard.learn.evaluate import interrupted
from vanguard.learn.evaluate.finding import CannotJudge
from vanguard.learn.evaluate.series import waves_told

CHECKS = ("placebo_in_time", "season", "autocorrelation", "negative_control")


@pytest.fixture(scope="module")
def study() -> Planted:
    return next(panels("series", -0.1, 1, seed=3))


def test_the_finding_tells_effect_events_and_course(study: Planted) -> None:
    other = next(panels("series", 0.0, 1, seed=12)).panel
    found = interrupted.estimate(replace(study, checks=CHECKS, negative_controls={"something_else": other}))
    assert found.estimate.low < study.effect < found.estimate.high < 0
    assert found.events is not None and found.events.low < study.events < found.events.high
    assert found.smallest_effect > 0
    assert [(check.id, check.passed) for check in found.checks] == [(name, True) for name in CHECKS]
    course = found.tables["course"]
    assert course["low"][35] is None and course["low"][36] < course["expected"][36] < course["high"][36]
    effects = dict(zip(found.tables["effects"]["what"], found.tables["effects"]["effect"], strict=True))
    lasting = effects["level at the start"] + effects["trend a year"] * 17 / 12
    assert effects["in the last period"] == pytest.approx(lasting)
    assert effects["mean over the time after"] == pytest.approx(found.estimate.effect)


@pytest.mark.parametrize("noise", [0.0, 1e-6])
def test_a_series_without_noise_is_read_off_exactly(study: Planted, noise: float) -> None:
    months = np.arange(54)
    course = 100 + months + 5 * np.cos(2 * np.pi * months / 12) - (months >= 36) * (7 + (months - 36) / 3)
    exact = course + noise * np.random.default_rng(0).standard_normal(54)
    panel = replace(study.panel, numerator=exact[None], denominator=None)
    found = interrupted.estimate(replace(study, panel=panel, checks=CHECKS[:2]))
    assert found.estimate.effect == pytest.approx(-(7 + 17 / 6), abs=1e-4)
    assert all(check.passed for check in found.checks), found.checks
    assert found.tables["effects"]["effect"][2:] == pytest.approx([-7, -4], abs=1e-4)
    assert found.events is None


def test_several_places_are_one_series(study: Planted) -> None:
    many = panel_of(replace(KINDS["series"], units=5, treated=3), -0.1, np.random.default_rng(1), 1)
    total = many.panel.numerator[:3].sum(axis=0, keepdims=True), many.panel.denominator[:3].sum(axis=0, keepdims=True)
    one = replace(study, panel=replace(study.panel, numerator=total[0], denominator=total[1]))
    assert interrupted.estimate(many).estimate == interrupted.estimate(one).estimate


def test_gaps_and_different_starts_are_said(study: Planted) -> None:
    used = study.used.copy()
    used[0, 36:39] = False
    found = interrupted.estimate(replace(study, used=used))
    assert found.warnings == ("3 of 54 periods are left out, or not known of every treated place.",)
    many = panel_of(replace(KINDS["series"], units=2, treated=2, starts=(36, 40)), 0.0, np.random.default_rng(1), 1)
    assert "from the first start, April 2016" in interrupted.estimate(many).warnings[0]


def test_short_series_are_refused_with_a_reason(study: Planted) -> None:
    for begin, reason in [(8, "Only 8 periods before the start"), (52, "Only 2 periods are known after the start")]:
        with pytest.raises(CannotJudge, match=reason):
            interrupted.estimate(replace(study, begins=np.array([begin])))


def test_a_season_finer_than_its_waves_is_noticed(study: Planted) -> None:
    spiky = study.panel.numerator * (1 + 0.3 * (np.arange(54) % 12 == 8))
    made = replace(study, panel=replace(study.panel, numerator=spiky), checks=("season",))
    assert interrupted.estimate(made).checks[0].passed is False
    assert [waves_told(before, 12) for before in (11, 12, 24, 60)] == [0, 1, 2, 6]
