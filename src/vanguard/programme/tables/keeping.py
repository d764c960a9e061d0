"""Forms of every table, for those who keep it: a row new or changed, and rows pasted as they stand in a file."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from vanguard.access import actor_of
from vanguard.errors import BadInput
from vanguard.programme.tables.declaring import CHOICE, ROW, SOURCES, YES_NO, Table
from vanguard.programme.tables.giving import cells_of
from vanguard.programme.tables.listing import MOST_OPTIONS, page_address
from vanguard.programme.tables.reading import read_file
from vanguard.programme.tables.registry import named_table
from vanguard.programme.tables.views import KEEPING
from vanguard.programme.tables.writing import Refusal, write, write_one
from vanguard.web.page import render

LONG = 250
"""A column that holds more letters has a box of several lines."""


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, table: Table) -> HttpResponse:
    """A row to be added."""
    return _form(request, table, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, table: Table, number: int) -> HttpResponse:
    """A row to be changed."""
    _keeper(request)
    if number > 2**62 or not table.model._default_manager.filter(pk=number).exists():
        raise Http404
    return _form(request, table, number)


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: HttpRequest, table: Table) -> HttpResponse:
    """Rows pasted as CSV or JSON: all of them or none."""
    actor = _keeper(request)
    text, problems, done = request.POST.get("text", ""), [], None
    if request.method == "POST":
        try:
            with TemporaryDirectory(dir=settings.PLACE) as folder:
                file = Path(folder) / ("pasted.json" if text.lstrip().startswith("[") else "pasted.csv")
                file.write_text(text, "utf-8", newline="")
                try:
                    done = write([read_file(table, file)], request.now, by=actor.username)[table.id]  # type: ignore[attr-defined]
                except BadInput as problem:
                    problems = str(problem).replace(str(file), "What you pasted").splitlines()
        except UnicodeEncodeError:
            problems = ["What you pasted holds characters that are none."]
    context = {
        "title": f"Paste {table.name}",
        "table": table,
        "named_table": named_table,
        "text": "" if done else text,
        "problems": problems,
        "done": done,
    }
    return render(request, "programme/paste.html", context, status=400 if problems else 200)


def _keeper(request: HttpRequest) -> Any:
    actor = actor_of(request)
    if not actor.may(KEEPING):
        raise PermissionDenied
    return actor


def _form(request: HttpRequest, table: Table, number: int | None) -> HttpResponse:
    actor = _keeper(request)
    row = table.model._default_manager.get(pk=number) if number else None
    cells = cells_of(table, row) if row else {one.name: "" for one in table.columns}
    problems: dict[str, str] = {}
    if request.method == "POST":
        cells = {name: request.POST.get(name, "").strip() for name in cells}
        try:
            kept = write_one(table, cells, request.now, by=actor.username, number=number)  # type: ignore[attr-defined]
        except Refusal as refusal:
            problems = {one.column: " ".join(filter(None, (one.what, one.do))) for one in refusal.faults}
        else:
            return redirect(page_address(table, kept) or reverse("table", args=[table.id]))
    words = (
        f"Change {table.called(row)}"
        if row
        else f"Add a {table.one}"
        if table.one[0] not in "aeiou"
        else f"Add an {table.one}"
    )
    context = {
        "title": words,
        "table": table,
        "fields": [_field(table, name, cells) for name in cells],
        "problems": problems,
        "back": (page_address(table, row) if row else "") or reverse("table", args=[table.id]),
    }
    return render(request, "programme/form.html", context, status=400 if problems else 200)


def _field(table: Table, name: str, cells: Mapping[str, str]) -> dict[str, Any]:
    """One box of the form: what it is called, what it means, what may be chosen."""
    column, kind = table.column(name), table.kind(name)
    options: list[tuple[str, str]] = []
    hint = column.means
    if kind == CHOICE:
        options = list(column.choices.items())
    elif column.called:
        names = column.called()
        # What is there stays, even where nothing is called so any more.
        there = [cells[name]] if cells[name] and cells[name] not in names else []
        options = [*((id, found.text) for id, found in names.items()), *((one, one) for one in there)]
    elif kind == YES_NO:
        options = [("yes", "Yes"), ("no", "No")]
    elif kind == ROW:
        other = named_table(table, name)
        rows = list(other.model._default_manager.order_by(*other.order)[: MOST_OPTIONS + 1])
        if not rows:
            hint = ". ".join(filter(None, (hint, f"There are no {other.rows()} yet: add them first")))
        elif len(rows) <= MOST_OPTIONS:
            options = [(row.key, other.called(row)) for row in rows]
        else:
            hint = ". ".join(filter(None, (hint, f"Write its {other.column(other.key[0]).words.lower()}")))
    elif kind == SOURCES:
        hint = ". ".join(filter(None, (hint, "Short names parted by semicolons")))
    most = table.field(name).max_length or 0
    return {
        "name": name,
        "words": column.words if table.needed(name) else f"{column.words} (optional)",
        "hint": hint[:1].upper() + hint[1:],
        "value": cells[name],
        "options": options,
        "long": kind == "text" and most > LONG,
    }
