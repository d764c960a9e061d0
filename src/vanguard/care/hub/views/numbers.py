"""Referrals in numbers, and the rows behind each number, without names."""

from typing import Any

from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from vanguard.access import Actor, Given, actor_of, open_rows
from vanguard.care.hub.models import Referral
from vanguard.care.hub.numbers import NO, TABLES, WEEKS, YES, counted, opened
from vanguard.care.hub.pathways import flow_of
from vanguard.care.hub.views import at_work
from vanguard.clock import local_date
from vanguard.flow import Flow
from vanguard.web import presenters as say
from vanguard.web.drawing import inert
from vanguard.web.page import render

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ROWS = "pseudonymised_rows"
TITLES = {
    "referrals_by_hour": "Referrals that came on {0} from {1}:00",
    "promises": "{1}: {2}",
    "outcomes": "{1}: {2}",
    "still_open": "Open: {1}",
}
SHADES = 4


@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    """Demand by hour of the week, promised times, outcomes by source, and who is open longer than intended."""
    actor = actor_of(request)
    now = request.now  # type: ignore[attr-defined]
    open_rows(actor, "counts", "referral_numbers", now=now)
    given = {table: counted(table, now) for table in TABLES}
    flows = _flows()
    day = request.GET.get("day", "")
    day = day if day in {str(one) for one in range(len(DAYS))} else str(local_date(now).weekday())
    hours, staffing = at_work.hours_of(day, given["referrals_by_hour"], now)
    context = {
        "title": "Referrals in numbers",
        "day": int(day),
        "by_hour": [
            {"hour": one.hour, "came": _cell(actor, "referrals_by_hour", (day, one.hour), one.referrals), **staff}
            for one, staff in zip(hours, at_work.lines(day, hours, may_open=actor.may(ROWS)), strict=True)
        ],
        "pools": at_work.pools_of(staffing),
        "staff_since": staffing.since if staffing.hours else None,
        "spec": inert(at_work.picture(hours, DAYS[int(day)])),
        "weeks": WEEKS,
        "days": DAYS,
        "hours": _hours(actor, given["referrals_by_hour"]),
        "promises": _promises(actor, given["promises"], flows),
        "outcomes": _lines(actor, "outcomes", given["outcomes"], flows),
        "still_open": _lines(actor, "still_open", given["still_open"], flows),
        "rows": actor.may(ROWS),
    }
    return render(request, "hub/numbers.html", context)


@require_safe
def behind(request: HttpRequest, table: str) -> HttpResponse:
    """The rows that one number counts."""
    actor = actor_of(request)
    now = request.now  # type: ignore[attr-defined]
    open_rows(actor, ROWS, "referral_numbers", now=now)
    group = tuple(request.GET.getlist("of"))
    if table == at_work.STAFF:
        found = at_work.behind(group, now)
        title = f"On shift on {DAYS[int(group[0])]} from {group[1]}:00"
        return render(request, "hub/behind_staff.html", {"title": title, **found})
    rows = opened(table, group, now) if table in TABLES else None
    if rows is None:
        raise Http404
    return render(
        request,
        "hub/behind.html",
        {"title": TITLES[table].format(*_words(table, group, _flows())), "rows": rows, "weeks": WEEKS},
    )


def _flows() -> dict[str, Flow]:
    """A flow of each pathway for its words: the newest that a referral has begun under."""
    newest = Referral.objects.values("pathway", "blueprint").annotate(last=Max("pk")).order_by("last")
    return {row["pathway"]: flow_of(row["blueprint"], row["pathway"]) for row in newest}


def _words(table: str, group: tuple[str, ...], flows: dict[str, Flow]) -> tuple[str, ...]:
    if table == "referrals_by_hour":
        return DAYS[int(group[0])], group[1]
    flow = flows[group[0]]
    if table == "promises":
        return flow.pathway.label, flow.pathway.clocks[group[1]].label, "kept" if group[2] == YES else "not kept"
    if table == "outcomes":
        return flow.pathway.label, flow.pathway.entry.origins[group[1]], flow.pathway.ends[group[2]].label
    kind, _, id = group[1].partition(" ")
    if kind == "step":
        return flow.pathway.label, f"{flow.step(id).label}, longer than it should last"
    return flow.pathway.label, f"{flow.pathway.clocks[id].label}, overdue" if kind else "in time"


def _cell(actor: Actor, table: str, group: tuple[str, ...], number: int | None) -> dict[str, Any]:
    """A number as it is shown, and where its rows are for those who may see them."""
    href = f"{reverse('numbers-behind', args=[table])}?{urlencode([('of', one) for one in group])}"
    return {"number": number, "words": say.few(number), "href": href if number and actor.may(ROWS) else ""}


def _hours(actor: Actor, given: Given) -> list[dict[str, Any]]:
    most = max((number or 0 for number in given.groups.values()), default=0)
    lines = []
    for hour in (f"{one:02}" for one in range(24)):
        cells = []
        for day in range(7):
            number = given.groups[str(day), hour]
            shade = 0 if number == 0 else 1 if number is None else 1 + -(-SHADES * number // most)
            cells.append(_cell(actor, "referrals_by_hour", (str(day), hour), number) | {"shade": shade})
        lines.append({"hour": f"{hour}:00", "cells": cells})
    return lines


def _promises(actor: Actor, given: Given, flows: dict[str, Flow]) -> list[dict[str, Any]]:
    lines = []
    for pathway, clock in sorted({group[:2] for group in given.groups}):
        kept, broken = (given.groups.get((pathway, clock, one), 0) for one in (YES, NO))
        both = (
            None if kept is None or broken is None or not kept + broken else f"{round(100 * kept / (kept + broken))}%"
        )
        lines.append(
            {
                "label": flows[pathway].pathway.clocks[clock].label,
                "kept": _cell(actor, "promises", (pathway, clock, YES), kept),
                "broken": _cell(actor, "promises", (pathway, clock, NO), broken),
                "share": both or "too few to say",
            }
        )
    return lines


def _lines(actor: Actor, table: str, given: Given, flows: dict[str, Flow]) -> list[dict[str, Any]]:
    """One line a group, in words, the first two words of which are its headings."""
    found = [
        {"words": _words(table, group, flows)[1:], "cell": _cell(actor, table, group, number)}
        for group, number in given.groups.items()
    ]
    return sorted(found, key=lambda line: line["words"])
