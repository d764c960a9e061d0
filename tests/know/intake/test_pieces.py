"""A load in pieces, by several threads, is the load that one thread makes of the whole."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pytest
from tests.know.intake.partner import ask, contact, counts, send, stay, take

from vanguard.know.intake import LoadResult, crew, stage
from vanguard.lake import Batch, Lake

TABLES = ("source_event", "source_person", "quarantine", "received_file")
MESSY = [
    contact(contact_id=f"K{number % 35}", client_id=f"C{number % 9}", duration_minutes=str(number // 35))
    | ({"team": f'One\n\n"two", {number}\nthree'} if number % 4 == 0 else {})
    | ({"sex": "?"} if number % 7 == 0 else {})
    for number in range(40)
]


def lake_after(home: Path, folder: Path) -> tuple[LoadResult, dict[str, list[object]]]:
    """What a load counts, and the rows that it leaves in order of file and line."""
    result = take(home, folder)
    return result, {table: ask(home, f"SELECT * FROM {table} ORDER BY ALL") for table in TABLES}


def as_parquet(path: Path) -> None:
    """The file as Parquet in its place."""
    with path.open(newline="") as received:
        header = next(csv.reader(received))
    text = ", ".join(f"'{name}': 'VARCHAR'" for name in header)
    duckdb.sql(
        f"COPY (FROM read_csv('{path}', header = true, columns = {{{text}}}, parallel = false)) "
        f"TO '{path.with_suffix('.parquet')}'"
    )
    path.unlink()


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("lines", [1, 3, 10])
def test_where_a_file_is_cut_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, lines: int
) -> None:
    sent = send(tmp_path / "in", "community_contacts", MESSY)
    send(tmp_path / "in", "community_contacts", MESSY[:9], day="20180802")
    if form == "parquet":
        as_parquet(sent)
    whole = lake_after(tmp_path / "whole", tmp_path / "in")
    assert whole[0].quarantined and whole[0].superseded and whole[0].duplicate
    monkeypatch.setattr(stage, "PIECE", lines)
    assert lake_after(tmp_path / "cut", tmp_path / "in") == whole
    again = take(tmp_path / "cut", tmp_path / "in")
    assert again.duplicate == again.rows == whole[0].rows


def test_what_fails_in_one_thread_ends_the_load_and_nothing_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(tmp_path / "in", "community_contacts", MESSY)
    send(tmp_path / "in", "inpatient_spells", [stay()])
    store = Batch.store

    def full(batch: Batch, table: str, *rest: object) -> object:
        if table == "source_person":
            raise OSError("No space left on device")
        return store(batch, table, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Batch, "store", full)
    with pytest.raises(OSError, match="No space left"):
        take(tmp_path, tmp_path / "in")
    assert Lake(tmp_path).manifest().generation == 0
    monkeypatch.undo()
    assert counts(take(tmp_path, tmp_path / "in"))[0] == len(MESSY) + 1


def test_who_stops_a_load_has_loaded_nothing_and_may_start_again(tmp_path: Path) -> None:
    send(tmp_path / "in", "community_contacts", MESSY)
    send(tmp_path / "in", "inpatient_spells", [stay()])

    def stopped(files: Sequence[object]) -> Iterator[object]:
        yield files[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take(tmp_path, tmp_path / "in", watch=stopped)
    assert Lake(tmp_path).manifest().generation == 0
    assert counts(take(tmp_path, tmp_path / "in"))[0] == len(MESSY) + 1


@pytest.mark.parametrize("hands", [1, 4])
def test_feeds_side_by_side_leave_the_files_of_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hands: int
) -> None:
    for feed, row in (("community_contacts", contact()), ("inpatient_spells", stay())):
        send(tmp_path / "in", feed, [row])
    tables = []
    monkeypatch.setattr(stage, "PIECE", 1)
    for home, many in (("one", 1), ("many", hands)):
        monkeypatch.setattr(crew, "HANDS", many)
        take(tmp_path / home, tmp_path / "in")
        tables.append(Lake(tmp_path / home).manifest().tables)
    assert tables[0] == tables[1]
