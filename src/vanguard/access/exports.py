"""Rows that leave the place as a file: on record with what they are, for what use and how many, before they go."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from vanguard.access.cells import cell
from vanguard.access.door import note
from vanguard.access.rules import Actor
from vanguard.clock import local_date
from vanguard.errors import BadInput

PUBLIC = "public"
KINDS = {"csv": "text/csv", "json": "application/json"}
USE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def use_of(actor: Actor, given: str) -> str:
    """What an export is for, which decides its pseudonyms: `given`, or else this request alone.

    Two exports can be joined only where both say the same use. Raises BadInput for a use written otherwise than in
    small letters, digits and hyphens.
    """
    if given and not USE.fullmatch(given):
        raise BadInput("Write what the export is for in small letters, digits and hyphens, at most 40.", where="for")
    return f"export for {given}" if given else f"export {actor.request_id}"


def download(
    actor: Actor,
    right: str,
    what: str,
    columns: Sequence[str],
    rows: Callable[[], list[Sequence[Any]]],
    *,
    use: str,
    now: datetime,
) -> HttpResponse:
    """The rows as a CSV file named for `what` and today. The only way in which rows about persons leave.

    Raises PermissionDenied (on record too) if the role lacks the right; then nothing was read.
    """

    def written() -> tuple[str, int]:
        listed = rows()
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(columns)
        writer.writerows([cell(value) for value in row] for row in listed)
        return text.getvalue(), len(listed)

    return hand_over(actor, right, what, "csv", written, use=use, now=now)


def hand_over(
    actor: Actor,
    right: str | None,
    what: str,
    how: str,
    written: Callable[[], tuple[str, int]],
    *,
    use: str,
    now: datetime,
) -> HttpResponse:
    """A file of the kind `how`, csv or json, to somebody signed in; `written` makes its text and says how many rows.

    `right` is None for what everybody may have: then too it is on record who took it. Raises PermissionDenied (on
    record too) if the role lacks the right; then nothing was read.
    """
    if right and not actor.may(right):
        note(actor, now, what=f"export {what}", whom=[], why=right, outcome="refused")
        raise PermissionDenied
    text, rows = written()
    note(actor, now, what=f"export {what}", whom=[], why=f"{right or PUBLIC}, {use}", outcome="shown", rows=rows)
    return as_file(text, what, how, now)


def as_file(text: str, what: str, how: str, now: datetime) -> HttpResponse:
    """The text as a file named for `what` and today. It puts nothing on record: what is public needs no more."""
    name = f"{what.replace('_', '-')}-{local_date(now).isoformat()}.{how}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type=f"{KINDS[how]}; charset=utf-8", headers=headers)
