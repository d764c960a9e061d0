"""A cohort of two files, and a file that cannot be used says where."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from vanguard.errors import BadInput
from vanguard.learn.evaluate.matched import Cohort, from_files

PERSONS = """person_id,entered,observed_until,month_end,sex,age
a,2020-02-10,,2020-01-31,female,80
a,2020-02-10,,2020-02-29,female,80
b,,2020-05-01,2020-01-31,male,71
c,,,2020-02-29,male,
"""
EVENTS = (
    "person_id,outcome,date\nc,admissions,2020-03-02\na,admissions,06/08/2020\na,falls,2020-03-01\nz,falls,2020-03-01\n"
)
COLUMNS = ("sex", "age")


def of_files(folder: Path, persons: str = PERSONS, events: str = EVENTS) -> Cohort:
    one, two = folder / "persons.csv", folder / "events.csv"
    one.write_text(persons)
    two.write_text(events)
    return from_files(one, two, COLUMNS, date(2021, 1, 1), numbers=("age",))


def test_files_say_who_stood_how_and_what_happened(tmp_path: Path) -> None:
    cohort = of_files(tmp_path)
    assert cohort.persons.tolist() == ["a", "b", "c"]
    assert cohort.entered.astype(str).tolist() == ["2020-02-10", "NaT", "NaT"]
    assert cohort.observed_until.astype(str).tolist() == ["NaT", "2020-05-01", "NaT"]
    assert cohort.month_ends.astype(str).tolist() == ["2020-01-31", "2020-02-29"]
    assert cohort.columns["sex"].tolist() == [["female", "male", None], ["female", None, "male"]]
    assert np.array_equal(cohort.columns["age"], [[80, 71, np.nan], [80, np.nan, np.nan]], equal_nan=True)
    assert cohort.events["admissions"].person.tolist() == [0, 2]
    assert cohort.events["admissions"].day.astype(str).tolist() == ["2020-08-06", "2020-03-02"]
    assert cohort.events["falls"].person.tolist() == [0]


@pytest.mark.parametrize(
    ("persons", "events", "says"),
    [
        (PERSONS.replace("2020-05-01", "2020-05-32"), EVENTS, "line 4, column observed_until: 2020-05-32 is no day"),
        (PERSONS + "b,,,2020-01-31,male,71\n", EVENTS, "line 6, column person_id: b has two rows"),
        (PERSONS + ",,,2020-01-31,male,71\n", EVENTS, "line 6, column person_id: A row has no person_id"),
        (PERSONS.replace(",71", ",old"), EVENTS, "line 4, column age: old is not a number"),
        (PERSONS.replace("10,,2020-02", "11,,2020-02"), EVENTS, "a entered on 2020-02-10 and on 2020-02-11"),
        (PERSONS, EVENTS.partition("\n")[0] + "\n", "Nothing happened to anybody|no rows|empty"),
        (PERSONS.replace(",age", ",years"), EVENTS, "There is no column age"),
        (PERSONS, EVENTS.replace("2020-03-02", "March"), "line 2, column date: March is no day"),
    ],
    ids=["no day", "twice", "nobody", "word", "entered twice", "nothing happened", "no column", "event without a day"],
)
def test_a_file_that_cannot_be_used_says_where(tmp_path: Path, persons: str, events: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        of_files(tmp_path, persons, events)
