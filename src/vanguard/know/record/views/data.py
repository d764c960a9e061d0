"""The data pages: which partners' data came in, how fresh and how full it is, and why something is empty."""

from itertools import pairwise

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vanguard.access import actor_of
from vanguard.clock import local_date
from vanguard.know.record.data import (
    Filled,
    completeness,
    days,
    feeds,
    quarantine_reasons,
    refreshed,
    warnings,
)
from vanguard.know.record.views.freshness import feed_name, freshness
from vanguard.know.record.views.why_empty import changed, described, why_empty
from vanguard.web import presenters as say
from vanguard.web.page import render, today

LIMIT = 31
FALLEN = 10
"""Percentage points by which a column has emptied for it to be pointed out."""
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
    known, mistake = described()
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
            "empty": why_empty(known, days(actor), today(request)),
            "warnings": [(feed_name(one.feed), one) for one in warnings(actor)],
            "mistake": mistake,
            "refreshed": refreshed(),
            "may_see_rows": actor.may("quarantine_rows"),
        },
    )


@require_safe
def feed_days(request: HttpRequest, feed: str) -> HttpResponse:
    """One feed day by day, and how full its columns are."""
    actor = actor_of(request)
    found = days(actor, feed).get(feed)
    if not found:
        raise Http404
    return render(
        request,
        "record/feed.html",
        {
            "title": feed_name(feed),
            "days": [(say.day(one.day), one, changed(one, before)) for one, before in pairwise([*found[:LIMIT], None])],
            "limit": LIMIT if len(found) > LIMIT else 0,
            "columns": tuple(COLUMNS.items()),
            "filled": [_filled(one) for one in completeness(actor, feed)],
            "warnings": [(say.day(local_date(one.extracted_at)), one) for one in warnings(actor, feed)],
        },
    )


def _filled(one: Filled) -> dict[str, object]:
    """How full a column is in words, and whether that has fallen."""
    now, before = (_share(held) for held in (one.now, one.before))
    return {
        "column": one.column,
        "now": "not there" if one.now is None else "no rows" if now is None else f"{now:.0f}%",
        "before": "not there" if one.before is None else "no rows" if before is None else f"{before:.0f}%",
        "fallen": now is not None and before is not None and now < before - FALLEN,
    }


def _share(held: tuple[int, int] | None) -> float | None:
    return held[0] * 100 / held[1] if held and held[1] else None
