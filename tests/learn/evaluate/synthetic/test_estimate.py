"""Synthetic control of studies whose truth is known, of those that it must refuse, and its checks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.stats import binomtest
from tests.learn.evaluate.known_truth import KINDS, Planted, panel_of, panels

from vanguard.learn.evaluate.finding import CannotJudge, Finding
from vanguard.learn.evaluate.panel import NEVER, Study
from vanguard.learn.evaluate.synthetic import estimate

CHECKS = ("placebo_in_space", "placebo_in_time", "leave_one_out", "convex_hull", "negative_control")
SINGLE = replace(KINDS["single"], units=31, months=60, starts=(42,))


def single(effect: float, seed: int = 5) -> Planted:
    return panel_of(SINGLE, effect, np.random.default_rng(seed), seed)


def check(found: Finding, id: str) -> bool | None:
    return next(one.passed for one in found.checks if one.id == id)


@pytest.fixture(scope="module")
def fall() -> Finding:
    study = single(-0.1)
    untouched = single(0.0, seed=6).panel
    return estimate(replace(study, checks=CHECKS, negative_controls={"untouched": untouched}))


def test_a_planted_fall_of_a_tenth_is_found_and_stands_all_checks(fall: Finding) -> None:
    truth = single(-0.1)
    assert fall.estimate.high < 0 and fall.estimate.low <= truth.effect <= fall.estimate.high
    assert fall.estimate.p_value == pytest.approx(1 / 31)
    assert fall.events is not None and fall.events.low <= truth.events <= fall.events.high
    assert fall.estimate.effect / fall.expected == pytest.approx(-0.1, abs=0.04)
    assert {one.id: one.passed for one in fall.checks} == dict.fromkeys(CHECKS, True)
    assert all(one.says for one in fall.checks) and fall.smallest_effect < -truth.effect


def test_its_tables_tell_what_it_did(fall: Finding) -> None:
    course = fall.tables["course"]
    assert list(course["period"]) == list(single(-0.1).panel.periods)
    gap = np.array(course["observed"], float) - np.array(course["expected"], float)
    assert gap[42:].mean() == pytest.approx(fall.estimate.effect)
    assert sum(float(str(one)) for one in fall.tables["weights"]["weight"]) == pytest.approx(1)
    assert len(fall.tables["placebos"]["effect"]) == 31
    for table in fall.tables.values():
        assert len({len(column) for column in table.values()}) == 1


def test_it_is_right_as_often_as_it_says() -> None:
    covered, claimed, early = [], [], []
    for study in panels("single", 0.0, 40, 11):
        found = estimate(replace(study, checks=("placebo_in_time",)))
        covered.append(found.estimate.low <= study.effect <= found.estimate.high)
        claimed.append(found.estimate.p_value <= 0.05)
        early.append(check(found, "placebo_in_time") is False)
    assert binomtest(sum(covered), 40, 0.95, "less").pvalue > 0.01
    assert binomtest(sum(claimed), 40, 0.05, "greater").pvalue > 0.01
    assert binomtest(sum(early), 40, 0.05, "greater").pvalue > 0.01


def test_several_treated_from_several_starts_are_pooled_and_the_seed_decides_the_draws() -> None:
    kind = replace(KINDS["staggered"], units=40, treated=4)
    study = panel_of(kind, -0.1, np.random.default_rng(3), 3)
    found, again = estimate(study), estimate(study)
    assert found.estimate == again.estimate
    assert found.estimate.high < 0 and found.estimate.low <= study.effect <= found.estimate.high
    assert len(found.tables["placebos"]["effect"]) == 400


def test_an_effect_in_the_negative_control_and_before_the_start_is_told() -> None:
    study = single(-0.2)
    earlier = np.where(study.begins == NEVER, NEVER, 56)
    found = estimate(
        replace(
            study, begins=earlier, checks=("placebo_in_time", "negative_control"), negative_controls={"x": study.panel}
        )
    )
    assert check(found, "negative_control") is not None
    on_time = estimate(replace(study, checks=("negative_control",), negative_controls={"x": study.panel}))
    assert check(on_time, "negative_control") is False
    # The start said to be 18 months after the true one; laid back by two years it holds the true one.
    late = replace(study, begins=np.where(study.begins == NEVER, NEVER, 58), checks=("placebo_in_time",))
    assert check(estimate(late), "placebo_in_time") is False


def without_denominators(study: Study, of: slice) -> Study:
    denominator = np.array(study.panel.denominator)
    denominator[of] = 0
    return replace(study, panel=replace(study.panel, denominator=denominator))


def flat(study: Study) -> Study:
    rate = np.array(study.panel.denominator)
    rate[1:] = study.panel.numerator[1:]
    return replace(study, panel=replace(study.panel, numerator=rate))


def far_away(study: Study) -> Study:
    numerator = study.panel.numerator.copy()
    numerator[0] *= 4
    return replace(study, panel=replace(study.panel, numerator=numerator))


def few(study: Study) -> Study:
    panel = study.panel
    cut = replace(
        panel, units=panel.units[:4], numerator=panel.numerator[:4], denominator=np.array(panel.denominator)[:4]
    )
    return replace(study, panel=cut, begins=study.begins[:4], used=study.used[:4], clusters=study.clusters[:4])


REFUSED: dict[str, tuple[Callable[[Study], Study], str]] = {
    "three controls": (few, "3 comparators"),
    "nobody treated": (lambda s: replace(s, begins=np.full(31, NEVER)), "No unit"),
    "no period before": (lambda s: replace(s, begins=np.where(s.begins == NEVER, NEVER, 0)), "before its start"),
    "always the same": (flat, "values that differ"),
    "no denominators": (lambda s: without_denominators(s, slice(0, 1)), "known periods"),
    "beyond all others": (far_away, "lie outside"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_it_cannot_judge_it_refuses(case: str) -> None:
    spoil, says = REFUSED[case]
    with pytest.raises(CannotJudge, match=says):
        estimate(spoil(single(-0.1)))


@pytest.mark.parametrize("effect", [0.0, -2.0])
def test_figures_without_chance_are_not_read_into_what_a_fit_leaves(effect: float) -> None:
    study = single(0.0)
    level = np.append(10.0, np.linspace(5, 15, 30))[:, None]
    course = level + np.sin(np.arange(60) / 1.9) + effect * study.treated[:, None] * (np.arange(60) >= 42)
    panel = replace(study.panel, numerator=course, denominator=None)
    found = estimate(replace(study, panel=panel, checks=CHECKS[:3]))
    assert found.estimate.effect == pytest.approx(effect, abs=1e-6)
    assert np.isfinite((found.estimate.low, found.estimate.high)).all()
    assert (found.estimate.p_value < 0.05) == bool(effect)
    assert all(one.passed for one in found.checks), found.checks


def test_gaps_cost_the_comparator_its_place_and_the_treated_only_the_month() -> None:
    study = single(-0.1)
    numerator = study.panel.numerator.copy()
    numerator[0, 10] = np.nan
    numerator[3, 50] = np.nan
    numerator[4, 10] = np.nan
    denominator = np.array(study.panel.denominator)
    denominator[7, 5] = 0
    used = study.used & np.isfinite(numerator)
    used[:, 20] = False
    spoilt = replace(study, panel=replace(study.panel, numerator=numerator, denominator=denominator), used=used)
    found = estimate(spoilt)
    assert any("U003, U007" in warning and "U004" not in warning for warning in found.warnings)
    assert any("U007" in warning and "denominator" in warning for warning in found.warnings)
    assert any("U000" in warning for warning in found.warnings)
    months = list(found.tables["course"]["period"])
    assert len(months) == 58 and not {study.panel.periods[10], study.panel.periods[20]} & set(months)
    assert date(2013, 4, 1) in months and found.estimate.high < 0
