"""A person's id stays: over more rows, over a merge, over a split."""

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.know.identity.place_rows import NOW, add_rows, person_row, persons_of

from vanguard.know.identity import link

NUMBERS = ["9990000026", "9434765919", "4505577104"]
Load = list[tuple[int, int | None]]


def load(home: Path, rows: Load, day: int) -> dict[tuple[str, str], str]:
    """Add rows (source id, which number or none) as the extract of a day in August; link; who is who."""
    lake = add_rows(
        home,
        [
            person_row(
                "gp",
                str(key),
                on=f"2018-08-{day:02d}",
                nhs_number=None if number is None else NUMBERS[number],
            )
            for key, number in rows
        ],
    )
    link(lake, NOW)
    return persons_of(lake)


def test_an_id_stays_when_more_rows_join(tmp_path: Path) -> None:
    before = load(tmp_path, [(5, 0)], 1)
    after = load(tmp_path, [(1, 0), (2, 0)], 2)
    assert set(after.values()) == set(before.values())


def test_when_persons_merge_the_one_of_most_rows_survives(tmp_path: Path) -> None:
    before = load(tmp_path, [(1, None), (2, 0), (3, 0)], 1)
    after = load(tmp_path, [(1, 0)], 2)
    assert set(after.values()) == {before["gp", "2"]}


def test_when_a_person_is_split_the_id_stays_with_most_rows_and_the_other_gets_a_new_one(
    tmp_path: Path,
) -> None:
    before = load(tmp_path, [(1, 0), (2, 0), (3, 0)], 1)
    after = load(tmp_path, [(1, 1)], 2)
    assert after["gp", "2"] == after["gp", "3"] == before["gp", "2"]
    assert after["gp", "1"] != before["gp", "1"]


def test_a_link_keeps_the_day_it_was_made(tmp_path: Path) -> None:
    load(tmp_path, [(1, 0), (2, None)], 1)
    load(tmp_path, [(3, 0), (2, 0)], 5)
    lake = add_rows(tmp_path, [])
    found = lake.connect().execute("SELECT source_id, day(since) FROM person_link ORDER BY 1").fetchall()
    assert found == [("1", 1), ("2", 5), ("3", 5)]


rows = st.lists(st.tuples(st.integers(1, 6), st.sampled_from([None, 0, 1, 2])), min_size=1, max_size=5)


@settings(max_examples=5, deadline=None)
@given(st.lists(rows, min_size=2, max_size=4))
def test_over_any_loads_an_id_goes_on_with_most_of_its_rows_and_is_never_shared(loads: list[Load]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        before: dict[tuple[str, str], str] = {}
        number: dict[int, int] = {}
        for day, one in enumerate(loads, 1):
            number.update({key: n for key, n in dict(one).items() if n is not None})
            after = load(Path(folder), list(dict(one).items()), day)
            groups = {frozenset(row for row in after if after[row] == person): person for person in after.values()}
            for group, person in groups.items():
                assert len({number.get(int(key)) for _, key in group}) == 1
                came_from = Counter(before[row] for row in group if row in before)
                if len(came_from) == 1:
                    (old,) = came_from
                    moved_on = [other for other in groups if any(before.get(row) == old for row in other)]
                    if len(moved_on) == 1:
                        assert person == old
            before = after
