"""When a recommendation is looked at again, 6 and 12 months after the answer to it, and how it stands. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from vanguard.programme.days import last_day, months_after

MONTHS = (6, 12)
ACCEPTED, IN_PART, REFUSED, AWAITED = "accepted", "in_part", "not_accepted", "awaited"
GREEN = "green"
SATISFIED, DUE, OVERDUE, RATED, PASSED = "satisfied", "due", "overdue", "rated", "passed"
UNWATCHED = "unwatched"


@dataclass(frozen=True)
class Look:
    """One look at a recommendation: how many months after the answer, on which day it falls due, and how it stands.

    `rating` is the committee's own, empty if it has not looked yet.
    """

    months: int
    due: date
    state: str
    rating: str = ""


def looks(response: str, answered: str, ratings: Mapping[int, str], today: date) -> tuple[Look, ...]:
    """Every look at a recommendation; none at what was refused or is not answered yet.

    A month or year as the answer's day counts from its end. Once the committee is satisfied (green), no later look is
    due; one that it passed over is not overdue once it has looked later.
    """
    if response not in (ACCEPTED, IN_PART) or not answered:
        return ()
    found, satisfied = [], False
    for months in MONTHS:
        due, rating = months_after(last_day(answered), months), ratings.get(months, "")
        if rating:
            state = RATED
        elif satisfied:
            state = SATISFIED
        elif any(later > months for later in ratings):
            state = PASSED
        else:
            state = OVERDUE if due < today else DUE
        found.append(Look(months, due, state, rating))
        satisfied = satisfied or rating == GREEN
    return tuple(found)


def standing(found: tuple[Look, ...]) -> str:
    """How a recommendation stands, by its looks: overdue, due, satisfied, or rated and no look left; or unwatched."""
    states = {one.state for one in found}
    for state in (OVERDUE, DUE):
        if state in states:
            return state
    if not found:
        return UNWATCHED
    return SATISFIED if any(one.rating == GREEN for one in found) else RATED
