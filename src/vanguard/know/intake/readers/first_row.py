"""When an extract was made, where a column of its rows says so: read from the first row, before all else."""

import csv
import gzip
import zlib
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from vanguard.errors import BadInput
from vanguard.know.intake.feed import Feed
from vanguard.know.intake.readers.header import found_name

FIRST_BYTES = 1 << 20
"""A header and a first row that take more are no extract."""


def first_instant(path: Path, feed: Feed, now: datetime) -> datetime:
    """The instant in UTC in the feed's column of extract times, in the file's first row.

    Raises BadInput where the file has no such row or column, or the value is not an instant up to `now`.
    """
    assert feed.extracted is not None
    column = feed.extracted.column
    row = _parquet_row(path) if path.suffix.lower() == ".parquet" else _csv_row(path, feed)
    where = f"{path.name}, column {column}"
    name = found_name(column, feed.columns[column], tuple(row))
    if name is None:
        raise BadInput(
            "The first row does not say when the extract was made.",
            where=where,
            do="Ask for the extract again, or take `extracted` out of the feed's description.",
        )
    value = row[name]
    instant = value if isinstance(value, datetime) else _read(str(value or "").strip(), feed.columns[column].formats)
    if instant is None:
        raise BadInput(f"The first row says {value!s:.40} where the time of the extract is expected.", where=where)
    instant = instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo(feed.zone))
    if instant > now:
        raise BadInput(
            f"The first row says that it was extracted on {instant.day} {instant:%B %Y}, which lies ahead.", where=where
        )
    return instant.astimezone(UTC).replace(microsecond=0)


def _read(text: str, formats: tuple[str, ...]) -> datetime | None:
    for form in formats:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 (the feed's zone is added where the text has none)
        except ValueError:
            continue
    return None


def _csv_row(path: Path, feed: Feed) -> dict[str, object]:
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as received:
            start = received.read(FIRST_BYTES).decode(feed.encoding, errors="replace").removeprefix("\ufeff")
        found = max((_two_rows(start, separator) for separator in feed.delimiter), key=lambda rows: len(rows[0]))
    except (OSError, EOFError, zlib.error, csv.Error):
        return {}
    return dict(zip((name.strip() for name in found[0]), found[1], strict=False))


def _two_rows(text: str, separator: str) -> list[list[str]]:
    rows = [row for _, row in zip(range(2), csv.reader(text.splitlines(), delimiter=separator), strict=False)]
    return rows if len(rows) == 2 else [[], []]


def _parquet_row(path: Path) -> dict[str, object]:
    try:
        with pq.ParquetFile(path) as received:
            batch = next(received.iter_batches(batch_size=1), None)
            return dict(batch.to_pylist()[0]) if batch else {}
    except (OSError, pa.ArrowException, StopIteration):
        return {}
