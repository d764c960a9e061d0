"""The privacy officer's pages: records opened under watch and what was done about it, and which records are watched."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vanguard.access import (
    Watched,
    actor_of,
    follow_up,
    follow_ups,
    mark,
    marked_records,
    one_opening,
    policy,
    queue,
    unmark,
    what_was_seen,
)
from vanguard.errors import BadInput
from vanguard.know.record import PersonLine, named_people, read_date
from vanguard.nhs_number import digits, valid_nhs_number
from vanguard.web import presenters as say
from vanguard.web.limits import limited
from vanguard.web.page import render

KINDS = {"break_glass": "In an emergency", "marked": "A watched record"}


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The queue: what waits for a follow-up, or what is done."""
    closed = request.GET.get("show") == "done"
    found, entitlement = queue(actor_of(request), closed=closed, now=request.now)  # type: ignore[attr-defined]
    people = named_people(entitlement)
    return render(
        request,
        "web/privacy.html",
        {
            "title": "Records opened under watch",
            "closed": closed,
            "openings": [opening_words(one, people) for one in found],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def opening(request: HttpRequest, number: int) -> HttpResponse:
    """One opening: who, whose, why, what was seen, what was done; and the form for the next step."""
    actor, now = actor_of(request), request.now  # type: ignore[attr-defined]
    typed = {name: request.POST.get(name, "").strip() for name in ("outcome", "words")}
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            follow_up(actor, number, typed["outcome"], typed["words"], now=now)
            return redirect("opening", number)
        except BadInput as wrong:
            problems["words" if typed["outcome"] in policy().outcomes else "outcome"] = wrong.what.rstrip(".")
    found, entitlement = one_opening(actor, number, now=now)
    return render(
        request,
        "web/opening.html",
        {
            "title": "A record opened under watch",
            "opening": opening_words(found, named_people(entitlement)),
            "seen": [
                {"at": say.day_and_time(one.at), "what": say.sentence(policy().items.get(one.item, one.item))}
                for one in what_was_seen(entitlement, found)
            ],
            "done": [
                {
                    "outcome": policy().outcomes[one.outcome].name if one.outcome in policy().outcomes else one.outcome,
                    "by": one.by,
                    "at": say.day_and_time(one.at),
                    "words": one.words,
                }
                for one in follow_ups(entitlement, found)
            ],
            "outcomes": tuple(policy().outcomes.values()),
            "typed": typed,
            "problems": problems,
        },
        status=400 if problems else 200,
    )


@limited("trace", "POST")
@require_http_methods(["GET", "HEAD", "POST"])
def marks(request: HttpRequest) -> HttpResponse:
    """The watched records, and the form that has one more watched."""
    actor, now = actor_of(request), request.now  # type: ignore[attr-defined]
    typed = {name: request.POST.get(name, "").strip() for name in ("nhs_number", "birth_date", "kind", "reason")}
    problems: dict[str, str] = {}
    if request.method == "POST" and actor.may("mark_records"):
        number, born = digits(typed["nhs_number"]), read_date(typed["birth_date"])
        if not valid_nhs_number(number):
            problems["nhs_number"] = "Enter an NHS number of 10 digits, like 999 123 4567"
        if born is None:
            problems["birth_date"] = "Enter a real date of birth, like 6 August 1942"
        if typed["kind"] not in policy().marked.kinds:
            problems["kind"] = "Choose why the record is to be watched"
        if wrong := policy().reasons.wrong_with(typed["reason"]):
            problems["reason"] = wrong
        if not problems and born:
            if mark(actor, nhs_number=number, birth_date=born, kind=typed["kind"], reason=typed["reason"], now=now):
                return redirect("marks")
            problems["nhs_number"] = "No record here has this NHS number and date of birth. Check both and try again"
    found, entitlement = marked_records(actor, now=now)
    people = named_people(entitlement)
    return render(
        request,
        "web/marks.html",
        {
            "title": "Watched records",
            "marks": [
                {
                    "id": one.id,
                    "person": _who(people.get(one.person_id)),
                    "kind": say.sentence(policy().marked.kinds.get(one.kind, one.kind)),
                    "reason": one.reason,
                    "since": say.day(one.since),
                    "by": one.by,
                }
                for one in found
            ],
            "kinds": policy().marked.kinds,
            "hours": policy().marked.hours,
            "typed": typed,
            "problems": problems,
        },
        status=400 if problems else 200,
    )


@require_POST
def end_mark(request: HttpRequest, number: int) -> HttpResponse:
    """Stop watching a record."""
    unmark(actor_of(request), number, now=request.now)  # type: ignore[attr-defined]
    return redirect("marks")


def opening_words(one: Watched, people: Mapping[str, PersonLine]) -> dict[str, object]:
    """One opening as the pages show it."""
    return {
        "id": one.id,
        "kind": KINDS[one.kind],
        "user": f"{one.user} ({policy().role_name(one.role)})",
        "person": _who(people.get(one.person_id)),
        "person_id": one.person_id,
        "at": say.day_and_time(one.at),
        "until": say.day_and_time(one.until),
        "reason": one.reason,
        "closed": one.closed,
    }


def _who(person: PersonLine | None) -> dict[str, str]:
    """Whose record it is; a person who is no longer here has only gone from the pages."""
    if person is None:
        return {"name": "No longer in this place", "nhs_number": "", "born": ""}
    return {
        "name": say.banner_name(person.given_name, person.family_name),
        "nhs_number": say.nhs_number(person.nhs_number),
        "born": say.day(person.birth_date),
    }
