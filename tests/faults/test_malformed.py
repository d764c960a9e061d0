"""Whatever a partner sends, a load ends in counts that add up or in a sentence, and the lake is a whole generation.

In each run a sample; by hand, after a change to a reader, all of it: `pytest -m long tests/faults --timeout=7200`.
"""

import gzip
import os
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.know.intake.partner import NOW, ask, stay, take, text

from vanguard.errors import BadInput
from vanguard.know.intake import LoadResult
from vanguard.lake import Lake

EXAMPLES = int(os.environ.get("VANGUARD_EXAMPLES", "100"))
NAME = "inpatient_spells_20180801.csv"
FIRST = date(2018, 7, 10)


def extract(number: int) -> bytes:
    """200 rows about stays that no other of these extracts tells of."""
    rows = [
        stay(SPELL_ID=f"S{number:03d}{n:03d}", LOPATID=f"R{n % 50:02d}", DISMETH='"1"' if n % 3 else "1")
        for n in range(200)
    ]
    return text("inpatient_spells", rows).encode()


AT_ONCE = 25
EXTRACTS = [extract(number) for number in range(AT_ONCE)]
GOOD = EXTRACTS[0]
HEADER = GOOD.index(b"\n")


def loaded(home: Path, name: str, content: bytes) -> LoadResult | None:
    """The counts of a load of this file, which add up, or None where it was refused in a sentence, whole."""
    (home / "in").mkdir(parents=True)
    (home / "in" / name).write_bytes(content)
    try:
        result = take(home / "place", home / "in")
    except BadInput as problem:
        assert str(problem).endswith("Nothing was loaded.") or name in str(problem), str(problem)
        assert Lake(home / "place").manifest().generation == 0
        return None
    assert result.rows == result.accepted + result.quarantined + result.superseded + result.duplicate
    assert Lake(home / "place").manifest().generation == 1
    assert NOW.isoformat() in Lake(home / "place").manifest().written
    return result


def flip(home: Path, places: Sequence[int]) -> None:
    """Load an extract for each of these places, at most AT_ONCE, with one bit of the byte there turned.

    To load them at once costs a fraction of one after the other. Who is refused is named, and the others then load.
    """
    (home / "in").mkdir(parents=True)
    flipped: dict[str, int] = {}
    for number, at in enumerate(places):
        content = bytearray(EXTRACTS[number])
        content[at] ^= 1 << (at % 8)
        name = f"inpatient_spells_{FIRST + timedelta(days=number):%Y%m%d}.csv"
        (home / "in" / name).write_bytes(content)
        flipped[name] = at
    try:
        result = take(home / "place", home / "in")
    except BadInput as problem:
        assert str(problem).endswith("Nothing was loaded."), problem
        assert Lake(home / "place").manifest().generation == 0
        refused = [name for name in flipped if name in str(problem)]
        assert refused, problem
        for name in refused:
            (home / "in" / name).unlink()
            del flipped[name]
        if not flipped:
            return
        result = take(home / "place", home / "in")
    assert Lake(home / "place").manifest().generation == 1
    held = dict(ask(home / "place", "SELECT file, count(*) FROM source_event GROUP BY file"))
    set_aside = dict(ask(home / "place", "SELECT file, count(*) FROM quarantine GROUP BY file"))
    assert {file.file for file in result.files} == set(flipped)
    for file in result.files:
        at = flipped[file.file]
        assert file.rows == file.accepted + file.quarantined + file.superseded + file.duplicate
        assert held.get(file.file, 0) == file.accepted + file.superseded, at
        assert set_aside.get(file.file, 0) == file.quarantined, at
        if at > HEADER:
            assert file.rows in (199, 200, 201), at
            assert file.accepted >= 196, at


def flip_all(tmp_path: Path, places: Sequence[int]) -> None:
    for start in range(0, len(places), AT_ONCE):
        flip(tmp_path / str(start), places[start : start + AT_ONCE])


def test_a_flipped_byte_spoils_no_more_than_the_rows_it_touches(tmp_path: Path) -> None:
    spread = random.Random(2018).sample(range(len(GOOD)), AT_ONCE - 3)
    flip_all(tmp_path, sorted([5, HEADER, HEADER + 1, *spread], key=lambda at: at % 8))


@pytest.mark.long
@pytest.mark.parametrize("bit", range(8))
def test_no_byte_of_200_rows_spoils_more_than_the_rows_it_touches(tmp_path: Path, bit: int) -> None:
    flip_all(tmp_path, range(bit, len(GOOD), 8))


LINE = st.text(alphabet=st.sampled_from('ab0129,|;"\t \n\r-\x1e\x1f\x85é\u2028'), max_size=40)
FILES = st.one_of(
    st.binary(max_size=300),
    st.lists(LINE, max_size=12).map(lambda lines: (GOOD[: GOOD.index(b"\n") + 1].decode() + "\n".join(lines)).encode()),
    st.lists(LINE, max_size=6).map(lambda lines: GOOD[:900] + "\n".join(lines).encode()),
    st.binary(max_size=60).map(lambda more: gzip.compress(GOOD[:2000], mtime=0)[:-9] + more),
    st.lists(st.sampled_from(["x", "é", "SPELL_ID", '"', ""]), max_size=40).map(lambda names: ",".join(names).encode()),
)


def take_malformed(home: Path, name: str, content: bytes) -> None:
    (home / "in").mkdir()
    (home / "in" / name).write_bytes(content)
    try:
        result = take(home / "place", home / "in")
    except BadInput as problem:
        assert str(problem).strip()
        assert Lake(home / "place").manifest().generation == 0
    else:
        assert result.rows == result.accepted + result.quarantined + result.superseded + result.duplicate


NAMES = st.sampled_from([NAME, f"{NAME}.gz", NAME.replace("csv", "parquet"), "bundle.json"])


@settings(max_examples=EXAMPLES, deadline=None)
@given(content=FILES, name=NAMES)
def test_malformed_files_end_in_counts_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str
) -> None:
    take_malformed(tmp_path_factory.mktemp("place"), name, content)


@pytest.mark.long
@settings(max_examples=10_000, deadline=None)
@given(content=FILES, name=NAMES)
def test_ten_thousand_malformed_files_end_in_counts_or_a_sentence(content: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory(prefix="malformed-") as home:
        take_malformed(Path(home), name, content)


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vanguard.know.intake.readers.text_file.FREELY_UNPACKED", 1_000_000)
    line = b"," * 14 + b"\n"
    bomb = gzip.compress(GOOD[: GOOD.index(b"\n") + 1] + line * 1_000_000, mtime=0)
    assert loaded(tmp_path, f"{NAME}.gz", bomb) is None


def test_a_line_without_end_and_ten_thousand_columns_are_refused(tmp_path: Path) -> None:
    assert loaded(tmp_path / "line", NAME, GOOD + b"x" * 9_000_000) is None
    wide = ",".join(f"column_{n}" for n in range(10_000)).encode()
    assert loaded(tmp_path / "header", NAME, wide + b"\n" + b"," * 9_999) is None
    result = loaded(tmp_path / "row", NAME, GOOD + b"," * 9_999 + b"\n")
    assert result is not None and (result.accepted, result.quarantined) == (200, 1)


def long_lines(folder: Path, lines: int, size: int) -> None:
    """An extract of rows that are sound and have a field of `size` letters."""
    folder.mkdir(parents=True)
    header, row = text("inpatient_spells", [stay(SPELL_ID="S", DIAG_03="LONG")]).splitlines()
    with (folder / NAME).open("w") as out:
        out.write(f"{header}\n")
        for number in range(lines):
            out.write(row.replace(",S,", f",S{number},").replace("LONG", "x" * size) + "\n")


def refused_or_loaded(home: Path, rows: int) -> None:
    try:
        assert take(home / "place", home / "in").accepted == rows
    except BadInput as problem:
        assert "their rows are very long" in str(problem) and str(problem).endswith("Nothing was loaded.")
        assert Lake(home / "place").manifest().generation == 0


def test_rows_that_do_not_fit_in_memory_are_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["vanguard.know.intake.load"], "MEMORY", "40MB")
    long_lines(tmp_path / "in", 40, 1_000_000)
    with pytest.raises(BadInput, match="their rows are very long"):
        take(tmp_path / "place", tmp_path / "in")
    assert Lake(tmp_path / "place").manifest().generation == 0


@pytest.mark.long
def test_2_gb_of_lines_of_1_9_mb_are_loaded_or_refused_in_a_sentence(tmp_path: Path) -> None:
    long_lines(tmp_path / "in", 1_100, 1_900_000)
    refused_or_loaded(tmp_path, 1_100)


def test_a_full_disk_is_said_in_a_sentence_and_changes_nothing(tmp_path: Path) -> None:
    """The largest file that the process may write is limited: the system refuses as where a disk is full."""
    (tmp_path / "in").mkdir()
    rows = [stay(SPELL_ID=f"S{n}", LOPATID=f"R{n}", DIAG_02=f"I{n}") for n in range(20_000)]
    (tmp_path / "in" / NAME).write_bytes(text("inpatient_spells", rows).encode())
    done = subprocess.run(
        [sys.executable, "-m", "vanguard.cli", "load", str(tmp_path / "in")],
        env={
            **os.environ,
            "VANGUARD_HOME": str(tmp_path / "place"),
            "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
        },
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "There is no room left to write to." in done.stderr
    assert "Traceback" not in done.stderr
    assert Lake(tmp_path / "place").manifest().generation == 0
    assert take(tmp_path / "place", tmp_path / "in").accepted == 20_000
