"""What the years came to, in words."""

from collections.abc import Iterator
from typing import Any


def words(found: dict[str, Any]) -> str:
    """What a board wants to know first, a line for each thing."""
    return "\n".join(_lines(found))


def _lines(found: dict[str, Any]) -> Iterator[str]:
    first, last = found["first_year"], found["first_year"] + found["years"] - 1
    yield f"{found['people']:,} people from {first} to {last}, run {found['replications']} times."
    name = found["future"] or "do_nothing"
    rows = {(way, row["what"], row["id"], row["year"]): row for way, of in found["found"].items() for row in of}
    for what, head in (("people", "People"), ("there", "There on an average night"), ("begun", "Begun in a year"),
                       ("staff", "Staff in full time"), ("pounds", "Pounds")):  # fmt: skip
        yield f"{head}, {first} and {last}{' if nothing is done' if found['future'] else ''}"
        for way, kind, id, year in [key for key in rows if key[:2] == ("do_nothing", what) and key[3] == last]:
            before, after = rows[way, kind, id, first], rows[way, kind, id, year]
            line = f"  {after['label']}: {before['mean']:,.0f}, {_between(after)}"
            if found["future"]:
                line += f"; with the plan {_between(rows[name, kind, id, year])}"
            yield f"{line}."
    yield f"What makes the difference in {last}, beside a place in which nothing changes"
    for row in found["causes"]:
        if row["what"] == "pounds" and row["id"] == "all" and row["year"] == last:
            yield f"  {row['change_label']}: {_signed(row)} pounds."


def _between(row: dict[str, Any]) -> str:
    return f"{row['mean']:,.0f} ({row['low']:,.0f} to {row['high']:,.0f})"


def _signed(row: dict[str, Any]) -> str:
    return f"{row['mean']:+,.0f} ({row['low']:+,.0f} to {row['high']:+,.0f})"
