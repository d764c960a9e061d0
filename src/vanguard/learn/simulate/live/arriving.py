"""Who comes into a pathway, from how many came in a stretch of time: for a year, whatever its season and weekdays."""

import math
from datetime import datetime
from typing import Any

import numpy as np

from vanguard.blueprint import Assumptions
from vanguard.errors import BadInput
from vanguard.learn.simulate.live.learned import HOUR, Came
from vanguard.learn.simulate.plan.timetable import HOURS_A_WEEK, Stretch, expected, hours_of_week

BELIEVED = 24.0
"""What is stated about hours, weekdays and origins weighs as much as so many referrals."""


def arriving(assumed: Assumptions, pathway: str, came: Came, until: datetime) -> dict[str, Any]:
    """The arrivals of simulate.yaml that bring as many as came until a full hour, with the months that are stated.

    Raises BadInput where some came although nobody comes in those months.
    """
    stated = assumed.arrivals[pathway]
    hours = int((until - came.since) / HOUR)
    stretch = Stretch(came.since, 0, math.ceil(hours / 24))
    seen = np.bincount(hours_of_week(stretch)[:hours], minlength=HOURS_A_WEEK).reshape(7, 24)
    by_hour = _weights(stated.hours, came.hours, seen.sum(axis=0))
    by_weekday = _weights(stated.weekdays, came.weekdays, seen.sum(axis=1))
    one_a_year = stated.model_copy(update={"per_year": 1.0, "hours": tuple(by_hour), "weekdays": tuple(by_weekday)})
    share = float(expected(stretch, one_a_year)[hours])
    if not share:
        what = f"{came.number} came into {pathway} in months in which nobody does by what is assumed."
        raise BadInput(what, where="simulate.yaml", do=f"Correct months in arrivals of {pathway}.")
    found = {"per_year": float(round(came.number / share)), "hours": by_hour, "weekdays": by_weekday}
    return found | ({"from": _origins(stated.origins, came)} if stated.origins else {})


def _weights(stated: tuple[float, ...] | None, counted: tuple[int, ...], seen: np.ndarray) -> list[float]:
    """What was counted, by how often each hour or day was seen, held up by what is stated where little was."""
    weights = np.array(stated or [1.0] * len(counted), dtype=np.float64)
    found = BELIEVED * weights / weights.sum() + np.array(counted) * seen.mean() / seen
    return [round(float(one), 2) for one in found]


def _origins(stated: Any, came: Came) -> dict[str, float]:
    believed = [BELIEVED * share + came.origins.get(id, 0) for id, share in stated.items()]
    shares = np.round(np.array(believed) / sum(believed), 4)
    shares[shares.argmax()] += 1 - shares.sum()
    return {id: round(float(share), 4) for id, share in zip(stated, shares, strict=True)}
