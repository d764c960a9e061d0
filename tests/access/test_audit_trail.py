"""The audit trail: durable before an answer, chained, and whatever is changed in it is found."""

import multiprocessing
import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanguard.access import AuditUnavailable
from vanguard.access.audit import chain, trail, verify, write
from vanguard.access.audit.ledger import LEDGER

NOW = datetime(2018, 8, 6, 9, 30, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "audit"


def write_some(folder: Path, count: int, now: datetime = NOW) -> Path:
    for number in range(count):
        write(str(folder), {"who": "gp", "whom": f"person {number}"}, now)
    return max(files(folder), key=lambda path: path.stat().st_mtime_ns)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.jsonl") if path.name != LEDGER)


def end_writer(folder: Path) -> None:
    """As when the process ends: its file's lock goes."""
    trail._writers.pop(str(folder)).close()


def whats(folder: Path) -> set[str]:
    return {finding.what for finding in verify(folder).findings}


def test_what_was_written_is_there_in_order_and_intact(folder: Path) -> None:
    path = write_some(folder, 3)
    entries = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    assert [entry.get("whom") for entry in entries] == [None, "person 0", "person 1", "person 2"]
    assert entries[1]["at"] == "2018-08-06T09:30:00+00:00"
    assert verify(folder).intact and verify(folder).lines == 4


@given(
    st.dictionaries(st.text(max_size=8), st.text() | st.integers(-(2**53), 2**53), max_size=4),
    st.text(max_size=64),
)
def test_every_line_is_json_and_states_its_own_hash(entry: dict[str, Any], prev: str) -> None:
    line, digest = chain.link(entry, prev)
    assert chain.is_whole(line) and line.count(b"\n") == 1
    assert chain.own_hash(line) == chain.true_hash(line) == digest == orjson.loads(line)["hash"]


def test_a_changed_line_is_found(folder: Path) -> None:
    path = write_some(folder, 3)
    path.write_bytes(path.read_bytes().replace(b"person 1", b"person 9"))
    assert "The line was changed." in whats(folder) and not verify(folder).intact


def test_a_changed_line_with_its_hash_made_again_is_found_by_the_next(folder: Path) -> None:
    path = write_some(folder, 3)
    lines = path.read_bytes().splitlines(keepends=True)
    entry = orjson.loads(lines[2])
    prev = entry.pop("prev")
    entry.pop("hash")
    lines[2] = chain.link(entry | {"whom": "person 9"}, prev)[0]
    path.write_bytes(b"".join(lines))
    assert whats(folder) == {"A line before this one was removed, added or changed."}


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_removed_line_is_found(folder: Path, gone: int) -> None:
    path = write_some(folder, 3)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(line for number, line in enumerate(lines) if number != gone))
    assert not verify(folder).intact


def test_an_inserted_line_is_found(folder: Path) -> None:
    path = write_some(folder, 3)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], lines[1], *lines[2:]]))
    assert not verify(folder).intact


def test_the_last_line_cut_from_a_sealed_file_is_found(folder: Path) -> None:
    path = write_some(folder, 3)
    end_writer(folder)
    write_some(folder, 1)
    assert verify(folder).intact
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    assert whats(folder) == {"It ended after line 4 when it was sealed."}


def test_a_removed_file_and_a_foreign_file_are_found(folder: Path) -> None:
    path = write_some(folder, 3)
    path.rename(path.with_name("2018-08-06-1-other.jsonl"))
    assert whats(folder) == {"The file is gone.", "The ledger does not know this file."}


def test_a_shortened_ledger_is_found_with_the_hash_kept_elsewhere(folder: Path) -> None:
    path = write_some(folder, 1)
    end_writer(folder)
    write_some(folder, 1)
    kept = verify(folder).ledger
    ledger = folder / LEDGER
    ledger.write_bytes(b"".join(ledger.read_bytes().splitlines(keepends=True)[:1]))
    [second] = [one for one in files(folder) if one != path]
    second.unlink()
    assert verify(folder).intact
    assert not verify(folder, hashes=[kept]).intact


def test_a_line_torn_by_a_crash_is_visible_and_no_tampering(folder: Path) -> None:
    path = write_some(folder, 2)
    end_writer(folder)
    with path.open("ab") as file:
        file.write(b'{"at":"2018-08-06T09:31')
    write_some(folder, 1)
    checked = verify(folder)
    assert checked.intact and [(one.file, one.what) for one in checked.findings] == [
        (path.name, "The line is torn, as by a crash.")
    ]


def test_a_new_day_begins_a_new_file(folder: Path) -> None:
    write_some(folder, 1)
    write_some(folder, 1, NOW + timedelta(days=1))
    assert [path.name[:10] for path in files(folder)] == ["2018-08-06", "2018-08-07"]
    assert verify(folder).intact


def test_the_day_is_londons(folder: Path) -> None:
    write_some(folder, 1, datetime(2018, 8, 6, 23, 30, tzinfo=UTC))
    assert [path.name[:10] for path in files(folder)] == ["2018-08-07"]


def test_a_forked_process_writes_its_own_file(folder: Path) -> None:
    write_some(folder, 2)
    child = multiprocessing.get_context("fork").Process(target=write_some, args=(folder, 3))
    child.start()
    child.join()
    write_some(folder, 1)
    assert child.exitcode == 0 and len(files(folder)) == 2
    assert verify(folder).intact and verify(folder).lines == 2 + 6


def test_threads_share_one_file_and_every_line_is_there(folder: Path) -> None:
    threads = [threading.Thread(target=write_some, args=(folder, 25)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(files(folder)) == 1 and verify(folder).intact and verify(folder).lines == 1 + 200


def test_it_is_flushed_to_disk_before_it_returns(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_some(folder, 1)
    flushed: list[int] = []
    real = os.fdatasync

    def noting(fd: int) -> None:
        real(fd)
        flushed.append(os.fstat(fd).st_size)

    monkeypatch.setattr(os, "fdatasync", noting)
    path = write_some(folder, 1)
    assert flushed == [path.stat().st_size]


def test_a_full_disk_is_said_and_the_next_write_goes_to_a_new_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_some(folder, 1)

    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fdatasync", full)
        with pytest.raises(AuditUnavailable):
            write(str(folder), {"whom": "ann"}, NOW)
    write_some(folder, 1)
    assert len(files(folder)) == 2 and verify(folder).intact


def test_a_disk_that_stays_full_costs_no_open_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_some(folder, 1)
    before = len(list(Path("/proc/self/fd").iterdir()))

    def full(fd: int, data: bytes | None = None) -> int:
        raise OSError(28, "No space left on device")

    for broken_call in ("fdatasync", "fsync", "write"):
        with monkeypatch.context() as broken:
            broken.setattr(os, broken_call, full)
            for _ in range(20):
                with pytest.raises(AuditUnavailable):
                    write(str(folder), {"whom": "ann"}, NOW)
    write_some(folder, 1)
    assert len(list(Path("/proc/self/fd").iterdir())) <= before
    assert verify(folder).intact


def test_yesterdays_file_is_sealed_when_today_begins(folder: Path) -> None:
    path = write_some(folder, 3)
    write_some(folder, 1, NOW + timedelta(days=1))
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    assert "It ended after line 4 when it was sealed." in whats(folder)


def test_a_changed_ledger_is_found_and_stops_no_writer(folder: Path) -> None:
    write_some(folder, 1)
    end_writer(folder)
    ledger = folder / LEDGER
    ledger.write_bytes(ledger.read_bytes().replace(b'"what":', b'"what"!', 1))
    write_some(folder, 1)
    assert not verify(folder).intact and "The line was changed." in whats(folder)


def test_a_crash_before_the_first_line_is_no_tampering(folder: Path) -> None:
    write_some(folder, 1)
    empty = folder / "2018-08-06-1-00000000.jsonl"
    empty.touch()
    assert verify(folder).intact and whats(folder) == {"The ledger does not know this file."}


def test_a_process_that_is_killed_leaves_a_trail_that_goes_on(folder: Path) -> None:
    def write_for_ever() -> None:
        while True:
            write_some(folder, 1)

    child = multiprocessing.get_context("fork").Process(target=write_for_ever)
    child.start()
    while not any(path.stat().st_size > 2000 for path in files(folder)):
        child.join(0.01)
    child.kill()
    child.join()
    write_some(folder, 2)
    checked = verify(folder)
    assert checked.intact and len(files(folder)) == 2 and checked.lines > 10


def test_a_file_removed_while_in_use_is_not_written_to_for_nobody(folder: Path) -> None:
    write_some(folder, 1).unlink()
    with pytest.raises(AuditUnavailable):
        write(str(folder), {"whom": "ann"}, NOW)
    assert write_some(folder, 1).read_bytes().count(b"person 0") == 1
    assert whats(folder) == {"The file is gone."}


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "audit").write_text("in the way")
    with pytest.raises(AuditUnavailable):
        write(str(tmp_path / "audit"), {"whom": "ann"}, NOW)
