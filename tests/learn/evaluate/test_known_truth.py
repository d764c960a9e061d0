"""A short run of what docs/evaluations/known-truth.md measures at length. A share that falls short fails only where the
shortfall is itself significant: one binomial test each, the chance of any false failure held under 1% in all."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from scipy import stats
from tests.learn.evaluate.known_truth import Planted, panels

from vanguard.learn.evaluate.did_effect import Case, overall
from vanguard.learn.evaluate.event_study import before
from vanguard.learn.evaluate.finding import Estimate
from vanguard.learn.evaluate.series import interrupted, series_of

RUNS = 60
LEVEL = 0.05


@dataclass(frozen=True)
class Design:
    estimate: Callable[[Planted], Estimate]
    earlier: Callable[[Planted], Estimate]


def compared(study: Planted) -> Estimate:
    case = Case.of(study, study.panel)
    return overall(case, np.ones_like(case.outcomes)).estimates[0]


def compared_earlier(study: Planted) -> Estimate:
    early = before(Case.of(study, study.panel), study.panel)
    assert early is not None
    return overall(early.case, np.ones_like(early.case.outcomes)).estimates[0]


DIFFERENCES = Design(compared, compared_earlier)
SERIES = Design(
    lambda study: interrupted(series_of(study, study.panel)).effect,
    lambda study: interrupted(series_of(study, study.panel).earlier(24)).effect,
)
ASKED = {
    "national": DIFFERENCES,
    "staggered": DIFFERENCES,
    "level": DIFFERENCES,
    "autocorrelated": DIFFERENCES,
    "few": DIFFERENCES,
    "single": DIFFERENCES,
    "practices": DIFFERENCES,
    "series": SERIES,
    "lasting_series": SERIES,
}
FAMILY = 0.01 / (4 * len(ASKED))
"""Four shares of each kind are tested."""


def far_more(events: list[bool], share: float) -> bool:
    """Whether more happened than chance brings when the share is the true one."""
    return bool(stats.binomtest(sum(events), len(events), share, alternative="greater").pvalue < FAMILY)


@pytest.mark.parametrize("kind", ASKED)
def test_designs_keep_their_word(kind: str) -> None:
    design = ASKED[kind]
    nothing = [design.estimate(study) for study in panels(kind, 0.0, RUNS, seed=1)]
    assert not far_more([one.p_value <= LEVEL for one in nothing], LEVEL), "false alarms"

    planted = list(panels(kind, -0.1, RUNS, seed=2))
    found = [design.estimate(study) for study in planted]
    missed = [not one.low <= study.effect <= one.high for one, study in zip(found, planted, strict=True)]
    assert not far_more(missed, LEVEL), "the interval misses the truth"
    assert not far_more([one.p_value > LEVEL for one in found], 0.2), "a fall of a tenth is not found"

    early = [design.earlier(study) for study in planted]
    assert not far_more([one.p_value <= LEVEL for one in early], LEVEL), "an effect two years before the start"


def test_the_tests_would_notice_errors_that_are_too_small() -> None:
    """Where places trend apart, difference in differences is wrong, and its placebo start says so."""
    trending = list(panels("trend", 0.0, 20, seed=3))
    assert far_more([compared(study).p_value <= LEVEL for study in trending], LEVEL)
    assert far_more([compared_earlier(study).p_value <= LEVEL for study in trending], LEVEL)
