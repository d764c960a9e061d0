"""Where there is no number: words in its place. A month of which a day came in, a practice that closed."""

from datetime import date, timedelta

import duckdb
import pytest
from tests.learn.measure.test_measures import FIRST, LAST, MAIN, MEASURES, NOW, PLACE, TABLES, arrow, town_of

from vanguard.blueprint import read
from vanguard.errors import BadInput
from vanguard.lake import Lake
from vanguard.learn.measure import build, open_point, read_small_areas
from vanguard.learn.measure.points import NO_DENOMINATOR


@pytest.fixture
def blueprint(tmp_path):
    folder = tmp_path / "blueprints" / "moon"
    folder.mkdir(parents=True)
    (folder / "blueprint.yaml").write_text(MAIN)
    (folder / "measures.yaml").write_text(MEASURES.replace("Any.,", "'Any.',"))
    return read(folder)


def test_a_month_of_which_hardly_a_day_came_in_and_a_practice_that_closed_say_so(tmp_path, blueprint):
    """A feed tells something every day, but in March on the first alone; practice K1 closes at the end of January."""
    born = {"birth_date": date(1955, 5, 5), "sex": "female", "death_date": None, "moves": date(2026, 2, 1)}
    stay = {
        "who": 0,
        "hour": 9,
        "nights": 1,
        "setting": "inpatient",
        "method": "emergency",
        "codes": [],
        "place": "RXQ",
    }
    days = [date(2025, 12, 31) + timedelta(days=n) for n in range(121)]
    told = [day for day in days if day.month != 3 or day.day == 1]
    people, periods, events = town_of([born], [stay | {"date": day, "superseded": False} for day in told])
    lake = Lake(tmp_path)
    with lake.write(NOW) as batch, duckdb.connect() as con:
        tables_of = dict(zip(TABLES, (people, periods, events, [], []), strict=True)) | PLACE
        for name, rows in tables_of.items():
            con.register(name, arrow(name, rows))
            batch.replace(name, con, f"SELECT * FROM {name}")
    build(lake, [blueprint], LAST, NOW)
    with lake.connect() as con:
        made = con.execute(
            "SELECT split, start, value, reason FROM measure_point WHERE measure = 'stays_65' AND split_by IN "
            "('all', 'practice')"
        ).fetchall()
    by_key = {(split, start): (value, reason) for split, start, value, reason in made}
    assert by_key["all", FIRST][0] == pytest.approx(1000 * 31 / (31 / 365.25))
    assert by_key["all", date(2026, 3, 1)] == (None, "Data of only 1 of 31 days came in: spells.")
    assert by_key["K1", date(2026, 2, 1)] == (None, NO_DENOMINATOR)
    assert by_key["K1", date(2026, 3, 1)][0] is None
    assert by_key["K2", FIRST] == (None, NO_DENOMINATOR)
    closed = open_point(lake, blueprint, "stays_65", date(2026, 2, 1), split_by="practice", split="K1")
    assert (closed.numerator, closed.denominator) == (0, 0)


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ("area,decile\nE1,3\nE2,11\n", "11 is no tenth"),
        ("area,decile\nE1,3\n,4\n", "names no area"),
        ("area,decile\nE1,3\nE1,4\n", "E1 is there twice"),
        ("area\nE1\n", "There is no column decile"),
    ],
)
def test_small_areas_that_cannot_be_read_are_refused_with_their_line(tmp_path, lines, what):
    file = tmp_path / "areas.csv"
    file.write_text(lines)
    with pytest.raises(BadInput, match=what):
        read_small_areas(file, {})


def test_small_areas_are_read_under_whatever_names(tmp_path):
    file = tmp_path / "areas.csv"
    file.write_text("lsoa,tenth\nE1,3\nE2,10\n")
    assert read_small_areas(file, {"area": "lsoa", "decile": "tenth"}) == {"E1": 3, "E2": 10}
