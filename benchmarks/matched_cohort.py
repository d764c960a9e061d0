"""Matched cohort: 20,000 who entered over a year from 500,000 persons, all of the finding: sets, balance, rates,
survival, checks. Two sexes and ten localities exactly; age, frailty and admissions of 12 months by Mahalanobis."""

import os
import time

from tests.learn.evaluate.cohorts import cohort_of

from benchmarks.machine import line
from vanguard.learn.evaluate.matched import Plan, estimate

PERSONS, ENTERING = 500_000, 20_000


def main() -> None:
    """Print one line."""
    cohort = cohort_of(PERSONS, ENTERING, -0.1, 1, localities=10).cohort
    plan = Plan(
        "admissions",
        ("sex", "locality"),
        ("age", "frailty", "admissions_12m"),
        caliper=0.3,
        checks=("balance", "pre_trend", "negative_control"),
        negative_controls=("falls",),
    )
    begun, before = time.perf_counter(), time.process_time()
    found = estimate(cohort, plan)
    seconds, processor = time.perf_counter() - begun, time.process_time() - before
    line(
        "matched_cohort",
        persons=PERSONS,
        entered=ENTERING,
        matched=found.tables["rates"]["persons"][0],
        seconds=round(seconds, 1),
        processor_seconds=round(processor, 1),
        load=os.getloadavg()[0],
        relative_effect=round(found.estimate.effect / found.expected, 3),
        planted=-0.1,
    )


if __name__ == "__main__":
    main()
