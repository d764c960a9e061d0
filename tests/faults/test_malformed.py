"""Whatever a partner sends, a load ends in counts that add up or in a sentence, and the lake is a whole generation.

In each run a sample; by hand, after a change to a reader, all of it: `VANGUARD_EXAMPLES=10000 pytest tests/faults
--timeout=72000`, which flips every byte of the 200 rows in turn.
"""

import gzip
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.know.intake.partner import NOW, stay, take, text

from vanguard.errors import BadInput
from vanguard.know.intake import LoadResult
from vanguard.lake import Lake

EXAMPLES = int(os.environ.get("VANGUARD_EXAMPLES", "100"))
NAME = "inpatient_spells_20180801.csv"
ROWS = [stay(SPELL_ID=f"S{n}", LOPATID=f"R{n % 50}", DISMETH='"1"' if n % 3 else "1") for n in range(200)]
GOOD = text("inpatient_spells", ROWS).encode()


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


def flipped() -> range:
    """Places of bytes: all of them from 10,000 examples on, else a tenth as many as there are examples, spread."""
    step = 1 if EXAMPLES >= 10_000 else max(1, len(GOOD) * 10 // EXAMPLES)
    return range(7 % step, len(GOOD), step)


def test_a_flipped_byte_spoils_no_more_than_the_rows_it_touches(tmp_path: Path) -> None:
    for at in flipped():
        content = bytearray(GOOD)
        content[at] ^= 1 << (at % 8)
        result = loaded(tmp_path / str(at), NAME, bytes(content))
        in_header = at <= GOOD.index(b"\n")
        if result and not in_header:
            assert result.rows in (199, 200, 201), at
            assert result.accepted >= 196, at


LINE = st.text(alphabet=st.sampled_from('ab0129,|;"\t \n\r-\x1e\x1f\x85é\u2028'), max_size=40)
FILES = st.one_of(
    st.binary(max_size=300),
    st.lists(LINE, max_size=12).map(lambda lines: (GOOD[: GOOD.index(b"\n") + 1].decode() + "\n".join(lines)).encode()),
    st.lists(LINE, max_size=6).map(lambda lines: GOOD[:900] + "\n".join(lines).encode()),
    st.binary(max_size=60).map(lambda more: gzip.compress(GOOD[:2000], mtime=0)[:-9] + more),
    st.lists(st.sampled_from(["x", "é", "SPELL_ID", '"', ""]), max_size=40).map(lambda names: ",".join(names).encode()),
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(content=FILES, name=st.sampled_from([NAME, f"{NAME}.gz", NAME.replace("csv", "parquet"), "bundle.json"]))
def test_malformed_files_end_in_counts_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str
) -> None:
    home = tmp_path_factory.mktemp("place")
    (home / "in").mkdir()
    (home / "in" / name).write_bytes(content)
    try:
        result = take(home / "place", home / "in")
    except BadInput as problem:
        assert str(problem).strip()
        assert Lake(home / "place").manifest().generation == 0
    else:
        assert result.rows == result.accepted + result.quarantined + result.superseded + result.duplicate


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
