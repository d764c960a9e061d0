"""Many evaluations as rows of a programme's table `evaluations`: by site or by type of site, in per cent."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from vanguard.learn.evaluate.feed import SHIPPED
from vanguard.learn.evaluate.finding import Table
from vanguard.learn.evaluate.judging import hangs_on
from vanguard.learn.evaluate.library import Answer, Family
from vanguard.learn.evaluate.report.making import as_csv
from vanguard.learn.evaluate.report.minds import what_would_change_our_mind
from vanguard.learn.evaluate.verdict import FALL, NONE, RISE, failed

VERDICTS = {FALL: "fall", RISE: "rise", NONE: "none"}
CANNOT = "cannot"


@dataclass(frozen=True)
class Whose:
    """Of which site or type of site of a programme an evaluation speaks, by short name; one of them is empty."""

    site: str
    type: str


def whose_they_are() -> dict[str, Whose]:
    """Whose the shipped evaluations are, by id: `sites.csv` beside their plans, whose first lines are a comment."""
    with (SHIPPED / "sites.csv").open(encoding="utf-8", newline="") as opened:
        return {row["evaluation"]: Whose(row["site"], row["type"]) for row in csv.DictReader(_rows(opened))}


def _rows(opened: Iterable[str]) -> Iterator[str]:
    return (line for line in opened if not line.startswith("#"))


def for_programme(found: Sequence[Family], whose: Mapping[str, Whose], source: str) -> str:
    """The rows as CSV, as `vanguard programme load` takes them; `source` is the short name of who says so."""
    rows = [
        _row(answer, whose[answer.plan.id], source)
        for family in found
        for answer in (family.pooled, *family.sites)
        if answer.plan.id in whose
    ]
    table: Table = {name: [row[name] for row in rows] for name in rows[0]}
    return as_csv(table)


def _row(answer: Answer, whose: Whose, source: str) -> dict[str, object]:
    plan, judged = answer.plan, answer.judged
    said: dict[str, object] = {
        "short": plan.id.replace("_", "-"),
        "site": whose.site,
        "type": whose.type,
        "name": plan.label,
        "outcome": judged.scope.called if judged else plan.outcome.replace("_", " "),
        "verdict": VERDICTS[judged.verdict] if judged else CANNOT,
        **dict.fromkeys(("change", "low", "high", "smallest")),
        "design": plan.design,
        "begins": str(plan.start or min(plan.starts.values())),
        "until": "",
        "know_first": answer.problem,
        "change_mind": "",
        "sources": source,
    }
    if judged is None:
        return said
    found, expected = judged.finding.estimate, judged.finding.expected
    numbers = (found.effect, found.low, found.high, abs(judged.finding.smallest_effect))
    names = ("change", "low", "high", "smallest")
    shares = dict(zip(names, (round(one / expected * 100, 1) for one in numbers), strict=True))
    return (
        said
        | shares
        | {
            "until": f"{judged.scope.last:%Y-%m}",
            "know_first": " ".join(_first(answer)),
            "change_mind": what_would_change_our_mind(judged),
        }
    )


def _first(answer: Answer) -> Iterator[str]:
    """What to know before the verdict: whether it is an early look, what failed, and on what it hangs."""
    judged = answer.judged
    assert judged is not None
    yield from (f"{one.id.replace('_', ' ').capitalize()} failed." for one in failed(judged.checks))
    yield from hangs_on(judged.verdict, judged.sensitivity)
    if answer.plan.seen_before:
        yield "The outcome had been seen when the plan was written."
