"""Signed heads of the audit trail, and that whatever is done to any byte of any of its files is found."""

import multiprocessing
import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vanguard.access.audit import sign_now, trail, verify, write
from vanguard.access.audit.examine import examine
from vanguard.access.audit.heads import NAME, read_head
from vanguard.access.audit.ledger import LEDGER
from vanguard.access.audit.signing import known_key
from vanguard.errors import BadInput

MONDAY = datetime(2018, 8, 6, 9, 30, tzinfo=UTC)
TORN = b'{"at":"2018-08-06T09:31'
TUESDAY, FRIDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=4)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "audit"


def write_some(folder: Path, count: int, now: datetime) -> None:
    for number in range(count):
        write(str(folder), {"who": "gp", "whom": f"person {number}", "what": "full", "why": "caseload"}, now)


def end_writer(folder: Path) -> None:
    """As when the process ends: its file's lock goes."""
    trail._writers.pop(str(folder)).close()


def heads(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("head-*.json"))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".")}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], str]:
    """A trail of two days with sealed files, a torn line, a torn line of the ledger, and three heads; its key."""
    folder = tmp_path_factory.mktemp("whole") / "audit"
    for now in (MONDAY, FRIDAY):
        write_some(folder, 2, now)
        end_writer(folder)
        if now == MONDAY:
            [path] = folder.glob("2018*.jsonl")
            with path.open("ab") as file:
                file.write(TORN)
            with (folder / LEDGER).open("ab") as file:
                file.write(b'{"what":"ope')
        write_some(folder, 1, now)
        sign_now(folder, now)
    trail._writers.pop(str(folder)).close()
    return contents(folder), known_key(folder.parent)


def harmed(files: Mapping[str, bytes], key: str) -> bool:
    return not examine(files, keys=[key]).intact


def test_the_whole_trail_is_intact(whole: tuple[dict[str, bytes], str]) -> None:
    files, key = whole
    checked = examine(files, keys=[key])
    assert checked.intact and (checked.files, checked.heads) == (4, 3)
    [torn] = [name for name, data in files.items() if data.endswith(TORN)]
    assert {str(one) for one in checked.findings} == {
        f"{where}: The line is torn, as by a crash. There is nothing to do."
        for where in (f"{torn}, line 4", f"{LEDGER}, line 2")
    }
    assert checked.head == read_head(files[max(name for name in files if NAME.fullmatch(name))]).hash  # type: ignore[union-attr]


def test_a_thousand_flipped_bytes_are_found(whole: tuple[dict[str, bytes], str]) -> None:
    """Any bit pattern, at any byte of any file: audit files, the ledger, the heads."""
    files, key = whole
    chance = random.Random(2015)
    places = [(name, offset) for name, data in files.items() for offset in range(len(data))]
    for name, offset in chance.sample(places, 1000):
        data = bytearray(files[name])
        data[offset] ^= chance.randrange(1, 256)
        assert harmed(files | {name: bytes(data)}, key), f"{name} byte {offset}"


def test_every_flip_at_the_ends_of_lines_is_found(whole: tuple[dict[str, bytes], str]) -> None:
    """Where a line ends, damage could pass for what a crash leaves."""
    files, key = whole
    for name, data in files.items():
        for change in (1, 0x0A ^ data[-1] or 7, 32, 128):
            for offset in (len(data) - 1, len(data) - 2, len(data) - 3, len(data) - 70, len(data) - 75):
                if not data.endswith(TORN):
                    flipped = data[:offset] + bytes([data[offset] ^ change]) + data[offset + 1 :]
                    assert harmed(files | {name: flipped}, key), f"{name} byte {offset - len(data)}"


def test_bytes_and_lines_removed_added_and_swapped_are_found(whole: tuple[dict[str, bytes], str]) -> None:
    files, key = whole
    chance = random.Random(2016)
    for name, data in files.items():
        for offset in chance.sample(range(len(data)), 25):
            assert harmed(files | {name: data[:offset] + data[offset + 1 :]}, key), f"{name} without byte {offset}"
            added = data[:offset] + bytes([chance.randrange(256)]) + data[offset:]
            # The same byte beside itself says the same as the file did.
            assert added == data or harmed(files | {name: added}, key), f"{name} more at byte {offset}"
            assert harmed(files | {name: data[:offset]}, key), f"{name} cut at byte {offset}"
        lines = data.splitlines(keepends=True)
        for number in range(len(lines)):
            without = b"".join(line for at, line in enumerate(lines) if at != number)
            assert harmed(files | {name: without}, key), f"{name} without line {number + 1}"
        for number in range(len(lines) - 1):
            lines[number], lines[number + 1] = lines[number + 1], lines[number]
            assert harmed(files | {name: b"".join(lines)}, key), f"{name} with lines {number + 1} and next swapped"
            lines[number], lines[number + 1] = lines[number + 1], lines[number]
        without_file = {other: content for other, content in files.items() if other != name}
        assert harmed(without_file, key), f"without {name}"


def test_a_tail_cut_from_todays_file_with_what_the_ledger_says_of_it_is_found(folder: Path) -> None:
    """What hash chains alone cannot find: the last lines, gone with every later word about them."""
    write_some(folder, 3, MONDAY)
    before = (folder / LEDGER).read_bytes()
    write_some(folder, 3, MONDAY)
    head = sign_now(folder, MONDAY)
    [path] = folder.glob("2018*.jsonl")
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-2]))
    assert [(one.file, one.what) for one in verify(folder).findings] == [
        (path.name, f"It had 7 lines when {head.name} was signed, and has 5.")
    ]
    kept = head.read_bytes()
    head.unlink()
    assert not verify(folder).intact, "the ledger misses the head"
    (folder / LEDGER).write_bytes(before)
    assert verify(folder).intact, "whoever may remove the head too is found by a copy of it alone"
    for elsewhere in ({"heads": [kept]}, {"hashes": [read_head(kept).hash]}):  # type: ignore[union-attr]
        assert not verify(folder, **elsewhere).intact  # type: ignore[arg-type]


def test_a_whole_file_removed_with_its_lines_of_the_ledger_is_found(folder: Path) -> None:
    write_some(folder, 2, MONDAY)
    end_writer(folder)
    before = (folder / LEDGER).read_bytes()
    [first] = folder.glob("2018*.jsonl")
    write_some(folder, 2, MONDAY)
    head = sign_now(folder, MONDAY)
    [second] = [path for path in folder.glob("2018*.jsonl") if path != first]
    second.unlink()
    (folder / LEDGER).write_bytes(before)
    assert {one.file for one in verify(folder).findings} == {second.name, LEDGER, head.name}


def test_the_first_writer_of_a_day_signs_the_days_before(folder: Path) -> None:
    write_some(folder, 2, MONDAY)
    assert heads(folder) == []
    write_some(folder, 2, FRIDAY)
    assert heads(folder) == ["head-000001-2018-08-06.json"]
    end_writer(folder)
    write_some(folder, 2, FRIDAY)
    assert len(heads(folder)) == 1, "once a day"
    assert verify(folder).intact and verify(folder).heads == 1


def test_a_day_without_head_is_found(folder: Path) -> None:
    write_some(folder, 2, MONDAY)
    kept = (folder / LEDGER).read_bytes()
    write_some(folder, 2, TUESDAY)
    [head] = [folder / name for name in heads(folder)]
    head.unlink()
    assert {one.file for one in verify(folder).findings} == {head.name, "2018-08-06-*.jsonl"}
    assert kept in (folder / LEDGER).read_bytes()


def test_signing_again_adds_nothing_until_something_was_written(folder: Path) -> None:
    write_some(folder, 2, MONDAY)
    first = sign_now(folder, MONDAY)
    assert first.name == "head-000001-2018-08-06-so-far.json"
    assert sign_now(folder, MONDAY + timedelta(hours=1)) == first
    write_some(folder, 1, MONDAY)
    assert sign_now(folder, MONDAY).name == "head-000002-2018-08-06-so-far.json"
    assert sign_now(folder, TUESDAY).name == "head-000003-2018-08-06.json", "the day has ended"
    assert sign_now(folder, TUESDAY).name == "head-000003-2018-08-06.json"
    assert verify(folder).intact


@pytest.mark.parametrize("broken", ["replace", "enter"])
def test_a_crash_while_signing_leaves_a_head_or_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    write_some(folder, 2, MONDAY)

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as crashing:
        target = "vanguard.access.audit.heads.enter" if broken == "enter" else "pathlib.Path.replace"
        crashing.setattr(target, crash)
        with pytest.raises(KeyboardInterrupt):
            sign_now(folder, MONDAY)
    # A head that the ledger does not name yet is said, until somebody writes or signs again.
    assert verify(folder).intact == (broken == "replace") and len(heads(folder)) == (broken == "enter")
    write_some(folder, 1, TUESDAY)
    assert verify(folder).intact and b'"what":"head"' in (folder / LEDGER).read_bytes()


def test_many_processes_at_the_change_of_day_sign_it_once(folder: Path) -> None:
    write_some(folder, 2, MONDAY)
    fork = multiprocessing.get_context("fork")
    children = [fork.Process(target=write_some, args=(folder, 20, TUESDAY)) for _ in range(4)]
    for child in children:
        child.start()
    # Somebody is still answering a request of the day before.
    write_some(folder, 2, MONDAY)
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * 4
    assert heads(folder) == ["head-000001-2018-08-06.json"]
    sign_now(folder, TUESDAY)
    checked = verify(folder)
    assert checked.intact and (checked.files, checked.lines, checked.heads) == (5, 5 + 4 * 21, 2)


def test_a_head_signed_with_another_key_is_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_some(folder, 2, MONDAY)
    sign_now(folder, MONDAY)
    ours = known_key(folder.parent)
    monkeypatch.setenv("VANGUARD_AUDIT_KEY", "fifty random characters of somebody else, they say")
    assert not verify(folder).intact
    assert verify(folder, keys=[ours]).intact
    sign_now(folder, TUESDAY)
    assert verify(folder, keys=[ours]).intact
    monkeypatch.setenv("VANGUARD_AUDIT_KEY", "too short")
    with pytest.raises(BadInput, match="VANGUARD_AUDIT_KEY"):
        verify(folder)


def test_a_copy_that_may_only_be_read_is_checked_too(folder: Path) -> None:
    write_some(folder, 2, MONDAY)
    sign_now(folder, MONDAY)
    end_writer(folder)
    (folder / ".lock").unlink()
    folder.chmod(0o500)
    try:
        assert verify(folder).intact
    finally:
        folder.chmod(0o700)
