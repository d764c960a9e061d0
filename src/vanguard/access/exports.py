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
    """The rows as a CSV file named for `what` and today. The only way in which a table leaves.

    Raises PermissionDenied (on record too) if the role lacks the right; then nothing was read.
    """
    if not actor.may(right):
        note(actor, now, what=f"export {what}", whom=[], why=right, outcome="refused")
        raise PermissionDenied
    listed = rows()
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in listed)
    note(actor, now, what=f"export {what}", whom=[], why=f"{right}, {use}", outcome="shown", rows=len(listed))
    name = f"{what.replace('_', '-')}-{local_date(now).isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)
