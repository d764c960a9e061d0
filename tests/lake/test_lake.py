import hashlib
import os
import stat
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import duckdb
import pytest

from vanguard.errors import Busy
from vanguard.lake import Lake, tables

NOW = datetime(2026, 8, 6, 9, tzinfo=UTC)


def link(person: str) -> str:
    return f"""SELECT 'gp' AS source, '17' AS source_id, '{person}' AS person_id, 'alone' AS method,
               1.0 AS probability, TIMESTAMP '2026-08-01' AS since"""


def people(lake: Lake) -> list[str]:
    with lake.connect() as con:
        return [row[0] for row in con.execute("SELECT person_id FROM person_link ORDER BY ALL").fetchall()]


def parquet_files(lake: Lake) -> set[str]:
    return {str(path.relative_to(lake.folder)) for path in lake.folder.rglob("*.parquet*")}


def write(lake: Lake, *persons: str) -> None:
    query = " UNION ALL ".join(link(name) for name in persons)
    with lake.write(NOW) as batch, lake.connect() as con:
        batch.replace("person_link", con, query)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


def test_a_new_place_has_every_table_empty_and_reading_makes_nothing(lake: Lake) -> None:
    assert people(lake) == []
    assert lake.rows("person_link") == 0
    assert not lake.folder.exists()


def test_what_is_written_is_read_in_the_columns_and_types_of_the_schema(lake: Lake) -> None:
    with lake.write(NOW) as batch, lake.connect() as con:
        event = """SELECT 1 AS event_id, 2 AS person_id, 'Encounter' AS kind, true AS timed, [3] AS codes,
                   'gp' AS source, 'f' AS feed, DATE '2026-08-01' AS known_from, 'ignored' AS other"""
        rest = ", ".join(
            f'NULL AS "{name}"' for name in [column.name for column in tables()["event"].columns if column.null]
        )
        assert batch.replace("event", con, f"{event}, {rest}") == 1
    with lake.connect() as con:
        read = con.execute("SELECT event_id, codes, known_from FROM event").fetchall()
        described = {row[0]: row[1] for row in con.execute("DESCRIBE event").fetchall()}
    assert read == [("1", ["3"], datetime(2026, 8, 1))]
    assert described["nights"] == "BIGINT"
    assert "other" not in described


def test_append_adds_and_replace_replaces(lake: Lake) -> None:
    write(lake, "P1")
    with lake.write(NOW) as batch, lake.connect() as con:
        assert batch.append("person_link", con, link("P2")) == 1
        assert batch.append("person_link", con, link("P2")) == 1
    assert people(lake) == ["P1", "P2", "P2"]
    assert lake.rows("person_link") == 3
    write(lake, "P3")
    assert people(lake) == ["P3"]


def test_an_append_of_nothing_is_no_file_and_no_generation(lake: Lake) -> None:
    write(lake, "P1")
    before = lake.manifest()
    with lake.write(NOW) as batch, lake.connect() as con:
        assert batch.append("person_link", con, f"{link('P2')} WHERE false") == 0
    assert lake.manifest() == before


def test_a_batch_that_fails_changes_nothing(lake: Lake) -> None:
    write(lake, "P1")
    before = lake.manifest()
    with (
        pytest.raises(duckdb.BinderException),
        lake.write(NOW) as batch,
        lake.connect() as con,
    ):
        batch.replace("person_link", con, link("P2"))
        batch.replace("person_link", con, "SELECT 1 AS not_a_column")
    assert lake.manifest() == before
    assert people(lake) == ["P1"]


def test_a_column_that_is_never_empty_is_never_empty(lake: Lake) -> None:
    with (
        pytest.raises(ValueError, match=r"person_link\.person_id is never empty, but 1 rows"),
        lake.write(NOW) as batch,
        lake.connect() as con,
    ):
        batch.replace("person_link", con, link("P1").replace("'P1'", "NULL"))
    assert people(lake) == []


def test_rows_keep_the_order_that_they_are_written_in(lake: Lake) -> None:
    with lake.write(NOW) as batch, lake.connect(threads=2) as con:
        many = f"SELECT * REPLACE (i::VARCHAR AS source_id) FROM ({link('P1')}), range(300000) t(i)"
        batch.replace("person_link", con, f"{many} ORDER BY hash(i)")
    with lake.connect() as con:
        wrong = con.execute("""
            SELECT count(*) FROM (
                SELECT hash(source_id::BIGINT) AS h, lag(h) OVER () AS before FROM person_link
            ) WHERE h < before""").fetchall()
    assert wrong == [(0,)]


def test_a_file_is_named_by_what_is_in_it(lake: Lake, tmp_path: Path) -> None:
    write(lake, "P1")
    (file,) = lake.manifest().tables["person_link"]
    content = (lake.folder / file.path).read_bytes()
    assert Path(file.path).stem == hashlib.sha256(content).hexdigest()[:20]
    elsewhere = Lake(tmp_path / "elsewhere")
    write(elsewhere, "P1")
    assert elsewhere.manifest().tables == lake.manifest().tables


def test_the_same_content_is_no_new_generation(lake: Lake) -> None:
    write(lake, "P1")
    before = lake.manifest_path.read_bytes()
    write(lake, "P1")
    assert lake.manifest_path.read_bytes() == before


def test_a_reader_keeps_its_generation_and_the_next_reader_has_the_next(lake: Lake) -> None:
    write(lake, "P1")
    with lake.connect() as con:
        write(lake, "P2")
        assert con.execute("SELECT person_id FROM person_link").fetchall() == [("P1",)]
        assert people(lake) == ["P2"]
        with lake.write(NOW):
            assert con.execute("SELECT person_id FROM person_link").fetchall() == [("P1",)]


def test_what_two_generations_no_longer_name_is_swept(lake: Lake) -> None:
    for name in ("P1", "P2", "P3"):
        write(lake, name)
    assert len(parquet_files(lake)) == 3
    leftover = lake.folder / "identified" / "person_link" / "new-1.parquet.part"
    leftover.write_bytes(b"half")
    with lake.write(NOW):
        pass
    manifest = lake.manifest()
    assert parquet_files(lake) == manifest.paths | set(manifest.previous)
    assert len(parquet_files(lake)) == 2
    assert people(lake) == ["P3"]


def test_a_second_writer_is_told_to_wait_and_a_reader_is_not(lake: Lake) -> None:
    write(lake, "P1")
    with lake.write(NOW):
        assert people(lake) == ["P1"]
        with pytest.raises(Busy, match="Another command is writing"), lake.write(NOW):
            pass
    write(lake, "P2")
    assert people(lake) == ["P2"]


def test_the_folders_of_persons_are_closed_to_others(lake: Lake) -> None:
    write(lake, "P1")
    modes = {
        name: stat.S_IMODE((lake.folder / name).stat().st_mode) for name in ("identified", "pseudonymised", "scratch")
    }
    assert modes["identified"] & 0o077 == 0
    assert modes["scratch"] & 0o077 == 0
    assert modes["pseudonymised"] & 0o007 == 0


def test_more_than_fits_in_memory_spills_below_the_lake(lake: Lake) -> None:
    write(lake, "P1")
    with lake.connect(memory_limit="100MB", threads=2) as con:
        con.execute("CREATE TABLE big AS SELECT hash(i) AS h, repeat(i::VARCHAR, 8) AS x FROM range(2500000) t(i)")
        assert any((lake.folder / "scratch").iterdir())
        assert con.execute("SELECT count(DISTINCT h) FROM big").fetchall() == [(2_500_000,)]
    assert not any((lake.folder / "scratch").iterdir())


KILL_BEFORE = {
    "the second file": "Batch._store",
    "the manifest is written": "swap_manifest",
    "the manifest takes its place": "json.dump",
}


def _die_at(home: str, point: str) -> None:
    """A writer of two tables that is killed outright at `point`, as by a power cut."""
    import json
    import signal

    from vanguard.lake import lake as room
    from vanguard.lake import manifest

    def die(*given: object, **named: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    store = room.Batch._store
    seen: list[str] = []

    def die_at_second(batch: object, table: object, con: object, query: str) -> object:
        seen.append(query)
        return die() if len(seen) == 2 else store(batch, table, con, query)

    if point == "Batch._store":
        room.Batch._store = die_at_second
    elif point == "swap_manifest":
        room.swap_manifest = die
    else:
        whole = json.dump

        def half(data: object, out: object, **named: object) -> None:
            whole(data, out, **named)
            out.flush()
            die()

        manifest.json.dump = half
    with Lake(Path(home)).write(NOW) as batch, Lake(Path(home)).connect() as con:
        batch.replace("person_link", con, link("P2"))
        batch.append("person_link", con, link("P3"))


@pytest.mark.parametrize("point", KILL_BEFORE)
def test_a_crash_leaves_the_old_generation_and_a_rerun_makes_the_new(lake: Lake, point: str) -> None:
    write(lake, "P1")
    before = lake.manifest()
    writer = get_context("spawn").Process(target=_die_at, args=(str(lake.folder.parent), KILL_BEFORE[point]))
    writer.start()
    writer.join()
    assert writer.exitcode == -9
    assert lake.manifest() == before
    assert people(lake) == ["P1"]
    write(lake, "P2", "P3")
    assert people(lake) == ["P2", "P3"]
    with lake.write(NOW):
        pass
    assert parquet_files(lake) == lake.manifest().paths | before.paths


def test_a_reader_keeps_its_generation_however_many_follow(lake: Lake) -> None:
    write(lake, "P1")
    first = lake.manifest()
    reader = lake.connect()
    for number in range(4):
        write(lake, f"P{number + 2}")
    assert reader.execute("SELECT person_id FROM person_link").fetchall() == [("P1",)]
    assert first.paths <= parquet_files(lake)
    del reader
    write(lake, "P9")
    assert not first.paths & parquet_files(lake)


def test_a_generation_from_a_backup_keeps_its_readers_once_somebody_writes(lake: Lake) -> None:
    write(lake, "P1")
    first = lake.manifest()
    for path in (lake.folder / "readers").iterdir():
        path.unlink()
    with pytest.raises(KeyError), lake.write(NOW):
        raise KeyError
    reader = lake.connect()
    for number in range(4):
        write(lake, f"P{number + 2}")
    assert first.paths <= parquet_files(lake)
    assert reader.execute("SELECT person_id FROM person_link").fetchall() == [("P1",)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a folder to any group")
def test_whoever_reads_the_twins_may_say_that_they_do(lake: Lake) -> None:
    write(lake, "P1")
    os.chown(lake.folder / "pseudonymised", -1, 4242)
    write(lake, "P2")
    present = lake.folder / "readers" / str(lake.manifest().generation)
    assert {path.stat().st_gid for path in (present, present.parent)} == {4242}


def _count_up(home: str, generations: int) -> None:
    lake = Lake(Path(home))
    for number in range(generations):
        with lake.write(NOW) as batch, lake.connect() as con:
            batch.replace("person_link", con, link(f"P{number}"))
            batch.replace(
                "person",
                con,
                f"SELECT p.* REPLACE ('P{number}' AS person_id) FROM (SELECT 1) LEFT JOIN person p ON false",
            )


def test_a_reader_beside_a_writer_sees_one_generation_of_all_tables(lake: Lake) -> None:
    writer = get_context("spawn").Process(target=_count_up, args=(str(lake.folder.parent), 25))
    writer.start()
    seen = []
    while writer.is_alive():
        with lake.connect() as con:
            seen.append(
                con.execute("""SELECT (SELECT list(person_id) FROM person_link),
                               (SELECT list(person_id) FROM person)""").fetchall()[0]
            )
    writer.join()
    assert writer.exitcode == 0
    assert all(linked == known for linked, known in seen)
    assert lake.manifest().generation == 25
    assert len({str(linked) for linked, _ in seen}) > 1, "the reader ran beside the writer"
