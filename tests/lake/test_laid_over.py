"""A table of which some persons' rows were written anew: readers see one table, and steps see whose rows are new."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vanguard.lake import Lake, News

NOW = datetime(2026, 8, 6, 9, tzinfo=UTC)
STEP = ("step", "recipe", ["person_link"], ["person_change"])


def links(**ids: str) -> str:
    """SQL of links: source ids of each person, letter by letter."""
    rows = [f"('{one}', '{person}')" for person, sources in ids.items() for one in sources] or ["('', NULL)"]
    return f"""SELECT 'gp' AS source, *, 'alone' AS method, 1.0 AS probability, TIMESTAMP '2026-08-01' AS since
               FROM (VALUES {", ".join(rows)}) given(source_id, person_id) WHERE person_id IS NOT NULL"""


def who(*persons: str) -> str:
    return f"SELECT unnest({list(persons)}) AS person_id"


def lay(lake: Lake, *persons: str, **ids: str) -> int:
    with lake.write(NOW) as batch, lake.connect() as con:
        return batch.replace_of("person_link", con, links(**ids), who(*persons))


def held(lake: Lake) -> dict[str, str]:
    with lake.connect() as con:
        rows = con.execute("SELECT person_id, string_agg(source_id, '' ORDER BY source_id) FROM person_link GROUP BY 1")
        return dict(rows.fetchall())


def news(lake: Lake, recipe: str = "recipe") -> News:
    with lake.write(NOW) as batch:
        return batch.news("step", recipe, *STEP[2:])


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path)
    with lake.write(NOW) as batch, lake.connect() as con:
        batch.replace("person_link", con, links(P1="ab", P2="cd", P3="ef"))
    return lake


def note(lake: Lake) -> None:
    with lake.write(NOW) as batch:
        batch.note(*STEP, {"told": 3})


def test_what_is_laid_over_stands_instead_for_its_persons_alone(lake: Lake) -> None:
    [base] = lake.manifest().tables["person_link"]
    assert lay(lake, "P1", "P3", "P9", P1="xyz") == 3
    assert held(lake) == {"P1": "xyz", "P2": "cd"}
    assert lake.rows("person_link") == 5
    lay(lake, "P1", "P2", P1="a", P2="bcd")
    assert held(lake) == {"P1": "a", "P2": "bcd"}
    assert lake.rows("person_link") == 4
    lay(lake, "P3", P3="ef")
    assert held(lake) == {"P1": "a", "P2": "bcd", "P3": "ef"}
    files = lake.manifest().tables["person_link"]
    assert files[0] == base and len(files) == 4
    for file in files[1:]:
        assert stat.S_IMODE((lake.folder / file.instead).stat().st_mode) == 0o600
    # The sweep leaves what the generation names, and a whole table takes the place of all parts.
    with lake.write(NOW) as batch, lake.connect() as con:
        batch.replace("person_link", con, "SELECT * FROM person_link ORDER BY source_id")
    assert held(lake) == {"P1": "a", "P2": "bcd", "P3": "ef"}
    assert lake.rows("person_link") == 6
    for sources in ("ab", "abc"):
        with lake.write(NOW) as batch, lake.connect() as con:
            batch.replace("person_link", con, links(P1=sources))
    on_disk = {str(path.relative_to(lake.folder)) for path in lake.folder.rglob("*.parquet*")}
    assert on_disk >= lake.manifest().paths and files[1].instead not in on_disk


def test_nothing_of_nobody_is_no_generation(lake: Lake) -> None:
    before = lake.manifest()
    assert lay(lake, "P8", "P9") == 0
    assert lake.manifest() == before


def test_a_step_is_told_that_nothing_is_new_or_whose_rows_are(lake: Lake) -> None:
    assert news(lake) == News(), "it was never done"
    note(lake)
    assert news(lake).nothing
    assert news(lake, "another") == News()
    with lake.write(NOW) as batch:
        assert batch.noted("step") == {"told": 3}
    marks = lake.marks(["person_link"])
    lay(lake, "P1", "P9", P1="x")
    found = news(lake)
    assert found.added is not None and not found.nothing
    with lake.write(NOW) as batch, lake.connect() as con:
        persons = con.execute(batch.persons(found.added["person_link"]) + " ORDER BY 1").fetchall()
        added = con.execute(f"SELECT source_id FROM ({batch.added('person_link', found.added['person_link'])})")
        assert (persons, added.fetchall()) == ([("P1",), ("P9",)], [("x",)])
        assert con.execute(f"{lake.persons_since(marks)} ORDER BY 1").fetchall() == persons


def test_rows_about_some_come_from_what_was_added_and_else_from_all(lake: Lake) -> None:
    mark = lake.marks(["person_link"])["person_link"]
    lay(lake, "P1", P1="x")
    lay(lake, "P9", "P1", P9="yz")
    added = lake.manifest().tables["person_link"][1:]

    def about(*persons: str) -> tuple[list[str], bool]:
        with lake.connect() as con, lake.write(NOW) as batch:
            query = lake.about(con, "person_link", mark, who(*persons))
            assert query == batch.about(con, "person_link", added, who(*persons))
            rows = [row[0] for row in con.execute(f"SELECT source_id FROM ({query}) ORDER BY 1").fetchall()]
            return rows, base.path in query

    base, *_ = lake.manifest().tables["person_link"]
    assert about("P1", "P9") == (["y", "z"], False), "P1 has nothing any more, and the first file is not read"
    everybody = held(lake)
    assert about("P1", "P2", "P9") == (sorted(everybody["P2"] + everybody["P9"]), True)
    with lake.connect() as con:
        query = lake.about(con, "person_link", None, who("P2"))
        rows = con.execute(f"SELECT source_id FROM ({query}) ORDER BY 1").fetchall()
    assert rows == [(one,) for one in sorted(everybody["P2"])]


def test_a_step_makes_everything_anew_where_what_it_read_or_wrote_was_written_otherwise(lake: Lake) -> None:
    note(lake)
    change = "SELECT 1 AS number, 'P1' AS was, 'P2' AS became, true AS remains, TIMESTAMP '2026-08-01' AS at"
    marks = lake.marks(["person_link"])
    with lake.write(NOW) as batch, lake.connect() as con:
        batch.append("person_change", con, change)
    assert news(lake) == News()
    note(lake)
    with lake.write(NOW) as batch, lake.connect() as con:
        batch.replace("person_link", con, links(P1="a"))
    assert news(lake) == News()
    assert lake.persons_since(marks) is None


def test_a_table_in_many_parts_is_to_be_made_whole(lake: Lake) -> None:
    step = ("step", "recipe", ["person_link"], ["person_link"])
    with lake.write(NOW) as batch, lake.connect() as con:
        batch.replace("person_link", con, links(**{f"P{number}": "abcdefgh" for number in range(40)}))
    for number in range(7):
        with lake.write(NOW) as batch:
            batch.note(*step)
        with lake.write(NOW) as batch, lake.connect() as con:
            batch.replace_of("person_link", con, links(P1=str(number)), who("P1"))
            batch.note(*step)
        lay(lake, "P2", P2=str(number)) if number == 6 else None
    with lake.write(NOW) as batch:
        assert batch.news(*step) == News()
