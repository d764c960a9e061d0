"""Pages of every table: its list and files, a row's own page, the search over all."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from vanguard.access import as_file, hand_over, use_of
from vanguard.clock import local_date
from vanguard.programme.tables.declaring import Table
from vanguard.programme.tables.giving import as_csv, as_json
from vanguard.programme.tables.listing import (
    PAGE,
    asked,
    cell,
    choices,
    derived_cells,
    headings,
    lines,
    matching,
    page_address,
    page_of,
    rows_asked,
    with_named,
    without_empty,
)
from vanguard.programme.tables.models import Change
from vanguard.programme.tables.registry import all_tables, headed_tables, named_by, named_table, sections_of, table_of
from vanguard.programme.tables.row import Row
from vanguard.web.limits import only_read
from vanguard.web.page import render

SEEING, KEEPING = "programme", "keep_programme"
FOUND = 10
RELATED = 50


def today_of(request: HttpRequest) -> date:
    """The day on which somebody asks, where they are."""
    return local_date(request.now)  # type: ignore[attr-defined]


def may_see(request: HttpRequest, table: Table) -> bool:
    """Whether who asks may see a table: everybody, if it is public."""
    actor = request.actor  # type: ignore[attr-defined]
    return table.public or (actor is not None and actor.may(SEEING))


def may_keep(request: HttpRequest) -> bool:
    """Whether who asks may change the tables."""
    actor = request.actor  # type: ignore[attr-defined]
    return actor is not None and actor.may(KEEPING)


def closed(request: HttpRequest, table: Table) -> HttpResponse | None:
    """The answer to who may not see a table: the sign-in, or a refusal; None to who may."""
    if may_see(request, table):
        return None
    if request.actor is None:  # type: ignore[attr-defined]
        return redirect_to_login(request.get_full_path(), reverse("sign-in"))
    raise PermissionDenied


@login_not_required
@require_safe
def table_list(request: HttpRequest, table: Table) -> HttpResponse:
    """The list, with filters, sorting, and its files."""
    if answer := closed(request, table):
        return answer
    what = asked(table, request.GET, today_of(request))
    rows, total = page_of(what)
    context = {
        "title": table.name.capitalize(),
        "table": table,
        "asked": what,
        "choices": choices(what),
        "lines": lines(table, rows, what.today),
        "headings": headings(table),
        "total": total,
        "first": (what.page - 1) * PAGE + 1,
        "pages": -(-total // PAGE),
        "page_link": lambda page: what.address(page=page),
        "sort_link": lambda name: what.address(sort=f"-{name}" if what.sort == name else name, page=1),
        "keep": may_keep(request),
    }
    return render(request, "programme/table.html", context)


@only_read
@login_not_required
@require_safe
def table_file(request: HttpRequest, table: Table, how: str) -> HttpResponse:
    """The rows that the list shows, all pages of it, as a file that can be loaded again.

    On record for whoever is signed in; a public table is given to everybody else as its page is.
    """
    if answer := closed(request, table):
        return answer
    actor, now, day = request.actor, request.now, today_of(request)  # type: ignore[attr-defined]
    rows, write = rows_asked(asked(table, request.GET, day)), as_json if how == "json" else as_csv
    if actor is None:
        return as_file(write(table, rows, day), table.id, how, now)
    return hand_over(
        actor,
        None if table.public else SEEING,
        table.id,
        how,
        lambda: (write(table, rows, day), rows.count()),
        use=use_of(actor, ""),
        now=now,
    )


@login_not_required
@require_safe
def row_page(request: HttpRequest, table: Table, key: str) -> HttpResponse:
    """All that is held of one row: its columns, and the rows of other tables that name it."""
    if answer := closed(request, table):
        return answer
    row = with_named(table, table.model._default_manager.filter(key=key)).first()
    if row is None or not page_address(table, row):
        raise Http404
    follows = derived_cells(table, [row], today_of(request)).get(row.pk, {})
    context = {
        "title": table.called(row),
        "table": table,
        "row": row,
        "cells": [
            found
            for one in table.columns
            if one.name != table.title and (one.name != table.key[0] or not one.unlisted or may_keep(request))
            if (found := cell(table, one.name, row)).value not in (None, "", [])
        ]
        + [one for one in follows.values() if one.value not in (None, "")],
        "related": [found for other, column in named_by(table) if (found := _related(request, other, column, row))],
        "sections": [found for part in sections_of(table) if (found := part(row))],
        "changes": Change.objects.filter(table=table.id, row=row.key).order_by("-pk")[:10] if may_keep(request) else (),
        "keep": may_keep(request),
    }
    return render(request, "programme/row.html", context)


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """One box over every table, one query for each."""
    text, today = request.GET.get("q", "").strip()[:100], today_of(request)
    found = []
    for table in all_tables().values():
        if len(text) > 1 and table.search and may_see(request, table):
            rows = with_named(table, table.model._default_manager.filter(matching(table, text)))
            some = list(rows.order_by(*table.order, "pk")[: FOUND + 1])
            if some:
                what = asked(table, {"q": text}, today)
                more = what.address() if len(some) > FOUND else ""
                found.append((table, *without_empty(headings(table), lines(table, some[:FOUND], today)), more))
    return render(request, "programme/search.html", {"title": "Search", "text": text, "found": found})


@login_not_required
@require_safe
def every_table(request: HttpRequest) -> HttpResponse:
    """What there is, under headings, with how many rows each has."""
    parts = [
        (heading, [(one, one.model._default_manager.count()) for one in tables if may_see(request, one)])
        for heading, tables in headed_tables().items()
    ]
    context = {"title": "All tables", "parts": [(heading, told) for heading, told in parts if told]}
    return render(request, "programme/tables.html", context)


def _related(request: HttpRequest, other: Table, column: str, row: Row) -> dict[str, Any] | None:
    """The rows of another table that name this one."""
    if not may_see(request, other):
        return None
    rows = with_named(other, other.model._default_manager.filter(**{column: row})).order_by(*other.order, "pk")
    some = list(rows[: RELATED + 1])
    if not some:
        return None
    heads, told = without_empty(
        headings(other, column), lines(other, some[:RELATED], today_of(request), leave_out=column)
    )
    # A table that names this one in two columns has a section for each.
    first = column == next(name for name in other.rows_named() if named_table(other, name) is table_of(type(row)))
    narrowed = any(column == (one.path or one.name) for one in other.filters)
    return {
        "id": f"{other.id}-{column}",
        "table": other,
        "words": other.name.capitalize()
        if first
        else f"{other.name.capitalize()}: {other.column(column).words.lower()}",
        "headings": heads,
        "lines": told,
        "more": len(some) > RELATED,
        "all": asked(other, {column: row.key}, today_of(request)).address() if narrowed else "",
    }
