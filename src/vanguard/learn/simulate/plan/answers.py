"""How questions are answered, and which answers change later, in the arrays of the engine."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vanguard.blueprint import Assumptions, Pathway, Question
from vanguard.lake.condition import Condition
from vanguard.learn.simulate.plan.conditions import Tables
from vanguard.learn.simulate.plan.lists import ranged, table
from vanguard.learn.simulate.plan.spread import row, rows


def answers_of(
    pathways: Sequence[Pathway], questions: Sequence[Question], assumed: Assumptions, tables: Tables
) -> dict[str, Any]:
    """The parts of `Plan` that say what people answer; questions are numbered as they stand."""
    shares: list[float] = []
    spreads: list[tuple[float, float, float, float]] = []

    def chosen(question: Question, given: Mapping[str, float]) -> tuple[int, int]:
        first = len(shares)
        shares.extend(_running(question, given))
        return first, len(shares)

    def case(question: Question, when: Condition | None, given: Any) -> tuple[int, int, int, int]:
        condition = tables.number(when)
        if given.number is not None:
            spreads.append(row(given.number))
            return condition, 0, 0, len(spreads) - 1
        return condition, *chosen(question, given.shares), -1

    ranges, cases = ranged(
        [
            *(case(question, one.when, one) for one in assumed.answers[question.id].cases),
            case(question, None, assumed.answers[question.id]),
        ]
        for question in questions
    )
    cells, bounds = ranged(tables.bounds.get(id, []) for id in (*(question.id for question in questions), "age"))
    numbers = {question.id: n for n, question in enumerate(questions)}
    changes, changed = ranged(assumed.changes.get(way.id, {}).items() for way in pathways)
    change = [(numbers[id], *chosen(questions[numbers[id]], one.shares)) for id, one in changed]
    return {
        "cases": ranges,
        "case": table(cases, 4),
        "case_spreads": rows(spreads),
        "shares": np.array(shares or [1.0]),
        "cells": cells,
        "bounds": np.array(bounds or [0.0], dtype=np.float64),
        "changes": changes,
        "change": np.array(change, dtype=np.int64).reshape(-1, 3),
        "change_share": np.array([one.share for _, one in changed], dtype=np.float64),
        "change_after": rows([row(one.after_hours, 60) for _, one in changed]),
    }


def _running(question: Question, shares: Mapping[str, float]) -> list[float]:
    """The running sum of the shares of a question's options, in the order of the codes, up to the last that has any."""
    each = [shares.get(option, 0.0) for option in tuple(question.of) or ("no", "yes")]
    return list(itertools.accumulate(each[: 1 + max(n for n, share in enumerate(each) if share > 0)]))
