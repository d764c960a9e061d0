"""What an evaluation found, in the words of those who decide: sentences made of the numbers alone."""

import math

from vanguard.learn.evaluate.finding import Estimate
from vanguard.learn.evaluate.judging import Judged
from vanguard.learn.evaluate.verdict import FALL, NONE, RISE, failed

DESIGNS = {
    "difference_in_differences": "difference in differences",
    "synthetic_control": "synthetic control",
    "interrupted_time_series": "interrupted time series",
    "matched_cohort": "matched cohort",
}


NO_BOUND = "no bound"


def figure(value: float, *, sign: bool = False) -> str:
    """A number with three significant digits, whole from 100 up, with a true minus."""
    if not math.isfinite(value):
        return "not known"
    size = abs(value)
    digits = 0 if size >= 100 or size == 0 else max(0, 2 - math.floor(math.log10(size)))
    text = f"{size:,.{min(digits, 6)}f}"
    minus = "\u2212" if value < 0 and float(text.replace(",", "")) != 0 else "+" if sign and value > 0 else ""
    return f"{minus}{text}"


def whole(value: float, *, sign: bool = False) -> str:
    """A number of events: nobody has a tenth of one."""
    if not math.isfinite(value):
        return "not known"
    number = round(value)
    minus = "\u2212" if number < 0 else "+" if sign and number > 0 else ""
    return f"{minus}{abs(number):,}"


def in_numbers(events: float) -> str:
    """How many more or fewer events than expected."""
    return f"{whole(abs(events))} {'fewer' if events < 0 else 'more'}"


def chance(p_value: float) -> str:
    """How likely as much is by chance alone."""
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}" if math.isfinite(p_value) else "not known"


def percent(part: float, whole: float, *, sign: bool = False) -> str:
    """A share of the whole in per cent with one digit."""
    if not math.isfinite(part) or not math.isfinite(whole) or whole == 0:
        return "not known"
    share = part / whole * 100
    minus = "\u2212" if round(share, 1) < 0 else "+" if sign and round(share, 1) > 0 else ""
    return f"{minus}{abs(share):.1f}%"


def unit_of(judged: Judged) -> str:
    """The unit of the effect, to follow a number."""
    return judged.scope.unit


def outcome_of(judged: Judged) -> str:
    """What people call the outcome."""
    return judged.scope.called


def bounded(estimate: Estimate) -> bool:
    """Whether its interval has ends: chance can be so great that it sets none."""
    return math.isfinite(estimate.low) and math.isfinite(estimate.high)


def in_part(change: float, judged: Judged, *, sign: bool = False) -> str:
    """A change as a share of what was expected; in the outcome's unit where nothing was."""
    expected = judged.finding.expected
    return percent(change, expected, sign=sign) if expected else f"{figure(change, sign=sign)} {unit_of(judged)}"


def share_span(estimate: Estimate, expected: float) -> str:
    """An interval as shares of what was expected."""
    if not bounded(estimate):
        return NO_BOUND
    return f"{percent(estimate.low, expected, sign=True)} to {percent(estimate.high, expected, sign=True)}"


def span(estimate: Estimate, *, sign: bool = True) -> str:
    """An interval in words."""
    if not bounded(estimate):
        return NO_BOUND
    return f"{figure(estimate.low, sign=sign)} to {figure(estimate.high, sign=sign)}"


def first_sentence(judged: Judged) -> str:
    """The verdict with what it is about."""
    found = {
        FALL: "There is evidence of a fall in",
        RISE: "There is evidence of a rise in",
        NONE: "There is no clear evidence of a change in",
    }
    return f"{found[judged.verdict]} {outcome_of(judged)}."


def for_councillors(judged: Judged) -> str:
    """One paragraph without a technical word."""
    finding = judged.finding
    effect, expected = finding.estimate, finding.expected
    parts = [
        f"{_looked_at(judged)} Had nothing changed, we would have expected "
        f"{figure(expected)} {unit_of(judged)}; what happened was {figure(expected + effect.effect)}, "
        f"{_difference(effect.effect, judged)}.",
        _interval(judged),
    ]
    if finding.events is not None:
        events = finding.events
        time = "time that they were followed" if judged.scope.persons else "whole time since the start"
        between = f", somewhere between {in_numbers(events.low)} and {in_numbers(events.high)}"
        parts.append(
            f"In numbers, that is {in_numbers(events.effect)} over the {time}{between if bounded(events) else ''}."
        )
    parts.append(_meaning(judged))
    return " ".join(parts)


def in_shares(judged: Judged) -> str:
    """The same paragraph without a number from which what was counted could be worked out."""
    if not judged.finding.expected:
        return f"{_looked_at(judged)} Nothing was expected, so that there is no share of it to tell."
    difference = _difference(judged.finding.estimate.effect, judged)
    happened = f"What happened was {difference}, held against what we would have expected had nothing changed."
    return " ".join([_looked_at(judged), happened, _interval(judged), _meaning(judged)])


def _looked_at(judged: Judged) -> str:
    treated, others = judged.scope.number, judged.scope.compared
    if judged.scope.persons:
        return (
            f"We looked at {outcome_of(judged)} among {treated:,} people, held against {others:,} others who had been "
            "like them until then."
        )
    where = "one place" if treated == 1 else f"{treated} places"
    against = f"{others} others that did not make this change" if others else "its own past"
    return f"We looked at {outcome_of(judged)} in {where}, held against {against}."


def _interval(judged: Judged) -> str:
    effect, expected = judged.finding.estimate, judged.finding.expected
    if not bounded(effect):
        return "With what chance does to such figures, they set no bound to the true change."
    low, high = (in_part(end, judged, sign=True) for end in (effect.low, effect.high))
    between = f"somewhere between {low} and {high}"
    loose = " Nothing falls by more than 100%: so wide an interval rules out hardly anything."
    more = loose if judged.finding.events is not None and effect.low < -expected else ""
    if failed(judged.checks):
        return f"If the comparison held, the true change would lie {between}.{more}"
    return f"With what chance does to such figures, the true change lies {between}.{more}"


def _difference(effect: float, judged: Judged) -> str:
    size = in_part(abs(effect), judged)
    if effect == 0 or size in ("0.0%", "not known"):
        return "about the same"
    return f"{size} {'lower' if effect < 0 else 'higher'}"


def _meaning(judged: Judged) -> str:
    finding = judged.finding
    smallest = in_part(abs(finding.smallest_effect), judged)
    could = f"The comparison could have shown a change of about {smallest} or more, and hardly a smaller one."
    if not math.isfinite(finding.smallest_effect):
        could = "The comparison could hardly have shown any change."
    wrong = failed(judged.checks)
    if judged.verdict != NONE:
        way = "fell" if judged.verdict == FALL else "rose"
        return f"The figures {way} by more than chance explains, and no check of the comparison failed. {could}"
    low, high = finding.estimate.low, finding.estimate.high
    if wrong and (high < 0 or low > 0):
        return (
            "Taken alone the numbers would speak of a change, but a check that could show the comparison to be wrong "
            "did so: these figures cannot tell whether the new way of working made the difference."
        )
    if wrong:
        return (
            "A check that could show the comparison to be wrong did so: these figures show neither that it worked nor "
            "that it did not, and set no bound to a fall or a rise."
        )
    return "That includes no change at all, so these figures show neither that it worked nor that it did not. " + could
