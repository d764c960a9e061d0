"""Referrals in numbers, and the rows behind each number, without names."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from vanguard.access import Actor, Given, actor_of, open_rows
from vanguard.care.hub.numbers import NO, PAGE, TABLES, WEEKS, YES, Counts, Group, counted, opened
from vanguard.care.hub.pathways import flow_of
from vanguard.care.hub.views import at_work
from vanguard.clock import local_date
from vanguard.web import presenters as say
from vanguard.web.drawing import inert
from vanguard.web.page import render, whole_number

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
    day = request.GET.get("day", "")
    day = day if day in {str(one) for one in range(len(DAYS))} else str(local_date(now).weekday())
    hours, staffing = at_work.hours_of(day, given["referrals_by_hour"].given, now)
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
        "hours": _hours(actor, given["referrals_by_hour"].given),
        "promises": _promises(actor, given["promises"]),
        "outcomes": _lines(actor, "outcomes", given["outcomes"]),
        "still_open": _lines(actor, "still_open", given["still_open"]),
        "rows": actor.may(ROWS),
    }
    return render(request, "hub/numbers.html", context)


@require_safe
def behind(request: HttpRequest, table: str) -> HttpResponse:
    """The rows that one number counts, so many on a page."""
    actor = actor_of(request)
    now = request.now  # type: ignore[attr-defined]
    open_rows(actor, ROWS, "referral_numbers", now=now)
    group = tuple(request.GET.getlist("of"))
    if table == at_work.STAFF:
        found = at_work.behind(group, now)
        title = f"On shift on {DAYS[int(group[0])]} from {group[1]}:00"
        return render(request, "hub/behind_staff.html", {"title": title, **found})
    found_rows = opened(table, group, now, _page(request)) if table in TABLES else None
    if found_rows is None:
        raise Http404
    page, blueprint = found_rows
    context = {
        "title": TITLES[table].format(*_words(table, group, blueprint)),
        "page": page,
        "first": (page.page - 1) * PAGE + 1,
        "page_link": lambda number: f"{_behind(table, group)}&page={number}",
    }
    return render(request, "hub/behind.html", context)


def _page(request: HttpRequest) -> int:
    return max(whole_number(request.GET.get("page", "")) or 1, 1)


def _behind(table: str, group: Group) -> str:
    """The address of the rows behind a number."""
    return f"{reverse('numbers-behind', args=[table])}?{urlencode([('of', one) for one in group])}"


def _words(table: str, group: Group, blueprint: str) -> tuple[str, ...]:
    """A group in words: those of the version of the blueprint that its newest row began under."""
    if table == "referrals_by_hour":
        return DAYS[int(group[0])], group[1]
    flow = flow_of(blueprint, group[0])
    if table == "promises":
        return flow.pathway.label, flow.pathway.clocks[group[1]].label, "kept" if group[2] == YES else "not kept"
    if table == "outcomes":
        return flow.pathway.label, flow.pathway.entry.origins[group[1]], flow.pathway.ends[group[2]].label
    kind, _, id = group[1].partition(" ")
    if kind == "step":
        return flow.pathway.label, f"{flow.step(id).label}, longer than it should last"
    return flow.pathway.label, f"{flow.pathway.clocks[id].label}, overdue" if kind else "in time"


def _cell(actor: Actor, table: str, group: Group, number: int | None) -> dict[str, Any]:
    """A number as it is shown, and where its rows are for those who may see them."""
    href = _behind(table, group) if number and actor.may(ROWS) else ""
    return {"number": number, "words": say.few(number), "href": href}


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


def _promises(actor: Actor, found: Counts) -> list[dict[str, Any]]:
    given, lines = found.given.groups, []
    for pathway, clock in sorted({group[:2] for group in given}):
        kept, broken = (given.get((pathway, clock, one), 0) for one in (YES, NO))
        both = (
            None if kept is None or broken is None or not kept + broken else f"{round(100 * kept / (kept + broken))}%"
        )
        blueprint = next(of for one in (YES, NO) if (of := found.blueprints.get((pathway, clock, one))))
        lines.append(
            {
                "label": flow_of(blueprint, pathway).pathway.clocks[clock].label,
                "kept": _cell(actor, "promises", (pathway, clock, YES), kept),
                "broken": _cell(actor, "promises", (pathway, clock, NO), broken),
                "share": both or "too few to say",
            }
        )
    return lines


def _lines(actor: Actor, table: str, found: Counts) -> list[dict[str, Any]]:
    """One line a group, in words, the first two words of which are its headings."""
    lines = [
        {"words": _words(table, group, found.blueprints[group])[1:], "cell": _cell(actor, table, group, number)}
        for group, number in found.given.groups.items()
    ]
    return sorted(lines, key=lambda line: line["words"])
