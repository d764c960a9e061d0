"""The page of many evaluations side by side, as Markdown with figures: for the documentation of a programme."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vanguard.learn.evaluate.feed import Feed
from vanguard.learn.evaluate.finding import Table
from vanguard.learn.evaluate.judging import Judged, hangs_on
from vanguard.learn.evaluate.library import Answer, Family, summary
from vanguard.learn.evaluate.published import feed_of
from vanguard.learn.evaluate.report.figures import course, forest, svg
from vanguard.learn.evaluate.report.in_short import (
    cell,
    first_in_numbers,
    may,
    numbers,
    opening,
    outcome,
    ruled_out,
    sites_together,
)
from vanguard.learn.evaluate.report.making import as_csv, start_of
from vanguard.learn.evaluate.report.minds import what_would_change_our_mind
from vanguard.learn.evaluate.report.words import for_councillors, outcome_of, percent, unit_of
from vanguard.learn.evaluate.verdict import NONE, RULE, failed

HEAD = """# Did the vanguards of 2015 make a difference?

What the figures that anyone can download can say, and what they cannot. This page is made by `make evaluate-vanguards`
from the plans in `src/vanguard/learn/evaluate/vanguards/evaluation.yaml` and from published files, by the rules in
`feed.yaml` beside them; nothing on it is written by hand. The data run to {last}.

## In short

{answer}

{ruled_out}

{sites}

{may}The verdict follows one rule. {rule}

### Each type in a paragraph

{short}
"""
AFTER = """## What these figures cannot say

- They count unplanned admissions of everyone, of all ages and for all reasons. A model that kept a few hundred frail
  people out of hospital would hardly show in them. They say nothing of the quality of care or of people's days.
- The start is a convention: sites began at different times in 2015 and 2016, and grew into it.
- Other places were changing too: integrated care pioneers lie on both sides of the comparison. The question answered is
  whether vanguards moved differently from others, not what integrated care does.
- From 2017 more care given on the same day is counted as an admission. Where vanguards did more of this than others, a
  rise can be a change of counting.
- Many sites were looked at, so some stand out by chance alone. One site's result is a reason to look closer, not proof.
- An interval that reaches below a fall of 100%, as those of some single sites do, rules out hardly anything: nothing
  falls by more than all of it.
- The outcome had been seen, and others had published about these sites, when the plans were written. That single sites
  are held against their own level before was chosen after five of them had been tried on plain rates: on these, Salford
  showed no clear evidence, and Wirral lay where no weighted others reach. A verdict that needs this choice says so.
"""


def vanguards_page(found: Sequence[Family], feeds: Mapping[str, Feed]) -> Iterator[tuple[str, str]]:
    """The files of the page, each with its text: vanguards.md, vanguards.csv and figures/*.svg."""
    parts = [_head(found)]
    for family in found:
        yield from _figures(family)
        parts.append(_section(family))
    parts += [AFTER, _rules(found, feeds)]
    yield "vanguards.csv", as_csv(_table(found))
    yield "vanguards.md", "\n".join(parts).rstrip() + "\n"


def _head(found: Sequence[Family]) -> str:
    judged = [one.judged for family in found for one in (family.pooled, *family.sites) if one.judged]
    last = max((one.scope.last for one in judged), default=None)
    short = "\n".join(f"- **{family.pooled.plan.label}** ({outcome(family)}). {summary(family)}" for family in found)
    pooled = [family.pooled.judged for family in found if family.pooled.judged]
    clear = [one for one in pooled if one.verdict != NONE]
    if clear:
        answer = " ".join(f"{one.plan.label}: {one.verdict} in {outcome_of(one)}." for one in clear)
    else:
        answer = (
            f"These figures do not show that any type of vanguard changed what was counted.{first_in_numbers(pooled)} "
            "That is not evidence that they changed nothing: a small change, or one for few people, would not have "
            "shown."
        )
    return HEAD.format(
        answer=answer,
        last=f"{last:%B %Y}" if last else "no month",
        ruled_out=ruled_out(found),
        sites=sites_together(found),
        may="" if clear else may(found),
        short=short,
        rule=RULE,
    )


def _section(family: Family) -> str:
    pooled = family.pooled
    lines = [f"## {pooled.plan.label}: {outcome(family)}", ""]
    if pooled.judged:
        lines += [for_councillors(pooled.judged), ""]
        lines += [f"**What would change our mind.** {what_would_change_our_mind(pooled.judged)}", ""]
        lines += [f"- {warning}" for warning in pooled.judged.warnings]
        lines += ["", f"![{pooled.plan.label}: what was seen and what was expected](figures/{pooled.plan.id}.svg)", ""]
        lines += _choices(pooled.judged)
    else:
        lines += [f"All together cannot be judged: {pooled.problem}", ""]
    if any(site.judged for site in family.sites):
        lines += [f"![{pooled.plan.label}: each site alone](figures/{pooled.plan.id}_sites.svg)", ""]
    lines += ["| Site | Change | 95% interval | Smallest that could be found | Verdict | Know this first |"]
    lines += ["|---|---|---|---|---|---|"]
    lines += [_row(site) for site in (pooled, *family.sites)]
    return "\n".join([*lines, ""])


def _row(answer: Answer) -> str:
    label = cell(answer.plan.label)
    if answer.judged is None:
        return f"| {label} | | | | Cannot be judged | {cell(answer.problem)} |"
    found, judged = answer.judged.finding, answer.judged
    share = [percent(one, found.expected, sign=True) for one in numbers(judged)]
    smallest = percent(abs(found.smallest_effect), found.expected)
    wrong = " ".join([*(check.says for check in failed(judged.checks)), *hangs_on(judged.verdict, judged.sensitivity)])
    verdict = opening(judged.verdict)
    if judged.verdict != NONE:
        verdict = f"**{verdict}**"
    return f"| {label} | {share[0]} | {share[1]} to {share[2]} | {smallest} | {verdict} | {cell(wrong)} |"


def _choices(judged: Judged) -> list[str]:
    """With and without each rule."""
    rows = [one for one in judged.sensitivity if one.estimate]
    if not rows:
        return []
    lines = [
        "With and without each rule of the plan and of the feed:",
        "",
        "| The same plan | Change | 95% interval | Why it is done otherwise |",
        "|---|---|---|---|",
    ]
    expected = judged.finding.expected
    planned = [percent(one, expected, sign=True) for one in numbers(judged)]
    lines.append(f"| As planned | {planned[0]} | {planned[1]} to {planned[2]} | |")
    for one in rows:
        assert one.estimate is not None
        share = [
            percent(number, one.expected, sign=True)
            for number in (one.estimate.effect, one.estimate.low, one.estimate.high)
        ]
        lines.append(f"| {cell(one.label)} | {share[0]} | {share[1]} to {share[2]} | {cell(one.because)} |")
    return [*lines, ""]


def _figures(family: Family) -> Iterator[tuple[str, str]]:
    pooled = family.pooled.judged
    if pooled and "course" in pooled.finding.tables:
        unit = outcome_of(pooled), unit_of(pooled)
        drawn = svg(course(pooled.finding.tables["course"], start=start_of(pooled), unit=unit))
        yield f"figures/{family.pooled.plan.id}.svg", drawn
    rows: list[dict[str, Any]] = []
    for answer in (family.pooled, *family.sites):
        if answer.judged:
            expected = answer.judged.finding.expected
            share = [number / expected * 100 for number in numbers(answer.judged)]
            if all(map(math.isfinite, share)):
                rows.append(dict(zip(("effect", "low", "high"), share, strict=True)) | {"label": answer.plan.label})
    if rows:
        yield f"figures/{family.pooled.plan.id}_sites.svg", svg(forest(rows, unit="change in per cent of expected"))


def _rules(found: Sequence[Family], feeds: Mapping[str, Feed]) -> str:
    used = {id(feed): feed for family in found for feed in [feed_of(feeds, family.pooled.plan.outcome)]}
    lines = ["## Where the figures come from, and what was done to them", ""]
    for feed in used.values():
        lines += [f"**{feed.label}.** {feed.publisher}.", ""]
        lines += [f"- Divided by: {feed.denominator.because}"]
        lines += [f"- {name.replace('_', ' ').capitalize()}: {rule.because}" for name, rule in feed.rules.items()]
        lines += [
            f"- {name.replace('_', ' ').capitalize()}: {outcome.because}"
            for name, outcome in feed.outcomes.items()
            if not isinstance(outcome, str)
        ]
        lines.append("")
    lines += ["Left out by the plans:", ""]
    reasons: dict[str, list[str]] = {}
    for family in found:
        for one in family.pooled.plan.exclusions:
            for unit in one.units:
                if unit not in reasons.setdefault(one.because, []):
                    reasons[one.because].append(unit)
    lines += [f"- {', '.join(units)}: {because}" for because, units in reasons.items()]
    lines += ["", "All results as a table: [vanguards.csv](vanguards.csv)."]
    return "\n".join(lines)


def _table(found: Sequence[Family]) -> Table:
    answers = [one for family in found for one in (family.pooled, *family.sites)]
    names = ("effect", "low", "high", "p_value")
    return {
        "evaluation": [one.plan.id for one in answers],
        "label": [one.plan.label for one in answers],
        "outcome": [one.plan.outcome for one in answers],
        "design": [one.plan.design for one in answers],
        **{
            name: [getattr(one.judged.finding.estimate, name) if one.judged else None for one in answers]
            for name in names
        },
        "expected": [one.judged.finding.expected if one.judged else None for one in answers],
        "unit": [unit_of(one.judged) if one.judged else "" for one in answers],
        "events": [
            round(one.judged.finding.events.effect) if one.judged and one.judged.finding.events else None
            for one in answers
        ],
        "smallest_effect": [one.judged.finding.smallest_effect if one.judged else None for one in answers],
        "verdict": [one.judged.verdict if one.judged else "cannot be judged" for one in answers],
        "failed_checks": [
            " ".join(check.id for check in failed(one.judged.checks)) if one.judged else "" for one in answers
        ],
        "problem": [one.problem for one in answers],
    }
