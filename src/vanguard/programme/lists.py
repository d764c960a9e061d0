"""Lists that are worked out and are no table: sorted as somebody asks, and given as the files of what they show."""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse

from vanguard.access import hand_over, use_of
from vanguard.programme.sheet import Shown
from vanguard.programme.tables.giving import safe
from vanguard.programme.tables.views import SEEING

KINDS = ("csv", "json")


def in_order(request: HttpRequest, rows: "QuerySet[Any]", ways: Mapping[str, str]) -> "QuerySet[Any]":
    """The rows as `?sort=` asks by one of `ways` (heading to field), else as they are. What is empty comes last."""
    asked = request.GET.get("sort", "")
    field = ways.get(asked.removeprefix("-"))
    if field is None:
        return rows
    by = F(field).desc(nulls_last=True) if asked.startswith("-") else F(field).asc(nulls_last=True)
    return rows.order_by(by, "pk")


def sort_links(request: HttpRequest, ways: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """For each heading that sorts, its address with all else that was asked, and how it sorts now."""
    asked = request.GET.get("sort", "")
    found = {}
    for heading in ways:
        given = request.GET.copy()
        given.pop("page", None)
        given["sort"] = f"-{heading}" if asked == heading else heading
        now = "ascending" if asked == heading else "descending" if asked == f"-{heading}" else "none"
        found[heading] = (f"?{given.urlencode()}", now)
    return found


def page_link(request: HttpRequest, number: int) -> str:
    """The address of a page of the list, with all else that was asked."""
    given = request.GET.copy()
    given["page"] = str(number)
    return f"?{given.urlencode()}"


def file_links(request: HttpRequest, address: str) -> dict[str, str]:
    """Where the list is as a file, narrowed and sorted as it is."""
    given = request.GET.copy()
    given.pop("page", None)
    query = f"?{given.urlencode()}" if given else ""
    return {how.upper(): f"{address}.{how}{query}" for how in KINDS}


def as_asked(
    request: HttpRequest, what: str, how: str, heads: Sequence[str], lines: Callable[[], list[list[Shown]]]
) -> HttpResponse:
    """Every line as a file of the kind `how`, csv or json, on record. For who may see what is not public."""

    def written() -> tuple[str, int]:
        told = [[_cell(one) for one in line] for line in lines()]
        if how == "json":
            rows = [dict(zip(heads, line, strict=True)) for line in told]
            return json.dumps(rows, ensure_ascii=False, indent=1), len(told)
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(heads)
        writer.writerows([safe(cell) for cell in line] for line in told)
        return out.getvalue(), len(told)

    actor, now = request.actor, request.now  # type: ignore[attr-defined]
    return hand_over(actor, SEEING, what, how, written, use=use_of(actor, ""), now=now)


def _cell(one: Shown) -> str:
    said = ", ".join(filter(None, (one.text, one.tag)))
    return f"{said} ({one.note})" if one.note and said else said or one.note
