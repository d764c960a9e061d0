"""Rows that could not be used: as they were received, as a file, and put right."""

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from vanguard.access import actor_of, download, use_of
from vanguard.errors import BadInput
from vanguard.know import intake
from vanguard.know.record.data import mending, quarantine
from vanguard.know.record.models import Quarantine
from vanguard.know.record.views.freshness import feed_name
from vanguard.lake import Lake
from vanguard.web.page import render

LIMIT = 200
EVERY = 100_000
"""More rows than this are read from the lake, not from a spreadsheet."""
DOWNLOADED = ("feed", "file", "line", "column", "reason", "row")


@require_safe
def quarantined(request: HttpRequest) -> HttpResponse:
    """The rows as received, for who may see them: it goes on record."""
    actor, feed = actor_of(request), request.GET.get("feed", "")
    rows = quarantine(actor, now=request.now, feed=feed or None, limit=LIMIT)  # type: ignore[attr-defined]
    return render(
        request,
        "record/quarantine.html",
        {
            "title": "Rows that could not be used",
            "rows": [(feed_name(row.feed), row) for row in rows],
            "limit": LIMIT,
            "may_mend": actor.may("mend_rows"),
            "mended": request.GET.get("mended") == "yes",
        },
    )


@require_safe
def quarantine_file(request: HttpRequest) -> HttpResponse:
    """All of them as a file. `?for=` says for what use."""
    actor = actor_of(request)
    try:
        use = use_of(actor, request.GET.get("for", ""))
    except BadInput as problem:
        raise BadRequest(str(problem)) from problem
    now = request.now  # type: ignore[attr-defined]
    return download(
        actor,
        "quarantine_rows",
        "quarantine",
        DOWNLOADED,
        lambda: [tuple(getattr(row, name) for name in DOWNLOADED) for row in quarantine(actor, now=now, limit=EVERY)],
        use=use,
        now=now,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def mend(request: HttpRequest, row_id: str) -> HttpResponse:
    """The form that puts one row right and loads it in its place."""
    actor, now = actor_of(request), request.now  # type: ignore[attr-defined]
    row = mending(actor, row_id, now=now)
    own = settings.PLACE / "feeds"
    problem = ""
    try:
        known = intake.mendable(row.feed, row.row, own)
    except BadInput as mistake:
        known, problem = None, str(mistake)
    columns = dict(known.columns) if known else {}
    if request.method == "POST" and known:
        columns = {name: request.POST.get(f"column-{n}", "").strip() for n, name in enumerate(columns)}
        try:
            intake.mend(Lake(settings.PLACE), row_id, columns, now, by=actor.username, feeds=own)
        except BadInput as wrong:
            problem = wrong.what
        else:
            Quarantine.objects.filter(pk=row_id).delete()
            return redirect(f"{request.path.rsplit('/', 1)[0]}?mended=yes")
    return render(
        request,
        "record/mend.html",
        {
            "title": "Put a row right",
            "feed": feed_name(row.feed),
            "row": row,
            "line": known.line if known else "",
            "fields": [
                {"id": f"column-{n}", "name": name, "what": known.feed.columns[name].what, "value": value}
                for n, (name, value) in enumerate(columns.items())
            ]
            if known
            else [],
            "problem": problem,
        },
        status=400 if problem and request.method == "POST" else 200,
    )
