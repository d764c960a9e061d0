"""The plan on a page, and the same in time, to print."""

from collections import Counter
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vanguard.programme.days import first_day, last_day
from vanguard.programme.delivery.gantt import Span, chart
from vanguard.programme.delivery.models import Benefit, DecisionMade, Dependency, Risk
from vanguard.programme.delivery.plan import Planned, planned, progress_of, waiting, why
from vanguard.programme.delivery.risks import BENEFITS, DECISIONS, RISKS
from vanguard.programme.delivery.status import OTHERWISE, RULES, TAGS, WORDS
from vanguard.programme.delivery.tables import DEPENDENCIES, MILESTONES
from vanguard.programme.sheet import Shown
from vanguard.programme.tables.declaring import Table
from vanguard.programme.tables.listing import asked, choices, page_address, rows_asked, rows_between, with_named
from vanguard.programme.tables.views import may_see, today_of
from vanguard.web.page import render
from vanguard.web.presenters import part_day, quantity

MOST, SOME = 100, 10


@login_not_required
@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """Milestones by workstream with their status, and what bears on them. Public, but for the risks."""
    context, found = _asked(request)
    groups: dict[str, list[Planned]] = {}
    for one in found:
        stream = one.milestone.workstream
        groups.setdefault(stream.name if stream else one.milestone.place or "Of no workstream", []).append(one)
    counts = Counter(one.judged.colour for one in found)
    today = context["on"]
    inside = may_see(request, RISKS)
    context |= {
        "title": "The plan on a page",
        "counts": [(WORDS[colour], counts[colour]) for colour in WORDS if counts[colour]],
        "groups": [(name, [_milestone(one) for one in some]) for name, some in sorted(groups.items())],
        "developments": [_development(one, today) for one in _some(DEPENDENCIES, request).filter(done="")[: SOME * 2]],
        "benefits": [_benefit(one, today) for one in _some(BENEFITS, request)[:SOME]],
        "decisions": [_decision(one) for one in _some(DECISIONS, request)[:SOME]],
        "risks": [_risk(one) for one in _open_risks(request)] if inside else [],
        "inside": inside,
        "rules": [[_tag(one.colour), Shown(one.words)] for one in RULES] + [[_tag("green"), Shown(OTHERWISE)]],
    }
    return render(request, "programme/plan.html", context)


@login_not_required
@require_safe
def gantt(request: HttpRequest) -> HttpResponse:
    """The milestones in time, drawn for the eye, with all that it says in a table. Public."""
    context, found = _asked(request)
    spans = [_span(one) for one in found]
    context |= {
        "title": "The plan in time",
        "chart": chart(spans, waiting(one.milestone for one in found), context["on"]),
        "lines": [_in_time(one) for one in found],
    }
    return render(request, "programme/gantt.html", context)


def _asked(request: HttpRequest) -> tuple[dict[str, Any], list[Planned]]:
    """The milestones that are asked for, at the day that is asked for."""
    today = today_of(request)
    told, problem = request.GET.get("on", "").strip()[:20], ""
    try:
        on = date.fromisoformat(told) if told else today
    except ValueError:
        on, problem = today, "Write the day as 2016-11-01."
    what = asked(MILESTONES, request.GET, on)
    rows: Any = rows_between(MILESTONES, rows_asked(what), 0, MOST + 1)
    context = {
        "choices": choices(what),
        "told": told,
        "on": on,
        "problem": problem,
        "more": len(rows) > MOST,
        "query": request.GET.urlencode(),
    }
    return context, planned(rows[:MOST], on)


def _some(table: Table, request: HttpRequest) -> Any:
    """The rows of a table for the site or place that is asked for."""
    return with_named(
        table,
        rows_asked(asked(table, {name: request.GET.get(name, "") for name in ("site", "place")}, today_of(request))),
    )


def _open_risks(request: HttpRequest) -> Any:
    rated = F("residual_likelihood") * F("residual_impact")
    return _some(RISKS, request).filter(closed="").order_by(-rated, "pk")[:SOME]


def _tag(colour: str, note: str = "") -> Shown:
    return Shown("", tag=WORDS[colour], colour=TAGS[colour], note=note)


def _whose(row: Any) -> str:
    return str(row.site.name if row.site else row.place)


def _milestone(one: Planned) -> list[Shown]:
    row = one.milestone
    forecast = f"Forecast {part_day(row.forecast)}" if row.forecast and not row.done else ""
    due = f"Done {part_day(row.done)}" if row.done else forecast
    return [
        Shown(row.name, page_address(MILESTONES, row), note=_whose(row)),
        Shown(part_day(row.due), note=due),
        Shown(row.owner),
        _tag(one.judged.colour, why(one.judged)),
    ]


def _in_time(one: Planned) -> list[Shown]:
    row = one.milestone
    days = (row.starts, row.due, row.forecast, row.done)
    name = Shown(row.name, page_address(MILESTONES, row))
    return [name, *(Shown(part_day(when) if when else "") for when in days), _tag(one.judged.colour)]


def _span(one: Planned) -> Span:
    row = one.milestone
    ends = last_day(row.done or row.forecast or row.due)
    starts = min(first_day(row.starts), ends) if row.starts else None
    return Span(row.pk, row.name, page_address(MILESTONES, row), starts, ends, one.judged.colour)


def _development(one: Dependency, today: date) -> list[Shown]:
    late = bool(one.due) and last_day(one.due) < today
    due = ", ".join(filter(None, (part_day(one.due) if one.due else "", one.due_note)))
    return [
        Shown(f"{one.number} {one.name}".strip(), page_address(DEPENDENCIES, one), note=_whose(one)),
        Shown(one.impact, note=one.risk),
        Shown(due, note="The day is past, and nothing says that it is done." if late else ""),
    ]


def _benefit(one: Benefit, today: date) -> list[Shown]:
    found = progress_of(one, today)

    def at(value: float, when: str) -> Shown:
        return Shown(f"{quantity(value, None)} {one.unit}", note=part_day(when))

    return [
        Shown(one.name, page_address(BENEFITS, one), note=_whose(one)),
        at(one.baseline, one.baseline_on),
        at(one.forecast, one.forecast_on),
        Shown("") if one.latest is None else at(one.latest, one.latest_on),
        _tag(found.colour, found.reason),
    ]


def _decision(one: DecisionMade) -> list[Shown]:
    return [
        Shown(one.name, page_address(DECISIONS, one), note=_whose(one)),
        Shown(part_day(one.on)),
        Shown(one.under.who, note=f"may decide up to £{one.under.amount:,}"),
        Shown("" if one.amount is None else f"£{one.amount:,}"),
    ]


def _risk(one: Risk) -> list[Shown]:
    before, after = one.likelihood * one.impact, one.residual_likelihood * one.residual_impact
    return [
        Shown(one.name, page_address(RISKS, one), note=_whose(one)),
        Shown(one.owner),
        Shown(str(before), note=f"{one.likelihood} times {one.impact}"),
        Shown(str(after), note=f"{one.residual_likelihood} times {one.residual_impact}"),
        Shown(one.mitigation),
    ]
