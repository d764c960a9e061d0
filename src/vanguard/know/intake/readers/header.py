"""The header of a file against the columns that its feed describes."""

import csv
import difflib
from collections.abc import Sequence

from vanguard.errors import BadInput
from vanguard.know.intake.claim import Claim

SEPARATORS = {",": ",", ";": ";", "\t": "tab", "|": "|", ":": ":"}


def header_of(claim: Claim, line: str) -> list[str]:
    """The column names in the first line of a CSV file, all that the feed describes being there.

    Raises BadInput for another separator than the declared one, and as `check_names` does.
    """
    names = _split(line, claim.feed.delimiter)
    if set(claim.feed.columns) - set(names):
        for separator, shown in SEPARATORS.items():
            if separator != claim.feed.delimiter and not set(claim.feed.columns) - set(_split(line, separator)):
                declared = SEPARATORS.get(claim.feed.delimiter, claim.feed.delimiter)
                raise BadInput(
                    f"It looks as if {shown} separates the columns; the feed declares {declared}.",
                    where=f"{claim.name}, line 1",
                    do=f"Save it with {declared}, or declare `delimiter` in the feed {claim.feed.feed}.",
                )
    check_names(claim, names, where=f"{claim.name}, line 1")
    return names


def check_names(claim: Claim, names: Sequence[str], *, where: str) -> None:
    """Raise BadInput if a described column is missing (naming the nearest there is) or any name occurs twice."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadInput(f"The header names {' and '.join(twice)} twice.", where=where, do="Leave one of the two out.")
    missing = [name for name in claim.feed.columns if name not in names]
    if missing:
        raise BadInput(
            " ".join(_missing(name, names) for name in missing),
            where=where,
            do=f"The feed {claim.feed.feed} needs the columns {', '.join(claim.feed.columns)}.",
        )


def _missing(name: str, names: Sequence[str]) -> str:
    folded = {present.casefold(): present for present in names}
    near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.0)
    hint = f" The nearest there is: {folded[near[0]]}." if near else ""
    return f"The column {name} is missing.{hint}"


def _split(line: str, separator: str) -> list[str]:
    rows = list(csv.reader([line], delimiter=separator))
    return [name.strip() for name in rows[0]] if rows else []
