"""Ask every shipped plan for an effect of a start two years before the true one, on the published figures.

    python -m scripts.placebo_starts [--data FOLDER]

Nothing had begun then, so a design that keeps its word claims an effect in one plan of twenty. Plans that begin too
soon after the first figures have their earlier start half-way; the line of each says which.
"""

import argparse
from pathlib import Path

import numpy as np
from scipy.stats import binomtest

from vanguard.blueprint import Evaluation
from vanguard.errors import BadInput
from vanguard.learn.evaluate import Table, shipped_plans, tables_of
from vanguard.learn.evaluate.did_effect import Case, overall
from vanguard.learn.evaluate.event_study import before
from vanguard.learn.evaluate.finding import CannotJudge
from vanguard.learn.evaluate.panel import Study
from vanguard.learn.evaluate.study import prepare
from vanguard.learn.evaluate.synthetic.checks import begun_earlier
from vanguard.learn.evaluate.synthetic.placebos import judge
from vanguard.learn.evaluate.synthetic.setting import setting

LEVEL = 0.05


def claimed(plan: Evaluation, study: Study) -> tuple[float, str]:
    """p of the earlier start, and where that is. Raises CannotJudge where there is not enough before."""
    if plan.design == "synthetic_control":
        placed = begun_earlier(study, setting(study))
        if placed is None:
            raise CannotJudge("Too little lies before the start.")
        return judge(placed[0], study.seed).estimate.p_value, placed[1]
    early = before(Case.of(study, study.panel), study.panel)
    if early is None:
        raise CannotJudge("Too little lies before the start.")
    return overall(early.case, np.ones_like(early.case.outcomes)).estimates[
        0
    ].p_value, f"{early.earlier} periods earlier"


def main() -> None:
    reader = argparse.ArgumentParser(description="Ask shipped plans for an effect of a start that never was.")
    reader.add_argument("--data", type=Path, default=Path("../shared/data/open"))
    data = reader.parse_args().data
    tables: dict[str, Table] = {}
    found: dict[str, list[bool]] = {}
    for id, plan in shipped_plans().items():
        bare = plan.model_copy(update={"negative_controls": ()})
        try:
            if plan.outcome not in tables:
                tables[plan.outcome] = tables_of(bare, data)[0]
            p_value, where = claimed(plan, prepare(bare, tables[plan.outcome]).study)
        except (CannotJudge, BadInput) as problem:
            print(f"{id}: {problem}")
            continue
        found.setdefault(plan.design, []).append(p_value <= LEVEL)
        print(f"{id}: p = {p_value:.3f} ({where})")
    for design, claims in found.items():
        more = binomtest(sum(claims), len(claims), LEVEL, alternative="greater").pvalue
        print(f"{design}: {sum(claims)} of {len(claims)} claimed; so many or more by chance: p = {more:.2f}")


if __name__ == "__main__":
    main()
