"""The page of scrutiny: recommendations as they are monitored, open actions, what comes next, questions. Public."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from vanguard.programme.days import last_day
from vanguard.programme.scrutiny.inquiries import INQUIRIES, RATINGS, RECOMMENDATIONS, RESPONSES
from vanguard.programme.scrutiny.models import Action, Check, Committee, PublicQuestion, Recommendation, WorkItem
from vanguard.programme.scrutiny.monitoring import OVERDUE, PASSED, SATISFIED, Look, looks
from vanguard.programme.scrutiny.tables import ASKERS, COMMITTEES, MEETINGS, QUESTIONS
from vanguard.programme.sheet import Shown
from vanguard.programme.tables.listing import PAGE, asked, choices, page_address, page_of
from vanguard.programme.tables.views import today_of
from vanguard.web.page import render
from vanguard.web.presenters import day, part_day

SOME = 20
RATED = {"green": "green", "amber": "orange", "red": "red"}


@login_not_required
@require_safe
def scrutiny(request: HttpRequest) -> HttpResponse:
    """Public, and no person is on it."""
    today = today_of(request)
    what = asked(RECOMMENDATIONS, request.GET, today)
    rows: Any
    rows, total = page_of(what)
    ratings: dict[int, dict[int, str]] = {}
    for number, after, rating in Check.objects.filter(recommendation__in=rows).values_list(
        "recommendation", "after", "rating"
    ):
        ratings.setdefault(number, {})[int(after)] = rating
    actions = Action.objects.filter(done="").order_by("due", "pk").select_related("meeting")
    work = WorkItem.objects.order_by("-on", "pk").select_related("committee")
    questions = PublicQuestion.objects.order_by("-received", "pk").select_related("committee")
    own = f"{reverse('scrutiny')}?"
    context = {
        "title": "Scrutiny",
        "committees": [_committee(one) for one in Committee.objects.order_by("name")[:SOME]],
        "choices": choices(what),
        "asked": what,
        "recommendations": [_recommendation(one, ratings.get(one.pk, {}), today) for one in rows],
        "actions": [_action(one, today) for one in actions[:SOME]],
        "work": [_work(one) for one in work[:SOME]],
        "questions": [_question(one) for one in questions[:SOME]],
        "page": what.page,
        "pages": -(-total // PAGE),
        "page_link": lambda page: own + what.address(page=page).partition("?")[2],
    }
    return render(request, "programme/scrutiny.html", context)


def _committee(one: Committee) -> list[Shown]:
    seats = f"{one.seats} seats" if one.seats else ""
    others = f"{one.co_opted} co-opted" if one.co_opted else ""
    question = f"{one.question_minutes} minutes for a question" if one.question_minutes else ""
    whole = f"{one.questions_minutes} minutes in all" if one.questions_minutes else ""
    return [
        Shown(one.name, page_address(COMMITTEES, one), note=one.of),
        Shown(one.about),
        Shown(", ".join(filter(None, (seats, others)))),
        Shown(", ".join(filter(None, (question, whole)))),
    ]


def _look(look: Look | None) -> Shown:
    if look is None:
        return Shown("Not monitored")
    if look.rating:
        words = RATINGS[look.rating].partition(":")
        return Shown("", tag=words[0], colour=RATED[look.rating], note=words[2].strip())
    if look.state == SATISFIED:
        return Shown("No more is due: the committee was satisfied")
    if look.state == PASSED:
        return Shown("No rating is known")
    return Shown(f"Due {day(look.due)}", tag="Overdue" if look.state == OVERDUE else "", colour="red")


def _recommendation(one: Recommendation, ratings: dict[int, str], today: date) -> list[Shown]:
    found = looks(one.response, one.answered, ratings, today)
    answered = part_day(one.answered) if one.answered else ""
    return [
        Shown(one.inquiry.name, page_address(INQUIRIES, one.inquiry), note=f"Recommendation {one.number}"),
        Shown(one.text, page_address(RECOMMENDATIONS, one)),
        Shown(f"{RESPONSES[one.response]}{', ' if answered else ''}{answered}", note=one.to),
        *(_look(look) for look in found or (None, None)),
    ]


def _action(one: Action, today: date) -> list[Shown]:
    late = bool(one.due) and last_day(one.due) < today
    return [
        Shown(one.what),
        Shown(one.owner),
        Shown(part_day(one.due) if one.due else "", tag="Overdue" if late else "", colour="red"),
        Shown(one.meeting.name, page_address(MEETINGS, one.meeting)),
    ]


def _work(one: WorkItem) -> list[Shown]:
    return [
        Shown(one.subject, note=one.committee.name),
        Shown(part_day(one.on) if one.on else "To be timetabled"),
        Shown(one.purpose),
        Shown(one.attending),
    ]


def _question(one: PublicQuestion) -> list[Shown]:
    return [
        Shown(one.question, page_address(QUESTIONS, one), note=f"{ASKERS[one.asked_by]}, {part_day(one.received)}"),
        Shown(
            one.answer or "Not answered yet",
            note=f"{one.answered_by}, {part_day(one.answered)}" if one.answered else "",
        ),
    ]
