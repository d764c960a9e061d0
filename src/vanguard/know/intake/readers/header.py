"""The header of a file against the columns that its feed describes."""

import csv
import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vanguard.errors import BadInput
from vanguard.know.intake.feed import Feed, FeedColumn

if TYPE_CHECKING:
    from vanguard.know.intake.claim import Claim

SEPARATORS = {",": ",", ";": ";", "\t": "tab", "|": "|", ":": ":"}
MOST_COLUMNS = 5_000
"""More than any extract has."""


def header_of(claim: "Claim", line: str) -> tuple[list[str], str]:
    """The column names in the first line of a CSV file, and what parts them: the first declared that is understood.

    Raises BadInput for another separator than those declared.
    """
    declared = claim.feed.delimiter
    for separator in declared:
        names = _split(line, separator)
        if not _missing(claim.feed, names):
            return names, separator
    for separator, shown in SEPARATORS.items():
        if separator not in declared and not _missing(claim.feed, _split(line, separator)):
            said = " or ".join(SEPARATORS.get(one, one) for one in declared)
            raise BadInput(
                f"It looks as if {shown} separates the columns; the feed declares {said}.",
                where=f"{claim.name}, line 1",
                do=f"Save it with {said}, or declare `delimiter` in the feed {claim.feed.feed}.",
            )
    most = max(declared, key=lambda separator: len(_split(line, separator)))
    return _split(line, most), most


def places(claim: "Claim", names: Sequence[str], *, where: str) -> list[int | None]:
    """Where each described column stands in the file, in the order of the description; None for one that may miss.

    Raises BadInput if a needed column is missing (naming the nearest there is) or a name occurs twice.
    """
    if len(names) > MOST_COLUMNS:
        raise BadInput(
            f"The file has {len(names):,} columns; more than {MOST_COLUMNS:,} are not read.",
            where=where,
            do="Ask for the extract again, with the columns that the feed describes.",
        )
    if twice := sorted({name for name in names if names.count(name) > 1}):
        shown = " and ".join(f"{name:.60}" for name in twice[:5])
        raise BadInput(f"The header names {shown} twice.", where=where, do="Leave one of the two out.")
    if missing := _missing(claim.feed, names):
        raise BadInput(
            " ".join(_sentence(name, names) for name in missing),
            where=where,
            do=f"The feed {claim.feed.feed} needs the columns {', '.join(_needed(claim.feed))}.",
        )
    found = [found_name(name, spec, names) for name, spec in claim.feed.columns.items()]
    if twice := sorted({name for name in found if name is not None and found.count(name) > 1}):
        raise BadInput(
            f"The column {twice[0]:.60} is described twice in the feed {claim.feed.feed}.",
            where=where,
            do="Make the `names` of its columns differ.",
        )
    return [None if name is None else names.index(name) for name in found]


def strangers(feed: Feed, names: Sequence[str]) -> list[str]:
    """The columns of a file that its feed does not describe."""
    known = {found_name(name, spec, names) for name, spec in feed.columns.items()}
    return [name for name in names if name not in known]


def found_name(name: str, spec: FeedColumn, names: Sequence[str]) -> str | None:
    """The name under which a described column stands in a file: as it is written, or in another case."""
    for wanted in (name, *spec.names):
        if wanted in names:
            return wanted
    folded = {present.casefold(): present for present in reversed(names)}
    return next((folded[one.casefold()] for one in (name, *spec.names) if one.casefold() in folded), None)


def _needed(feed: Feed) -> list[str]:
    return [name for name, spec in feed.columns.items() if not spec.optional]


def _missing(feed: Feed, names: Sequence[str]) -> list[str]:
    return [name for name in _needed(feed) if found_name(name, feed.columns[name], names) is None]


def _sentence(name: str, names: Sequence[str]) -> str:
    folded = {present.casefold(): present for present in names}
    near = difflib.get_close_matches(name.casefold(), [one[:100] for one in folded], n=1, cutoff=0.0)
    hint = f" The nearest there is: {folded.get(near[0], near[0])}." if near else ""
    return f"The column {name} is missing.{hint}"


def _split(line: str, separator: str) -> list[str]:
    try:
        rows = list(csv.reader([line], delimiter=separator))
    except csv.Error:
        return []
    return [name.strip() for name in rows[0]] if rows else []
