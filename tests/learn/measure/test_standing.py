"""How people stood: what is kept by stretches of time says at each end of a month what a plain reading of it says."""

from datetime import date, timedelta

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.learn.measure.plain_measures import ended
from tests.learn.measure.test_measures import arrow

from vanguard.learn.measure.engine import OnDuckDB
from vanguard.learn.measure.standing import NOTED, make_noted, month_ends, noted_at

ENDS = month_ends(date(2025, 11, 10), date(2026, 4, 30))
PEOPLE = ("p0", "p1")
WHAT = (("condition", "frailty"), ("condition", "asthma"), ("alert", "care_package"))
# Days around the ends of months and between them, before the first that may be asked and after the last.
DAYS = st.one_of(
    st.builds(lambda end, days: end + timedelta(days), st.sampled_from(ENDS), st.integers(-1, 1)),
    st.dates(date(2025, 9, 1), date(2026, 5, 20)),
)
ENTRIES = st.builds(
    lambda who, what, start, end: {"person_id": who, "means": what[0], "grouping": what[1], "start": start, "end": end},
    st.sampled_from(PEOPLE),
    st.sampled_from(WHAT),
    DAYS,
    st.none() | DAYS,
)


def test_stretches_say_what_was_noted_at_the_end_of_each_month():
    with duckdb.connect(config={"threads": 1}) as con:
        con.execute("CREATE TEMP TABLE person AS SELECT unnest(?) AS person_id", [PEOPLE])
        con.execute("CREATE TEMP TABLE month_list AS SELECT CAST(unnest(?) AS DATE) AS month_end", [ENDS])

        @settings(max_examples=40)
        @given(st.lists(ENTRIES, max_size=8), st.sets(st.sampled_from(ENDS), min_size=1))
        def agree(entries, asked):
            con.register("noted", arrow("noted", entries))
            make_noted(OnDuckDB(con), asked)
            found = con.execute(
                f"SELECT person_id, month_end, {', '.join(NOTED)} FROM person CROSS JOIN month_list "
                f"JOIN noted_then ON {noted_at('person_id', 'month_end')} ORDER BY person_id, month_end"
            ).fetchall()
            assert [row for row in found if row[1] in asked] == [
                (person, end, words("alert") or None, words("condition") or None, len(words("condition")))
                for person in PEOPLE
                for end in sorted(asked)
                for words in (lambda means, p=person, end=end: standing(entries, p, means, end),)
                if words("alert") or words("condition")
            ]

        agree()


def standing(entries, person, means, day):
    """The words of what had begun by then and had not ended, in order."""
    return sorted(
        {
            one["grouping"]
            for one in entries
            if (one["person_id"], one["means"]) == (person, means) and one["start"] <= day and not ended(one, day)
        }
    )
