"""Making a cohort: from two tables in files, or from such tables of a connection."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from pathlib import Path

import duckdb
import numpy as np

from vanguard.errors import BadInput
from vanguard.learn.evaluate.matched.cohort import Cohort, Column, Events
from vanguard.table_file import date_sql, listed, needed_columns, quoted, read_table, trimmed

DATES = ("entered", "observed_from", "observed_until", "month_end")


def from_files(
    persons: Path,
    events: Path,
    columns: Iterable[str],
    known_until: date | None = None,
    *,
    numbers: Collection[str] = (),
) -> Cohort:
    """From tables of anyone's (CSV or Parquet). `persons`: person_id, entered (empty for who did not), and where there
    are any observed_from, observed_until and the columns; with month_end, a row for each person and month end.
    `events`: person_id, outcome, date. Of the columns, `numbers` hold nothing else. `known_until` is the first day of
    which nothing is known; without it, the day after the last that the tables name. Raises BadInput with the file, the
    line and what to do."""
    con, wanted = duckdb.connect(), list(columns)
    try:
        by_name = read_table(con, persons)
        optional = [name for name in DATES[1:] if name in by_name]
        found = needed_columns(persons, by_name, {}, needed=("person_id", "entered", *wanted), optional=optional)
        _days(con, persons, {name: by_name[found[name]] for name in ("entered", *optional)})
        cell = {name: trimmed(quoted(by_name[theirs])) for name, theirs in found.items()}
        _once(con, persons, cell)
        _refuse_words(con, persons, {name: cell[name] for name in wanted if name in numbers})
        day = {name: date_sql(cell[name]) if name in cell else "CAST(NULL AS DATE)" for name in DATES}
        con.execute(
            f"CREATE TABLE cohort_person AS SELECT {cell['person_id']} AS person_id, min({day['entered']}) AS entered, "
            f"min({day['observed_from']}) AS observed_from, max({day['observed_until']}) AS observed_until "
            "FROM received GROUP BY 1"
        )
        stood = day["month_end"] if "month_end" in cell else "(SELECT min(entered) - 1 FROM cohort_person)"
        values = "".join(f", {_typed(con, cell[name])} AS {quoted(name)}" for name in wanted)
        con.execute(
            f"CREATE TABLE cohort_feature AS SELECT {cell['person_id']} AS person_id, {stood} AS month_end{values} "
            "FROM received"
        )
        con.execute("DROP TABLE received")
        by_name = read_table(con, events)
        found = needed_columns(events, by_name, {}, needed=("person_id", "outcome", "date"), optional=())
        _days(con, events, {"date": by_name[found["date"]]})
        cell = {name: trimmed(quoted(by_name[theirs])) for name, theirs in found.items()}
        con.execute(
            f"CREATE TABLE cohort_event AS SELECT {cell['person_id']} AS person_id, {cell['outcome']} AS outcome, "
            f"{date_sql(cell['date'])} AS date FROM received"
        )
        outcomes = [row[0] for row in con.execute("SELECT DISTINCT outcome FROM cohort_event ORDER BY 1").fetchall()]
        if not outcomes:
            raise BadInput("Nothing happened to anybody.", where=str(events), do="Give a row for each event.")
        return made(con, wanted, outcomes, known_until or _day_after_the_last(con))
    finally:
        con.close()


def made(con: duckdb.DuckDBPyConnection, columns: list[str], outcomes: list[str], known_until: date) -> Cohort:
    """From cohort_person (person_id, entered, observed_from, observed_until), cohort_feature (person_id, month_end and
    the columns) and cohort_event (person_id, outcome, date). Events of who is not in it are not looked at."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE cohort_row AS "
        "SELECT *, row_number() OVER (ORDER BY person_id) - 1 AS number FROM cohort_person"
    )
    persons = con.execute("SELECT * FROM cohort_row ORDER BY number").fetchnumpy()
    ends = con.execute(
        "SELECT DISTINCT month_end FROM cohort_feature WHERE month_end IS NOT NULL ORDER BY 1"
    ).fetchnumpy()["month_end"]
    con.execute(
        "CREATE OR REPLACE TEMP TABLE cohort_month AS "
        "SELECT month_end, row_number() OVER (ORDER BY month_end) - 1 AS month "
        "FROM (SELECT DISTINCT month_end FROM cohort_feature WHERE month_end IS NOT NULL)"
    )
    chosen = "".join(f", {quoted(name)}" for name in columns)
    stood = con.execute(
        f"SELECT number, month{chosen} FROM cohort_feature JOIN cohort_row USING (person_id) "
        "JOIN cohort_month USING (month_end)"
    ).fetchnumpy()
    shape = (len(ends), len(persons["number"]))
    wide = {name: _wide(stood[name], stood["month"], stood["number"], shape) for name in columns}
    events = {}
    for name in outcomes:
        rows = con.execute(
            "SELECT number, date FROM cohort_event JOIN cohort_row USING (person_id) "
            "WHERE outcome = ? AND date IS NOT NULL ORDER BY number, date",
            [name],
        ).fetchnumpy()
        events[name] = Events(np.asarray(rows["number"], np.int64), _dates(rows["date"]))
    return Cohort(
        persons=np.asarray(persons["person_id"]),
        entered=_dates(persons["entered"]),
        observed_from=_dates(persons["observed_from"]),
        observed_until=_dates(persons["observed_until"]),
        known_until=np.datetime64(known_until, "D"),
        month_ends=_dates(ends),
        columns=wide,
        events=events,
    )


def _day_after_the_last(con: duckdb.DuckDBPyConnection) -> date:
    last: date = con.execute(
        "SELECT coalesce(max(day), DATE '1970-01-01') + 1 FROM (SELECT max(date) AS day FROM cohort_event "
        "UNION ALL SELECT max(entered) FROM cohort_person UNION ALL SELECT max(observed_until) - 1 FROM cohort_person)"
    ).fetchall()[0][0]
    return last


def _wide(values: Column, months: Column, numbers: Column, shape: tuple[int, int]) -> Column:
    """Months by persons; NaN or None where there is no row or no value."""
    missing = np.ma.getmaskarray(values) if isinstance(values, np.ma.MaskedArray) else np.zeros(len(values), bool)
    plain = np.ma.getdata(values)
    if plain.dtype.kind in "iufb":
        wide = np.full(shape, np.nan)
        wide[months, numbers] = np.where(missing, np.nan, plain.astype(float))
        return wide
    words = np.full(shape, None, dtype=object)
    there = ~missing
    words[months[there], numbers[there]] = plain[there].astype(object)
    return words


def _dates(values: Column) -> Column:
    days = np.ma.getdata(values).astype("datetime64[D]")
    if isinstance(values, np.ma.MaskedArray):
        days = np.where(np.ma.getmaskarray(values), np.datetime64("NaT"), days)
    return days


def _typed(con: duckdb.DuckDBPyConnection, cell: str) -> str:
    """As a number where all that is there is one."""
    words = con.execute(
        f"SELECT count(*) FROM received WHERE {cell} IS NOT NULL AND try_cast({cell} AS DOUBLE) IS NULL"
    )
    return cell if words.fetchall()[0][0] else f"CAST({cell} AS DOUBLE)"


def _refuse_words(con: duckdb.DuckDBPyConnection, file: Path, cells: Mapping[str, str]) -> None:
    """Refuse what stands for a number and is none."""
    for name, cell in cells.items():
        bad = con.execute(
            f"SELECT line, cell FROM (SELECT row_number() OVER () + 1 AS line, {cell} AS cell FROM received) "
            "WHERE cell IS NOT NULL AND try_cast(cell AS DOUBLE) IS NULL ORDER BY line LIMIT 1"
        ).fetchall()
        if bad:
            line, value = bad[0]
            do = "Persons are near each other by numbers: write one, or nothing where it is not known."
            raise BadInput(f"{value} is not a number.", where=f"{file}, line {line}, column {name}", do=do)


def _days(con: duckdb.DuckDBPyConnection, file: Path, columns: Mapping[str, str]) -> None:
    """Refuse what stands for a day and is none."""
    for name, theirs in columns.items():
        cell = trimmed(quoted(theirs))
        bad = con.execute(
            f"SELECT line, cell FROM (SELECT row_number() OVER () + 1 AS line, {cell} AS cell FROM received) "
            f"WHERE cell IS NOT NULL AND {date_sql('cell')} IS NULL LIMIT 1"
        ).fetchall()
        if bad:
            line, value = bad[0]
            raise BadInput(f"{value} is no day.", where=f"{file}, line {line}, column {name}", do="Write 2018-08-06.")


def _once(con: duckdb.DuckDBPyConnection, file: Path, cell: Mapping[str, str]) -> None:
    """Refuse a person who is nobody, who stands twice for the same time, or who entered on two days."""
    month = cell.get("month_end", "''")
    bad = con.execute(
        f"SELECT max(line), person_id FROM (SELECT row_number() OVER () + 1 AS line, {cell['person_id']} AS person_id, "
        f"{month} AS month FROM received) GROUP BY person_id, month HAVING count(*) > 1 OR person_id IS NULL LIMIT 1"
    ).fetchall()
    if bad:
        line, person = bad[0]
        what = "A row has no person_id." if person is None else f"{person} has two rows for the same time."
        columns = "with a month_end, one row for each" if "month_end" in cell else listed(["person_id"])
        raise BadInput(what, where=f"{file}, line {line}, column person_id", do=f"Give each person once ({columns}).")
    day = date_sql(cell["entered"])
    for person, first, last in con.execute(
        f"SELECT {cell['person_id']} AS person_id, min({day}), max({day}) FROM received "
        f"GROUP BY 1 HAVING min({day}) < max({day}) ORDER BY 1 LIMIT 1"
    ).fetchall():
        what = f"{person} entered on {first} and on {last}."
        raise BadInput(what, where=f"{file}, column entered", do="Give the first day, in every row of the person.")
