"""What can be counted in received files: of those that are staged, and of those that came before."""

from collections import defaultdict
from collections.abc import Sequence

import duckdb

from vanguard.know.intake import sql
from vanguard.know.intake.checks import Odd, Profile
from vanguard.know.intake.claim import Claim
from vanguard.know.intake.columns import field, value
from vanguard.know.intake.outputs import Staged
from vanguard.know.intake.readers.header import found_name, strangers

Row = tuple[object, ...]
BEFORE = 10
"""How many files back one looks for what is usual."""


def profiles(con: duckdb.DuckDBPyConnection, staged: Staged) -> list[Profile]:
    """Of each staged file, in the order of the claims."""
    feed = staged.feed
    warned = [name for name, spec in feed.columns.items() if spec.codes and spec.unknown == "warn"]
    dated = {name: spec.within_days for name, spec in feed.columns.items() if spec.within_days is not None}
    days = [claim.extracted_on for claim in staged.claims]
    listed = f"[{', '.join(f'DATE {sql.text(day.isoformat())}' for day in days)}][file_no + 1]"
    counted = ["file_no", "count(*)", "count(*) FILTER (NOT ok)", *(f"count({field(feed, c)})" for c in feed.columns)]
    counted += [
        f"count(*) FILTER ({field(feed, c)} NOT IN ({', '.join(map(sql.text, feed.columns[c].codes or ()))}))"
        for c in warned
    ]
    counted += [
        f"count(*) FILTER (ok AND CAST({value(feed, c)} AS DATE) < {listed} - {most:d})" for c, most in dated.items()
    ]
    rows = con.execute(f"SELECT {', '.join(counted)} FROM staged GROUP BY file_no").fetchall()
    by_file = {row[0]: list(row[1:]) for row in rows}
    found = []
    for number, names in enumerate(staged.names):
        counts = by_file.get(number, [0] * (len(counted) - 1))
        total, unusable, *counts = counts
        width = len(feed.columns)
        found.append(
            Profile(
                rows=total,
                filled=dict(zip(feed.columns, counts[:width], strict=True)),
                missing=frozenset(c for c, spec in feed.columns.items() if found_name(c, spec, names) is None),
                strangers=frozenset(strangers(feed, names)),
                unknown=dict(zip(warned, counts[width : width + len(warned)], strict=True)),
                outside=dict(zip(dated, counts[width + len(warned) :], strict=True)),
                unusable=unusable,
            )
        )
    return found


def profiles_before(con: duckdb.DuckDBPyConnection, claim: Claim) -> list[Profile]:
    """Of the last files of the feed that hold the same and were extracted before this one, oldest first."""
    rows = con.execute(
        """SELECT file, "column", rows, filled FROM file_column
        WHERE (file, load_id) IN (
            SELECT (file, load_id) FROM file_column WHERE feed = $feed AND sends = $sends AND extracted_at < $instant
            GROUP BY file, load_id, extracted_at ORDER BY extracted_at DESC, file DESC, load_id DESC LIMIT $most)
        ORDER BY extracted_at, file, load_id""",
        {
            "feed": claim.feed.feed,
            "sends": claim.sends,
            "instant": claim.extracted_at.replace(tzinfo=None),
            "most": BEFORE,
        },
    ).fetchall()
    counts: dict[str, int] = {}
    filled: dict[str, dict[str, int]] = defaultdict(dict)
    other: dict[str, set[str]] = defaultdict(set)
    for file, column, total, held in rows:
        counts[file] = total
        if held is None:
            other[file].add(column)
        else:
            filled[file][column] = held
    known = frozenset(claim.feed.columns)
    return [
        Profile(
            rows=total, filled=filled[file], missing=known - frozenset(filled[file]), strangers=frozenset(other[file])
        )
        for file, total in counts.items()
    ]


def column_rows(claims: Sequence[Claim], found: Sequence[Profile], load_id: str) -> list[Row]:
    """The rows of the lake's file_column."""
    rows: list[Row] = []
    for claim, profile in zip(claims, found, strict=True):
        columns: list[tuple[str, int | None]] = [
            (name, count) for name, count in profile.filled.items() if name not in profile.missing
        ]
        columns += [(name, None) for name in sorted(profile.strangers)]
        rows += [(*_file(claim, load_id), claim.sends, name, profile.rows, count) for name, count in columns]
    return rows


def warning_rows(found: Sequence[tuple[Claim, Odd]], load_id: str) -> list[Row]:
    """The rows of the lake's intake_warning."""
    return [(*_file(claim, load_id), one.check, one.column, one.sentence) for claim, one in found]


def _file(claim: Claim, load_id: str) -> Row:
    return load_id, claim.feed.feed, claim.name, claim.extracted_at.replace(tzinfo=None)
