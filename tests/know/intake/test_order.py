"""A load of many rows by many threads is the same load every time, and every row keeps its own line.

DuckDB works in groups of 122,880 rows: below that one thread does all, and nothing here could fail.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.know.intake.partner import ask, take

from vanguard.know.intake import crew, stage
from vanguard.lake import Lake

ROWS = 400_000
HEADER = "patient_id,event_id,event_at,type,code,term,value,unit,end_date,practice_code"


def row(number: int, place: str = "K82001") -> str:
    return f"G{number % 999},E{number},2017-01-11T10:00:00,observation,bmi,,{number},,,{place}"


def repeating() -> Iterator[str]:
    """Rows of which some come twice and some are corrected far below."""
    for number in range(ROWS):
        yield row(number - 200_000, "K82002") if number > 399_900 else row(number % 350_000)


@pytest.fixture(scope="module", params=["once", "repeating"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("in")
    rows = repeating() if request.param == "repeating" else map(row, range(ROWS))
    (folder / "gp_events_20180801.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    return folder


def test_lakes_are_the_same_whatever_the_threads(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect, lakes = Lake.connect, []
    for home, threads in (("one", 1), ("four", 4), ("again", 4)):
        on = {"threads": threads}
        monkeypatch.setattr(Lake, "connect", lambda lake, on=on, **how: connect(lake, **how | on))
        monkeypatch.setattr(crew, "HANDS", threads)
        monkeypatch.setattr(stage, "PIECE", 122_880)
        take(tmp_path / home, folder)
        lakes.append(Lake(tmp_path / home).manifest().tables)
    assert lakes[0] == lakes[1] == lakes[2]
    lines = (folder / "gp_events_20180801.csv").read_text().splitlines()
    held = ask(tmp_path / "four", "SELECT key, CAST(value AS BIGINT), line FROM source_event")
    assert all(lines[line - 1].startswith("G") and lines[line - 1].split(",")[1] == key for key, _, line in held)
    assert [line for *_, line in held] == sorted(line for *_, line in held)
