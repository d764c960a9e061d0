"""The artificial Hospital Episode Statistics load as they are, and so do other layouts of them, not a row lost."""

import csv
import os
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.know.intake.partner import ask

from vanguard.know.intake import load
from vanguard.lake import Lake

FOLDER = Path(os.environ.get("VANGUARD_OPEN_DATA", Path(__file__).parents[4] / "shared/data/open")) / "hes_artificial"
NOW = datetime(2100, 1, 1, tzinfo=UTC)
COLUMNS = "key, source_id, kind, setting, status, method, start, timed, codes, place"

pytestmark = [
    pytest.mark.open_data,
    pytest.mark.skipif(not FOLDER.exists(), reason=f"no open data at {FOLDER}"),
]


@pytest.fixture(scope="module")
def as_published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("published")
    (home / "in").mkdir()
    for file in FOLDER.glob("*.parquet"):
        (home / "in" / file.name).symlink_to(file)
    result = load(Lake(home), home / "in", NOW)
    assert {file.feed: (file.rows, file.accepted) for file in result.files} == {
        "hes_admitted": (2075, 2075),
        "hes_emergency": (1000, 1000),
    }
    return home


def test_what_they_say_is_understood(as_published: Path) -> None:
    asked = "SELECT feed, count(method), count(*) FILTER (timed), count(*) FILTER (len(codes) > 0) FROM source_event"
    assert ask(as_published, f"{asked} GROUP BY feed ORDER BY feed") == [
        ("hes_admitted", 2075, 0, 2075),
        ("hes_emergency", 1000, 1000, 978),
    ]
    assert ask(as_published, "SELECT DISTINCT method FROM source_event WHERE method IS NULL") == []
    assert not ask(
        as_published, "SELECT codes FROM source_event WHERE len(list_filter(codes, lambda c: c LIKE '%-%')) > 0"
    )


def rewritten(table: Any, path: Path, *, delimiter: str, lower: bool) -> None:
    """The rows as another release would have them: CSV, other case, some columns gone, some new, dates as text."""
    kept = [name for name in table.column_names if not name.startswith(("CCG_", "CR_", "OPERTN_3", "LSOA01"))]
    names = [{"PSEUDO_HESID": "ENCRYPTED_HESID", "DIAG_4_01": "DIAG_01"}.get(name, name) for name in kept]
    with path.open("w", newline="") as out:
        writer = csv.writer(out, delimiter=delimiter)
        writer.writerow([name.lower() if lower else name for name in [*names, "NEWLY_ADDED"]])
        for row in table.select(kept).to_pylist():
            writer.writerow([*("" if value is None else str(value) for value in row.values()), "1"])


@pytest.mark.parametrize(("delimiter", "lower", "ending"), [("|", True, "txt"), (",", False, "csv")])
def test_another_layout_says_the_same(
    as_published: Path, tmp_path: Path, delimiter: str, lower: bool, ending: str
) -> None:
    (tmp_path / "in").mkdir()
    for file, name in (("apc_0102", "HES_APC_2021"), ("ae_0708", "hes_ae_2021")):
        table = pq.read_table(FOLDER / f"artificial_hes_{file}_truncated.parquet")
        rewritten(table, tmp_path / "in" / f"{name}.{ending}", delimiter=delimiter, lower=lower)
    result = load(Lake(tmp_path), tmp_path / "in", NOW)
    assert (result.rows, result.accepted) == (3075, 3075)
    said = f"SELECT {COLUMNS} FROM source_event ORDER BY feed, key"
    assert ask(tmp_path, said) == ask(as_published, said)


def test_a_release_with_codes_in_one_column_and_days_without_signs_says_the_same(
    as_published: Path, tmp_path: Path
) -> None:
    table = pq.read_table(FOLDER / "artificial_hes_apc_0102_truncated.parquet")
    apart = re.compile(r"(DIAG|OPERTN)_[34]_\d\d")
    kept = [name for name in table.column_names if not apart.fullmatch(name)]
    (tmp_path / "in").mkdir()
    with (tmp_path / "in" / "NIC_HES_APC_202199.txt").open("w", newline="") as out:
        writer = csv.writer(out, delimiter="|")
        writer.writerow(kept)
        for row in table.select(kept).to_pylist():
            shown = (f"{value:%d%m%Y}" if isinstance(value, date) else value for value in row.values())
            writer.writerow(["" if value is None else value for value in shown])
    result = load(Lake(tmp_path), tmp_path / "in", NOW)
    assert (result.rows, result.accepted) == (2075, 2075)
    said = f"SELECT {COLUMNS} FROM source_event WHERE feed = 'hes_admitted' ORDER BY key"
    assert ask(tmp_path, said) == ask(as_published, said)
