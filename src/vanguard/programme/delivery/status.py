"""Red, amber, green or blue: each status follows from rules that are stated once, here, and shown with what they say.

The matrix of risk (likelihood times impact; high from 8, extreme from 15) is that of the National Patient Safety
Agency, A risk matrix for risk managers, 2008. Pure: today is given.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from vanguard.programme.days import first_day, last_day

BLUE, RED, AMBER, GREEN, SILENT = "blue", "red", "amber", "green", "silent"
WORDS = {BLUE: "Blue: done", RED: "Red", AMBER: "Amber", GREEN: "Green", SILENT: "No word"}
TAGS = {BLUE: "blue", RED: "red", AMBER: "orange", GREEN: "green", SILENT: "grey"}
"""The colours of the design system, which has no amber."""
HIGH, EXTREME = 8, 15
SLIP = timedelta(days=28)
SILENCE = timedelta(days=90)


@dataclass(frozen=True)
class Awaited:
    """What a milestone waits for: its name, when it is now expected (empty if nobody says), and whether it is done."""

    name: str
    due: str
    done: bool


@dataclass(frozen=True)
class ByHand:
    """A status that somebody set: which, why, who by their role, since when, and until when (empty: no end)."""

    colour: str
    reason: str
    by: str
    on: str
    until: str = ""


@dataclass(frozen=True)
class Work:
    """What the rules look at of a milestone. `risk` is the worst residual rating of its open risks, 0 for none."""

    due: str
    forecast: str = ""
    done: str = ""
    reported: str = ""
    risk: int = 0
    waits: tuple[Awaited, ...] = ()
    by_hand: ByHand | None = None


@dataclass(frozen=True)
class Judged:
    """The status that counts, the one of the rules with its reasons, and what was set by hand if that is in force."""

    colour: str
    by_rules: str
    reasons: tuple[str, ...]
    by_hand: ByHand | None = None


@dataclass(frozen=True)
class Rule:
    """One rule: the colour, what people are told that it is, and the reasons that it gives for some work."""

    colour: str
    words: str
    reasons: Callable[[Work, date], Iterator[str]]


def _slip(work: Work) -> timedelta:
    return last_day(work.forecast) - last_day(work.due)


def _done(work: Work, _today: date) -> Iterator[str]:
    if work.done:
        yield "It is done."


def _silent(work: Work, today: date) -> Iterator[str]:
    if work.reported and today - last_day(work.reported) > SILENCE:
        yield f"Nobody has said how it stands for more than {SILENCE.days} days."


def _overdue(work: Work, today: date) -> Iterator[str]:
    if last_day(work.due) < today:
        yield "It is overdue."


def _much_later(work: Work, _today: date) -> Iterator[str]:
    if work.forecast and _slip(work) > SLIP:
        yield f"It is forecast more than {SLIP.days} days after it is due."


def _extreme(work: Work, _today: date) -> Iterator[str]:
    if work.risk >= EXTREME:
        yield f"An open risk to it is rated {work.risk} of 25, after all that is done against it."


def _later(work: Work, _today: date) -> Iterator[str]:
    if work.forecast and timedelta() < _slip(work) <= SLIP:
        yield "It is forecast after it is due."


def _high(work: Work, _today: date) -> Iterator[str]:
    if HIGH <= work.risk < EXTREME:
        yield f"An open risk to it is rated {work.risk} of 25, after all that is done against it."


def _waiting(work: Work, today: date) -> Iterator[str]:
    for one in work.waits:
        if one.due and not one.done:
            if last_day(one.due) < today:
                yield f"It waits for {one.name}, which is overdue."
            elif first_day(one.due) > last_day(work.due):
                yield f"It waits for {one.name}, which comes later than it is due."


RULES = (
    Rule(BLUE, "It is done.", _done),
    Rule(SILENT, f"The last report on it is more than {SILENCE.days} days old.", _silent),
    Rule(RED, "It is overdue.", _overdue),
    Rule(RED, f"It is forecast more than {SLIP.days} days after it is due.", _much_later),
    Rule(RED, f"An open risk to it is rated {EXTREME} or more of 25 after what is done against it.", _extreme),
    Rule(AMBER, f"It is forecast up to {SLIP.days} days after it is due.", _later),
    Rule(AMBER, f"An open risk to it is rated {HIGH} to {EXTREME - 1} after what is done against it.", _high),
    Rule(AMBER, "Something that it waits for is overdue, or comes later than it is due.", _waiting),
)
"""In order: the first that holds gives the status, and all of that colour are its reasons. Green is what is left."""
OTHERWISE = "None of these holds."


def judge(work: Work, today: date) -> Judged:
    """The status of a milestone today. What is done stays blue; a status by hand counts from its day to its end."""
    by_rules, reasons = GREEN, (OTHERWISE.replace("these", "the rules for another colour"),)
    for rule in RULES:
        if any(rule.reasons(work, today)):
            by_rules = rule.colour
            reasons = tuple(reason for one in RULES if one.colour == rule.colour for reason in one.reasons(work, today))
            break
    hand = work.by_hand
    if hand is None or by_rules == BLUE or first_day(hand.on) > today or (hand.until and last_day(hand.until) < today):
        return Judged(by_rules, by_rules, reasons)
    return Judged(hand.colour, by_rules, reasons, hand)


@dataclass(frozen=True)
class Progress:
    """How far a benefit is: its status, and why."""

    colour: str
    reason: str


def progress(
    baseline: tuple[float, str], forecast: tuple[float, str], latest: tuple[float, str] | None, today: date
) -> Progress:
    """A benefit against a straight line from its baseline to its forecast; each is a value and its day.

    Blue: reached. Red: no better than the baseline, or not reached by the day. Amber: behind the line. Green: on it.
    """
    (start, since), (end, by) = baseline, forecast
    if latest is None:
        return Progress(SILENT, "It was not measured since.")
    value, on = latest
    way = (value - start) / (end - start)
    if way >= 1:
        return Progress(BLUE, "What was forecast is reached.")
    if last_day(by) < today:
        return Progress(RED, f"The day is past, and {max(way, 0):.0%} of the way is done.")
    if way <= 0:
        return Progress(RED, "It is no better than at the baseline.")
    begun, ends = first_day(since), last_day(by)
    line = min(max((last_day(on) - begun) / (ends - begun), 0), 1)
    if way < line:
        return Progress(AMBER, f"{way:.0%} of the way is done, and {line:.0%} of the time was gone.")
    return Progress(GREEN, f"{way:.0%} of the way is done after {line:.0%} of the time.")
