"""What the page of many evaluations says first: what may be said, what not, and what each type comes to."""

from collections.abc import Sequence

from vanguard.learn.by_chance import stands_out
from vanguard.learn.evaluate.judging import Judged
from vanguard.learn.evaluate.library import Family
from vanguard.learn.evaluate.report.words import NO_BOUND, in_numbers, outcome_of, percent
from vanguard.learn.evaluate.verdict import FALL, RISE, failed, failed_in_words

MAY_NOT = (
    "**What may not be said:** that the vanguards cut unplanned admissions, that they failed, or that one site worked, "
    "or did not, because its line stands out."
)


def first_in_numbers(pooled: Sequence[Judged]) -> str:
    """What the first outcome of the page comes to, for each type whose comparison held: as a share and in numbers."""
    held = [one for one in pooled if one.scope.called == pooled[0].scope.called and not failed(one.checks)]
    said = [
        f" {one.plan.label.partition(',')[0]} had {in_numbers(one.finding.events.effect)} {outcome_of(one)} than "
        f"expected (between {in_numbers(one.finding.events.low)} and {in_numbers(one.finding.events.high)}), "
        f"{percent(one.finding.estimate.effect, one.finding.expected, sign=True)}."
        for one in held
        if one.finding.events is not None
    ]
    return "".join(said)


def ruled_out(found: Sequence[Family]) -> str:
    """A line for each pooled plan: how large a fall or a rise the figures still allow, and what would have shown. An
    interval bounds nothing where a check showed its comparison to be wrong."""
    lines = [
        "| All sites together | What was counted | Verdict | Change | A greater fall is unlikely | A greater rise is "
        "unlikely | In numbers | A smaller change would hardly show |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for family in found:
        judged = family.pooled.judged
        label = cell(family.pooled.plan.label.partition(",")[0])
        if judged is None:
            lines.append(f"| {label} | {opening(outcome(family))} | Cannot be judged | | | | | |")
            continue
        expected = judged.finding.expected
        change, low, high = (percent(one, expected, sign=True) for one in numbers(judged))
        smallest = percent(abs(judged.finding.smallest_effect), expected)
        events, said = judged.finding.events, opening(judged.verdict)
        number = "" if events is None else in_numbers(events.effect)
        if failed(judged.checks):
            low = high = NO_BOUND
            said += f" ({failed_in_words(judged.checks)})"
        elif events is not None:
            number += f" (between {in_numbers(events.low)} and {in_numbers(events.high)})"
        cells = (label, opening(outcome(family)), said, change, low, high, number, smallest)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def may(found: Sequence[Family]) -> str:
    """What may be said where no pooled plan shows a change: bounds only of comparisons that no check spoke against."""
    judged = [(family, family.pooled.judged) for family in found if family.pooled.judged]
    unsound = [family for family, one in judged if failed(one.checks)]
    said = "**What may be said:** these figures do not show that the vanguards changed what was counted."
    if len(unsound) < len(judged):
        said += (
            " For whole types of which no check failed, and as far as their comparison is sound, they make a fall or a "
            "rise greater than those in the table unlikely."
        )
    if unsound:
        which = "; ".join(f"{family.pooled.plan.label.partition(',')[0]} ({outcome(family)})" for family in unsound)
        said += f" They bound nothing where a check of the comparison failed: {which}."
    return f"{said} {MAY_NOT}\n\n"


def sites_together(found: Sequence[Family]) -> str:
    """How many single sites stand out, and how many at most chance alone would be expected to give."""
    judged = [site.judged for family in found for site in family.sites if site.judged]
    said = {kind: sum(one.verdict == kind for one in judged) for kind in (FALL, RISE)}
    claims, number = sum(said.values()), len(judged)
    if not number:
        return ""
    return (
        f"**Single sites** go either way: of {number} results of sites alone, {said[FALL]} show evidence of a fall, "
        f"{said[RISE]} of a rise and {number - claims} nothing clear. Had nothing changed anywhere, of so many "
        f"{stands_out(number)}: one in twenty has p below 0.05, and a verdict also needs that no check failed. How "
        "often as many would stand out does not follow from that, as sites are held against the same others and come "
        "back with other outcomes. So no single line below is proof of anything."
    )


def numbers(judged: Judged) -> tuple[float, float, float]:
    found = judged.finding.estimate
    return found.effect, found.low, found.high


def outcome(family: Family) -> str:
    judged = family.pooled.judged
    return outcome_of(judged) if judged else family.pooled.plan.outcome.replace("_", " ")


def opening(words: str) -> str:
    """As a cell begins."""
    return words[:1].upper() + words[1:]


def cell(text: str) -> str:
    return text.replace("|", "/").replace("\n", " ")
