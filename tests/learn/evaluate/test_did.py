"""What a difference in differences says of small panels whose answer is known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.learn.evaluate.known_truth import KINDS, Planted, panel_of, panels

from vanguard.learn.evaluate import did
from vanguard.learn.evaluate.finding import CannotJudge, Finding
from vanguard.learn.evaluate.imputation import fit, under
from vanguard.learn.evaluate.panel import NEVER, Study
from vanguard.learn.evaluate.power import from_error, from_placebos
from vanguard.learn.evaluate.randomisation import assignments, judged, possible

CHANCE = (np.random.default_rng(4), 4)
CHECKS = ("pre_trend", "placebo_in_time", "placebo_in_space", "leave_one_out", "negative_control")


def plain(study: Study) -> np.ndarray:
    """U x T: expected outcomes by dense least squares on untreated cells, unit by unit and period by period."""
    units, periods = study.used.shape
    after = (study.begins != NEVER)[:, None] & (np.arange(periods) >= study.begins[:, None])
    rows = np.argwhere(study.used & ~after)
    design = np.zeros((len(rows), units + periods))
    design[np.arange(len(rows)), rows[:, 0]] = 1
    design[np.arange(len(rows)), units + rows[:, 1]] = 1
    solved = np.linalg.lstsq(design, study.panel.outcomes[rows[:, 0], rows[:, 1]], rcond=None)[0]
    return solved[:units, None] + solved[units:]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), gaps=st.integers(0, 25), waves=st.sampled_from([(8,), (6, 9)]))
def test_expectations_are_those_of_plain_least_squares(seed: int, gaps: int, waves: tuple[int, ...]) -> None:
    chance = np.random.default_rng(seed)
    study = panel_of(replace(KINDS["few"], units=7, months=14, starts=waves), -0.1, chance, seed)
    study.used[chance.integers(0, 7, gaps), chance.integers(0, 14, gaps)] = False
    found = fit(study.panel.outcomes, study.used, study.begins)
    if found.treated.any():
        assert found.expected[found.treated] == pytest.approx(plain(study)[found.treated], rel=1e-7)
    # Dealing starts out anew gives what estimating anew with these starts gives.
    dealt = np.array([study.begins, chance.permutation(study.begins)])
    other = chance.standard_normal(study.used.shape)
    sums, of_other = under((study.panel.outcomes, other), study.used, dealt, np.ones(study.used.shape))
    for row, begins in enumerate(dealt):
        again = fit(study.panel.outcomes, study.used, begins)
        assert sums.weights[row].sum() == again.treated.sum()
        assert sums.effects[row].sum() == pytest.approx(again.effects.sum(), rel=1e-6, abs=1e-6)
        again = fit(other, study.used, begins)
        assert of_other.effects[row].sum() == pytest.approx(again.effects.sum(), rel=1e-6, abs=1e-6)


@pytest.fixture(scope="module")
def study() -> Planted:
    return next(panels("autocorrelated", -0.1, 1, seed=13))


@pytest.fixture(scope="module")
def finding(study: Planted) -> Finding:
    other = next(panels("autocorrelated", 0.0, 1, seed=5)).panel
    return did.estimate(replace(study, checks=CHECKS, negative_controls={"something_else": other}))


def test_the_finding_tells_effect_events_and_course(study: Planted, finding: Finding) -> None:
    assert finding.estimate.low < study.effect < finding.estimate.high
    assert finding.events is not None and finding.events.low < study.events < finding.events.high
    assert finding.estimate.effect / finding.expected == pytest.approx(-0.1, abs=0.02)
    assert 0 < finding.smallest_effect < abs(finding.estimate.effect)
    assert [check.id for check in finding.checks] == list(CHECKS)
    assert all(check.passed for check in finding.checks), finding.checks
    course = finding.tables["course"]
    assert len(course["period"]) == 72 and course["low"][41] is None and course["low"][42] < course["expected"][42]
    lags = [row for row in zip(*finding.tables["event_study"].values(), strict=True) if row[0] >= 0]
    assert np.mean([row[2] for row in lags]) == pytest.approx(finding.estimate.effect, rel=1e-6)
    assert finding.tables["sensitivity"]["analysis"] == ["by place", "by person", "by percent"]


def test_the_same_seed_says_the_same(study: Planted, finding: Finding) -> None:
    asked = replace(study, checks=("pre_trend",))
    assert did.estimate(asked).checks[0] == finding.checks[0] == did.estimate(asked).checks[0]


def test_courses_that_part_before_the_start_fail_the_checks() -> None:
    made = replace(next(panels("trend", 0.0, 1, seed=6)), checks=CHECKS[:2])
    assert [check.passed for check in did.estimate(made).checks] == [False, False]


def test_a_change_that_touched_everything_fails_the_negative_control(study: Planted) -> None:
    made = replace(study, checks=("negative_control",), negative_controls={"falls": study.panel})
    assert did.estimate(made).checks[0].passed is False


def test_an_effect_of_one_place_alone_hangs_on_it() -> None:
    made = next(panels("few", 0.0, 1, seed=8))
    made.panel.numerator[0, 42:] *= 0.5
    check = did.estimate(replace(made, checks=("leave_one_out",))).checks[0]
    assert "U000" in check.says


def test_what_cannot_be_judged_is_refused_with_a_reason(study: Planted) -> None:
    panel = study.panel
    empty = replace(panel, denominator=np.where(np.arange(72) == 30, 0.0, panel.denominator))
    late = np.where(np.arange(72) >= 42, study.used, study.used & ~study.treated[:, None])
    everywhere = np.full(60, 42)
    one_of_four = next(panels("few", -0.1, 1, seed=9))
    four = slice(2, 6)
    small = replace(
        one_of_four,
        panel=replace(
            one_of_four.panel,
            units=one_of_four.panel.units[four],
            numerator=one_of_four.panel.numerator[four],
            denominator=one_of_four.panel.denominator[four],
        ),
        begins=one_of_four.begins[four],
        used=one_of_four.used[four],
        clusters=one_of_four.clusters[four],
    )
    for made, reason in [
        (replace(study, panel=empty), "denominator of zero or less for U000 in October 2015"),
        (replace(study, used=late), "before its start"),
        (replace(study, begins=np.full(60, NEVER)), "No unit of this panel changed"),
        (replace(study, begins=everywhere), "no comparator"),
        (small, "1 treated and 3 to compare with"),
    ]:
        with pytest.raises(CannotJudge, match=reason):
            did.estimate(made)


@pytest.mark.parametrize("changed", [3, 12])
@pytest.mark.parametrize("effect", [0.0, -2.0])
def test_figures_without_chance_are_not_read_into_what_arithmetic_leaves(changed: int, effect: float) -> None:
    made = panel_of(replace(KINDS["few"], units=24, treated=changed, months=36, starts=(24,)), 0.0, *CHANCE)
    after = made.treated[:, None] & (np.arange(36) >= 24)
    course = np.arange(24)[:, None] * 0.37 + np.sin(np.arange(36) / 1.9) * 1.7 + 10.1 + effect * after
    panel = replace(made.panel, numerator=course, denominator=None)
    found = did.estimate(replace(made, panel=panel, checks=CHECKS[:4]))
    one = found.estimate
    assert (one.effect, one.low, one.high) == pytest.approx((effect, effect, effect))
    assert (one.p_value < 0.05) == bool(effect)
    assert all(check.passed for check in found.checks), found.checks


def test_gaps_and_vanished_units_are_said(study: Planted) -> None:
    used = study.used.copy()
    used[0, :42] = False
    used[30, 50:] = False
    found = did.estimate(replace(study, used=used))
    assert any("before the start of U000" in warning for warning in found.warnings)
    assert any("of the panel is unknown or left out" in warning for warning in found.warnings)
    assert found.estimate.low < study.effect < found.estimate.high


def test_few_places_are_dealt_out_in_every_way() -> None:
    begins = np.array([5, 5, 7, NEVER, NEVER, NEVER, NEVER, NEVER])
    clusters = np.arange(8)
    every = assignments(begins, clusters, seed=0)
    assert every.exact and len(every.begins) == possible(begins, clusters) == 8 * 7 * 6 // 2
    assert len({tuple(row) for row in every.begins.tolist()}) == len(every.begins)
    assert every.begins[0].tolist() == begins.tolist()
    pairs = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    together = assignments(np.array([5, 5, NEVER, NEVER, NEVER, NEVER, NEVER, NEVER]), pairs, seed=0)
    assert len(together.begins) == 4 and all((row[::2] == row[1::2]).all() for row in together.begins)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000))
def test_the_interval_holds_what_the_test_does_not_refuse(seed: int) -> None:
    chance = np.random.default_rng(seed)
    effects, response = chance.standard_normal(40), chance.uniform(-0.6, 0.9, 40)
    response[0] = 1.0
    found = judged(effects, response)

    def p_value(effect: float) -> float:
        left = np.abs(effects - effect * response)
        return float((left >= left[0] - 1e-12).mean())

    for inside in np.linspace(found.low, found.high, 9)[1:-1]:
        assert p_value(inside) > 0.05
    assert p_value(found.low - 1e-6) <= 0.05 and p_value(found.high + 1e-6) <= 0.05
    assert (found.p_value <= 0.05) == (not found.low <= 0 <= found.high)


def test_the_smallest_effect_is_found_in_four_of_five_cases() -> None:
    chance = np.random.default_rng(10)
    error = 0.7
    assert from_error(error) == pytest.approx(error * (1.959964 + 0.841621), rel=1e-6)
    placebos = error * chance.standard_normal(20_000)
    assert from_placebos(placebos) == pytest.approx(from_error(error), rel=0.03)
