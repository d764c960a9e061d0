"""The page of engagement: you said, we did; plans with how far they go; the scale and its rules. Public."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from vanguard.programme.engagement.models import EngagementPlan, Goal, Level, ScaleRule, Theme
from vanguard.programme.engagement.scale import asked_for
from vanguard.programme.engagement.tables import ABOUT, GOALS, PLANS, THEMES, change_of, rules
from vanguard.programme.sheet import Shown
from vanguard.programme.tables.listing import PAGE, asked, page_address, page_of
from vanguard.programme.tables.views import today_of
from vanguard.web.page import render
from vanguard.web.presenters import part_day, things

SOME = 50


@login_not_required
@require_safe
def engagement(request: HttpRequest) -> HttpResponse:
    """Public, and no person is on it."""
    what = asked(THEMES, request.GET, today_of(request))
    themes: Any
    themes, total = page_of(what)
    heard = dict(Theme.objects.filter(pk__in=[one.pk for one in themes]).values_list("pk").annotate(Count("feedback")))
    plans = EngagementPlan.objects.order_by("-starts", "pk").select_related("level", "site")
    held, names = rules(), dict(Level.objects.values_list("number", "name"))
    own = f"{reverse('engagement')}?"
    context = {
        "title": "Taking part",
        "goals": [_goal(one) for one in Goal.objects.order_by(*GOALS.order)[:SOME]],
        "themes": [_theme(one, heard.get(one.pk, 0)) for one in themes],
        "plans": [_plan(one, *asked_for(change_of(one), held), names) for one in plans[:SOME]],
        "levels": [
            [Shown(str(one.number)), Shown(one.name), Shown(one.about)] for one in Level.objects.order_by("number")
        ],
        "rules": [_rule(one) for one in ScaleRule.objects.order_by("level__number", "pk").select_related("level")],
        "page": what.page,
        "pages": -(-total // PAGE),
        "page_link": lambda page: own + what.address(page=page).partition("?")[2],
    }
    return render(request, "programme/engagement.html", context)


def _goal(one: Goal) -> list[Shown]:
    kind = GOALS.column("kind").choices[one.kind]
    return [
        Shown(one.name, page_address(GOALS, one), note=kind),
        Shown(one.person_story),
        Shown(one.clinician_story),
    ]


def _theme(one: Theme, heard: int) -> list[Shown]:
    did = one.we_did or (f"Nothing, because: {one.not_because}" if one.not_because else "")
    return [
        Shown(one.you_said, page_address(THEMES, one), note=f"Said {things(heard, 'time')}" if heard else ""),
        Shown(did or "No answer yet", note=part_day(one.answered) if one.answered else ""),
    ]


def _plan(one: EngagementPlan, level: int, why: tuple[str, ...], names: dict[int, str]) -> list[Shown]:
    chosen = one.level.name if one.level else "Not chosen yet"
    return [
        Shown(one.name, page_address(PLANS, one), note=one.site.name if one.site else one.place),
        Shown(one.change),
        Shown(names.get(level, "No rule holds"), note=" ".join(why)),
        Shown(chosen, note=f"Less, because: {one.less_because}" if one.less_because else ""),
    ]


def _rule(one: ScaleRule) -> list[Shown]:
    people = f", from {one.least:,}" if one.least is not None else ""
    return [Shown(f"{ABOUT[one.about]}{people}"), Shown(one.level.name), Shown(one.why)]
