"""When a pathway goes which way, and opening hours, as people say them: by the questions that are asked and their
answers, and by the days of the week."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from vanguard.blueprint.elements.hours import MIDNIGHT, Hours, Opening
from vanguard.blueprint.elements.pathways import Question
from vanguard.blueprint.in_words import in_words, plain
from vanguard.lake.condition import Condition
from vanguard.lake.condition.tree import AllOf, AnyOf, ColumnRef, Compare, Constant, Expression, Not, OneOf

LONG_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SIGNS = {"=": "{}", "<>": "not {}", "<": "under {}", "<=": "{} at most", ">": "over {}", ">=": "{} or more"}


def when_told(condition: Condition, questions: Mapping[str, Question]) -> str:
    """A condition by the questions that it is about: “Did anybody answer?” Yes."""
    return _told(condition.tree, questions) or plain(in_words(condition)).replace("'", "")


def asked(question: Question | None, id: str) -> str:
    """A question in quotation marks, or what has no question as words."""
    return f"“{question.label}”" if question else plain(id)


def _told(tree: Expression, questions: Mapping[str, Question]) -> str:
    """Empty where there is no plain way to say it."""
    if isinstance(tree, AllOf | AnyOf):
        joint = " and " if isinstance(tree, AllOf) else " or "
        parts = [(one, _told(one, questions)) for one in tree.of]
        if not all(said for _, said in parts):
            return ""
        return joint.join(f"({said})" if isinstance(one, AllOf | AnyOf) else said for one, said in parts)
    if isinstance(tree, Not):
        return _answer(tree.of, "No", questions) if isinstance(tree.of, ColumnRef) else ""
    if isinstance(tree, ColumnRef):
        return _answer(tree, "Yes", questions)
    if isinstance(tree, Compare) and isinstance(tree.right, Constant):
        return _answer(tree.left, SIGNS[tree.sign].format(_value(tree.left, tree.right, questions)), questions)
    if isinstance(tree, OneOf):
        return _answer(tree.of, " or ".join(_value(tree.of, one, questions) for one in tree.values), questions)
    return ""


def _answer(of: Expression, answer: str, questions: Mapping[str, Question]) -> str:
    return f"{asked(questions.get(of.name), of.name)} {answer}" if isinstance(of, ColumnRef) else ""


def _value(of: Expression, value: Constant, questions: Mapping[str, Question]) -> str:
    question = questions.get(of.name) if isinstance(of, ColumnRef) else None
    told: Any = value.value
    return (question.of.get(told) if question else None) or (plain(told) if isinstance(told, str) else in_words(told))


def opening_told(hours: Hours) -> str:
    """Monday to Friday 8am to 6.30pm, closed on bank holidays."""
    if hours.holiday is None and len(set(hours.week)) == 1:
        whole = hours.week[0] == (Opening(0, MIDNIGHT),)
        return "at all hours" if whole else f"every day {_times(hours.week[0])}"
    said = [
        f"{_days([day for day, _ in run])} {_times(times)}"
        for times, days in groupby(enumerate(hours.week), key=lambda one: one[1])
        if times and (run := list(days))
    ]
    if hours.holiday is not None:
        said.append(f"bank holidays {_times(hours.holiday)}" if hours.holiday else "closed on bank holidays")
    return ", ".join(said)


def _days(run: Sequence[int]) -> str:
    first, last = LONG_DAYS[run[0]], LONG_DAYS[run[-1]]
    return first if len(run) == 1 else f"{first} to {last}" if len(run) > 2 else f"{first} and {last}"


def _times(openings: Sequence[Opening]) -> str:
    return " and ".join(f"{_hour(one.opens)} to {_hour(one.closes)}" for one in openings)


def _hour(minutes: int) -> str:
    hour, minute = divmod(minutes % MIDNIGHT, 60)
    if minute == 0 and hour in (0, 12):
        return "midday" if hour else "midnight"
    return f"{hour % 12 or 12}{f'.{minute:02}' if minute else ''}{'am' if hour < 12 else 'pm'}"
