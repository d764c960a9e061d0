"""Many plans at once: pooled plans, each with the plans of its single sites, judged and set side by side."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vanguard.blueprint import Evaluation
from vanguard.errors import BadInput
from vanguard.learn.by_chance import stands_out
from vanguard.learn.evaluate.asking import tables_of, without_rules
from vanguard.learn.evaluate.judging import Judged, judge
from vanguard.learn.evaluate.panel_file import Table
from vanguard.learn.evaluate.verdict import FALL, NONE, RISE, failed_in_words


@dataclass(frozen=True)
class Answer:
    """One plan's result, or why it has none."""

    plan: Evaluation
    judged: Judged | None
    problem: str = ""


@dataclass(frozen=True)
class Family:
    """A pooled plan and those of its single sites."""

    pooled: Answer
    sites: tuple[Answer, ...]


def families(plans: Mapping[str, Evaluation]) -> Iterator[tuple[Evaluation, tuple[Evaluation, ...]]]:
    """Each plan whose id begins no other's, with those that it begins: POOLED and POOLED_site. The longest wins."""
    heads = [id for id in plans if any(other.startswith(f"{id}_") for other in plans)]
    for head in heads:
        sites = [
            plan
            for id, plan in plans.items()
            if id not in heads and id.startswith(f"{head}_") and head == max(_heads(id, heads), key=len)
        ]
        yield plans[head], tuple(sites)


def answer_all(
    plans: Mapping[str, Evaluation], data: Path, *, done: Callable[[int], object] = lambda _: None
) -> list[Family]:
    """Judge every plan on the published files of a folder; `done` is told of each."""
    others: dict[str, list[tuple[str, str, Table]]] = {}
    prepared: dict[tuple[str, ...], tuple[Table, dict[str, Table]]] = {}

    def answer(plan: Evaluation) -> Answer:
        outcomes = (plan.outcome, *plan.negative_controls)
        try:
            if outcomes not in prepared:
                prepared[outcomes] = tables_of(plan, data)
                others[plan.outcome] = without_rules(plan.outcome, data)
            return Answer(plan, judge(plan, *prepared[outcomes], otherwise=others[plan.outcome]))
        except BadInput as problem:
            return Answer(plan, None, str(problem))
        finally:
            done(1)

    return [Family(answer(head), tuple(answer(site) for site in sites)) for head, sites in families(plans)]


def _heads(id: str, heads: Sequence[str]) -> list[str]:
    return [head for head in heads if id.startswith(f"{head}_")]


def summary(family: Family) -> str:
    """What a family of plans says together, in sentences, with what chance alone would give at most among so many."""
    pooled = family.pooled
    parts = []
    if pooled.judged is None:
        parts.append(f"All together cannot be judged: {pooled.problem}")
    else:
        found = pooled.judged.finding
        share = found.estimate.effect / found.expected * 100
        low, high = (end / found.expected * 100 for end in (found.estimate.low, found.estimate.high))
        smallest = abs(found.smallest_effect / found.expected * 100)
        number = pooled.judged.scope.number
        wrong = failed_in_words(pooled.judged.checks)
        parts.append(
            f"All {number} together: {pooled.judged.verdict} ({share:+.1f}%, 95% interval {low:+.1f}% to {high:+.1f}%"
            f"{f', which is no bound as {wrong}' if wrong else ''}; a change of less than {smallest:.1f}% could hardly "
            "have been found)."
        )
    judged = [site.judged for site in family.sites if site.judged]
    if judged:
        said = {kind: sum(one.verdict == kind for one in judged) for kind in (FALL, RISE, NONE)}
        parts.append(
            f"Of {len(judged)} sites alone there is evidence of a fall in {said[FALL]}, of a rise in {said[RISE]}, and "
            f"nothing clear in {said[NONE]}; where nothing at all had changed, of so many "
            f"{stands_out(len(judged))}."
        )
    return " ".join(parts).replace("-", "\u2212") if parts else ""
