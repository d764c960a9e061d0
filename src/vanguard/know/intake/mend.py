"""A row of quarantine that was put right comes in again by the same door, in the place of the row that it was."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from vanguard.errors import BadInput
from vanguard.know.intake import sql
from vanguard.know.intake.claim import Claim
from vanguard.know.intake.feed import Feed
from vanguard.know.intake.feed_files import feeds as read_feeds
from vanguard.know.intake.load import load_claims
from vanguard.lake import Lake

SCRATCH = "mended.csv"


@dataclass(frozen=True)
class Mendable:
    """A row of quarantine that can be put right: each column with what it means and what was received in it.

    `line` is the row's text where it could not be parted into columns.
    """

    feed: Feed
    columns: dict[str, str]
    line: str = ""


def mendable(feed: str, row: str, feeds: Path | None = None) -> Mendable | None:
    """What can be put right of a row of quarantine, JSON as the lake has it; None where no feed describes it."""
    described = read_feeds(feeds).get(feed)
    if described is None:
        return None
    said = json.loads(row)
    broken = set(said) == {"line"} and "line" not in described.columns
    columns = {name: "" if broken else str(said.get(name) or "") for name in described.columns}
    return Mendable(described, columns, str(said["line"]) if broken else "")


def mend(
    lake: Lake, row_id: str, fields: Mapping[str, str], now: datetime, *, by: str, feeds: Path | None = None
) -> None:
    """Load the row of quarantine with these fields, by column, instead of those received. It keeps its origin: the
    file, the line and the time of the extract.

    Raises BadInput, nothing having been changed, where the row still cannot be used, has been put right before or is
    not there; Busy beside another command.
    """
    with lake.connect() as con:
        found = con.execute(
            'SELECT feed, file, line, extracted_at, "row" FROM quarantine ANTI JOIN mended_row USING (row_id) '
            "WHERE row_id = ? LIMIT 1",
            [row_id],
        ).fetchall()
    if not found:
        raise BadInput("This row is no longer in quarantine.", do="Somebody may have put it right already.")
    [(feed_id, file, line, extracted_at, row)] = found
    known = mendable(feed_id, row, feeds)
    if known is None:
        raise BadInput(f"No description of the feed {feed_id} says what its columns mean.", do="Mend it at its source.")
    said = {column: fields.get(column, "").strip() for column in known.columns}
    # Written by us, whatever the partner's own files look like.
    feed = known.feed.model_copy(update={"encoding": "utf-8", "delimiter": (",",)})
    folder = lake.folder / "scratch" / "mend"
    path = folder / SCRATCH
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([list(said), list(said.values())])
        origin = Claim(path, feed, extracted_at.replace(tzinfo=UTC), "delta", origin=file, shift=line - 2)
        content = json.dumps({column: value or None for column, value in said.items()}, ensure_ascii=False)
        mended = (
            f"SELECT {sql.text(row_id)} AS row_id, {sql.text(content)} AS row, {sql.text(by)} AS mended_by, "
            f"TIMESTAMP '{now.astimezone(UTC):%Y-%m-%d %H:%M:%S}' AS mended_at"
        )
        load_claims(lake, [origin], now, mended=mended)
    finally:
        path.unlink(missing_ok=True)
