"""Whether something that is to be done by a day is done, still open, or overdue: in words, and in the database."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Case, Q, Value, When

from vanguard.programme.tables import Derived
from vanguard.programme.tables.day_numbers import over

DONE, OPEN, OVERDUE = "done", "open", "overdue"
TAGS = {OVERDUE: "red", OPEN: "blue", DONE: "green"}


def standing(due: str, done: str, after: str, words: str = "Done", late: str = "Overdue") -> Derived:
    """The column that says how a row stands, by the names of the columns of its day (empty: it
    has none) and of when it was done.

    `words` say that it is done, `late` that its day is past. What has no day is never overdue.
    """
    return Derived(
        "standing",
        "Stands",
        _by(due, done),
        choices={OVERDUE: late, OPEN: "Open", DONE: words},
        colours=TAGS,
        after=after,
    )


def _by(due: str, done: str) -> Callable[[date], Any]:
    def by(today: date) -> Any:
        late = over(due, today) if due else Q(pk__in=())
        return Case(
            When(~Q(**{done: ""}), then=Value(DONE)),
            When(late, then=Value(OVERDUE)),
            default=Value(OPEN),
        )

    return by
