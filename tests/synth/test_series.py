"""A series of deliveries tells what was known on each day, and its last state is that of one whole extract."""

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from vanguard.errors import BadInput
from vanguard.synth import Disorder, make_place, read_disorder
from vanguard.synth.extracts import feeds

UNTIL = date(2018, 8, 6)
Rows = list[dict[str, str]]


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def told(folder: Path, feed: str) -> dict[tuple[str, ...], dict[str, str]]:
    """The newest row of each key, reading a feed's files in their order."""
    newest: dict[tuple[str, ...], dict[str, str]] = {}
    for path in sorted(folder.glob(f"{feed}_2*.csv")):
        for row in read(path):
            key = (
                (row["patient_id"], row["registered_from"]) if feed == "gp_registrations" else (row[feeds()[feed].key],)
            )
            newest[key] = row
    return newest


@pytest.fixture(scope="module")
def tidy(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One place of tidy data, delivered at once, daily and monthly with late rows and overlaps."""
    folders = {}
    spread = Disorder(twins=0.08, late_rows=0.2, overlap_days=4, resent_files=0.5)
    for every, disorder in (("once", read_disorder("none")), ("daily", spread), ("monthly", spread)):
        folders[every] = tmp_path_factory.mktemp("series") / every
        make_place(400, 5, UNTIL, folders[every], 12, disorder=disorder, every=every, times=5)  # type: ignore[arg-type]
    return folders


@pytest.mark.parametrize("every", ["daily", "monthly"])
@pytest.mark.parametrize("feed", list(feeds()))
def test_the_last_state_is_that_of_one_whole_extract(tidy: dict[str, Path], every: str, feed: str) -> None:
    whole, series = told(tidy["once"], feed), told(tidy[every], feed)
    if feed == "care_home_residents":
        # One who has left is no longer in the file, so what it last told may lack the end.
        ended = {key for key, row in whole.items() if row["moved_out"]}
        assert {key: row for key, row in whole.items() if key not in ended} == {
            key: row for key, row in series.items() if key not in ended
        }
        return
    late = set(whole) - set(series)
    for rows in (whole, series):
        for row in rows.values():
            # A file that is sent again has corrected values.
            del row[feeds()[feed].corrected]
    assert series == {key: row for key, row in whole.items() if key not in late}, feed
    # What has not come by the last delivery is the little that is still late.
    assert len(late) <= max(3, 0.02 * len(whole))


def test_nothing_is_told_before_it_happened(tidy: dict[str, Path]) -> None:
    for path in sorted(tidy["daily"].glob("inpatient_spells_2*.csv")):
        day = f"{path.stem[-8:-4]}-{path.stem[-4:-2]}-{path.stem[-2:]}"
        for row in read(path):
            assert row["ADMIDATE"] < day and row["DISDATE"] < day and (row["DISDATE"] or not row["DISMETH"])


def test_deliveries_and_late_rows_are_told(tidy: dict[str, Path]) -> None:
    files = read(tidy["monthly"] / "truth" / "deliveries.csv")
    assert {row["file"] for row in files} == {path.name for path in tidy["monthly"].glob("*.csv")}
    holds = defaultdict(set)
    for row in files:
        holds[row["holds"]].add(row["feed"])
        assert int(row["rows"]) == len(read(tidy["monthly"] / row["file"]))
    assert holds["whole"] == set(feeds()) and holds["snapshot"] == {"gp_registrations", "care_home_residents"}
    assert holds["resent"] and holds["delta"] == set(feeds()) - holds["snapshot"]
    planted = [row for row in read(tidy["monthly"] / "truth" / "planted.csv") if row["kind"] == "late"]
    since = {row["file"]: row["since"] for row in files}
    for row in planted:
        if row["file"].startswith("gp_events"):
            late = read(tidy["monthly"] / row["file"])[int(row["line"]) - 2]
            assert late["event_at"][:10] < since[row["file"]]
    assert sum(row["file"].startswith("gp_events") for row in planted) > 20


def test_a_series_longer_than_the_time_covered_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="before the extracts begin"):
        make_place(100, 1, UNTIL, tmp_path, months=3, every="monthly", times=6)
    with pytest.raises(BadInput, match="1 to 400 deliveries"):
        make_place(100, 1, UNTIL, tmp_path, every="daily", times=1000)
