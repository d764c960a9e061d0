"""Days that are known in part, as numbers that the database works out: the same as `date.toordinal` of `days` gives.
What is empty has no number, so that whatever is asked of it is unknown and not true."""

from datetime import date
from typing import Any

from django.db.models import Func, IntegerField, Q

# 1 January of the year 1 has the number 1.
JULIAN = 1_721_424.5


def over(name: str, day: date) -> Q:
    """Whether the last day that a column of kind `when` may mean is before this one: as text, which an index helps."""
    before, holds = _before(name, day)
    return before & ~holds


def how_many_over(rows: Any, name: str, day: date) -> int:
    """How many rows are so: the few that hold the day are taken off, so that the many are counted within an index."""
    before, holds = _before(name, day)
    return int(rows.filter(before).count() - rows.filter(holds).count())


def _before(name: str, day: date) -> tuple[Q, Q]:
    """What begins before a day, and what of that is the month or the year of the day."""
    told = day.isoformat()
    return Q(**{f"{name}__gt": "", f"{name}__lt": told}), Q(**{f"{name}__in": (told[:7], told[:4])})


def to_come(name: str, day: date) -> Q:
    """Whether the first day that a column of kind `when` may mean is after this one."""
    return Q(**{f"{name}__gt": day.isoformat()})


class _Day(Func):
    """A day of the calendar in one column, as a number."""

    arity = 1
    output_field = IntegerField()
    sqlite = ""
    postgresql = ""

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Julian days less their beginning."""
        day = f"CASE length(%(expressions)s) {self.sqlite} END"
        return self.as_sql(compiler, connection, template=f"CAST({day} - {JULIAN} AS INTEGER)", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Days less the first of all."""
        day = f"CASE length(%(expressions)s) {self.postgresql} END"
        return self.as_sql(compiler, connection, template=f"({day} - DATE '0001-01-01' + 1)", **context)


class FirstDay(_Day):
    """The first day that a column of kind `when` may mean."""

    sqlite = """WHEN 4 THEN julianday(%(expressions)s || '-01-01') WHEN 7 THEN julianday(%(expressions)s || '-01')
        WHEN 10 THEN julianday(%(expressions)s)"""
    postgresql = """WHEN 4 THEN (%(expressions)s || '-01-01')::date WHEN 7 THEN (%(expressions)s || '-01')::date
        WHEN 10 THEN (%(expressions)s)::date"""


class LastDay(_Day):
    """The last day that a column of kind `when` may mean."""

    # December by itself: SQLite knows no day after 9999.
    sqlite = """WHEN 4 THEN julianday(%(expressions)s || '-12-31')
        WHEN 7 THEN CASE substr(%(expressions)s, 6) WHEN '12' THEN julianday(%(expressions)s || '-31')
            ELSE julianday(%(expressions)s || '-01', '+1 month', '-1 day') END
        WHEN 10 THEN julianday(%(expressions)s)"""
    postgresql = """WHEN 4 THEN (%(expressions)s || '-12-31')::date
        WHEN 7 THEN ((%(expressions)s || '-01')::date + interval '1 month' - interval '1 day')::date
        WHEN 10 THEN (%(expressions)s)::date"""


class MonthsAfterLastDay(_Day):
    """The day so many months after the last that a column may mean, or the last of that month if it has no such day."""

    def __init__(self, expression: Any, months: int) -> None:
        self.sqlite, self.postgresql = _months_after_sqlite(months), _months_after_postgresql(months)
        super().__init__(expression)


def _months_after_sqlite(months: int) -> str:
    column = "%(expressions)s"
    # Whatever ends a month and is known no closer stays the end of it, but for February and the short months.
    month = f"julianday({column} || '-01', '+1 month', '-1 day')"
    return f"""WHEN 4 THEN julianday({column} || '-12-01', '+{months + 1} months', '-1 day')
        WHEN 7 THEN min(julianday({column} || '-01', '+{months} months') + {month} - julianday({column} || '-01'),
            julianday({column} || '-01', '+{months + 1} months', '-1 day'))
        WHEN 10 THEN min(julianday({column}, 'start of month', '+{months} months') + substr({column}, 9) - 1,
            julianday({column}, 'start of month', '+{months + 1} months', '-1 day'))"""


def _months_after_postgresql(months: int) -> str:
    column, after = "%(expressions)s", f"interval '{months} months'"
    return f"""WHEN 4 THEN (({column} || '-12-31')::date + {after})::date
        WHEN 7 THEN (({column} || '-01')::date + interval '1 month' - interval '1 day' + {after})::date
        WHEN 10 THEN (({column})::date + {after})::date"""
