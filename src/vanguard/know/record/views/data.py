"""The data page: which partners' data came in, how fresh it is, and what could not be used."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vanguard.access import actor_of
from vanguard.know.record.data import feeds, quarantine, quarantine_reasons, refreshed
from vanguard.know.record.views.freshness import feed_name, freshness
from vanguard.web.page import render, today

LIMIT = 200
COLUMNS = {
    "rows": "Rows",
    "accepted": "Accepted",
    "quarantined": "Could not be used",
    "superseded": "Replaced by later rows",
    "duplicate": "Already held",
}


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Feeds and counts; nothing that a row said."""
    actor = actor_of(request)
    found = freshness(feeds(actor), today(request))
    reasons = [
        {"feed": feed_name(feed), "column": column, "expected": expected, "rows": rows}
        for feed, column, expected, rows in quarantine_reasons(actor)
    ]
    sums = {name: sum(getattr(feed, name) for feed in found) for name in COLUMNS}
    return render(
        request,
        "record/data.html",
        {
            "title": "Data",
            "feeds": found,
            "columns": tuple(COLUMNS.items()),
            "sums": sums,
            "reasons": reasons,
            "refreshed": refreshed(),
            "may_see_rows": actor.may("quarantine_rows"),
        },
    )


@require_safe
def quarantined(request: HttpRequest) -> HttpResponse:
    """The rows as received, for who may see them: it goes on record."""
    feed = request.GET.get("feed", "")
    rows = quarantine(actor_of(request), now=request.now, feed=feed or None, limit=LIMIT)  # type: ignore[attr-defined]
    return render(
        request,
        "record/quarantine.html",
        {
            "title": "Rows that could not be used",
            "rows": [(feed_name(row.feed), row) for row in rows],
            "limit": LIMIT,
        },
    )
