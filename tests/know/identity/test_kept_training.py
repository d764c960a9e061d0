"""What training learned is kept until the place has grown or shrunk by a quarter."""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.know.identity.place_rows import NOW, add_rows, person_row

from vanguard.know.identity import link
from vanguard.lake import Lake

FAMILY = ("BAKER", "STONE", "IQBAL", "HARRINGTON", "OKAFOR", "NOWAK", "SINGH", "HUGHES")
GIVEN = ("ANN", "OLIVE", "RUTH", "ROBERT", "MOHAMMED", "IVY", "PIOTR", "AMARA")


def people(first: int, last: int) -> list[dict[str, Any]]:
    """Rows of persons without a number, most of them with a second row at the hospital."""
    rng = random.Random(first)
    rows = []
    for number in range(first, last):
        born = date(1930, 1, 1) + timedelta(days=rng.randrange(25_000))
        said = {"given_name": rng.choice(GIVEN), "family_name": rng.choice(FAMILY), "birth_date": f"{born}"}
        said |= {"postcode": f"HP{rng.randrange(20)} {rng.randrange(10)}AA", "sex": rng.choice(["female", "male"])}
        rows.append(person_row("gp", f"{number}", **said))
        if rng.random() < 0.8:
            rows.append(person_row("acute", f"R{number}", **said))
    return rows


def learned(lake: Lake) -> list[tuple[Any, ...]]:
    with lake.connect() as con:
        return con.execute("FROM link_parameter ORDER BY ALL").fetchall()


def test_training_is_kept_until_the_place_has_grown_by_a_quarter(tmp_path: Path) -> None:
    lake = add_rows(tmp_path, people(0, 100))
    link(lake, NOW)
    assert not learned(lake), "a small place is not trained"
    add_rows(tmp_path, people(100, 350))
    link(lake, NOW)
    first = learned(lake)
    rows = lake.rows("person_link")
    assert {row[0] for row in first} == {rows}
    add_rows(tmp_path, people(350, 400))
    persons = link(lake, NOW).persons
    assert lake.rows("person_link") > rows and learned(lake) == first
    assert persons < lake.rows("person_link"), "and it still joins"
    add_rows(tmp_path, people(400, 460))
    link(lake, NOW)
    assert {row[0] for row in learned(lake)} == {lake.rows("person_link")}
    assert learned(lake) != first
