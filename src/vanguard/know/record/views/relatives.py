"""Who may see a record because the person asked for it: the practice's page, with the code that it hands out once."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from vanguard.access import (
    Entitlement,
    ReasonNeeded,
    Refused,
    actor_of,
    close_own_view,
    end_invited,
    invite,
    invited,
    open_own_view,
    open_person,
    own_view_closed,
    policy,
)
from vanguard.errors import BadInput
from vanguard.know.record.pages.summary import banner
from vanguard.know.record.reading import NoRecord, read
from vanguard.know.record.views.dates import read_date
from vanguard.know.record.views.names import practice_names
from vanguard.web import presenters as say
from vanguard.web.page import render, today


@require_http_methods(["GET", "HEAD", "POST"])
def relatives(request: HttpRequest, person_id: str) -> HttpResponse:
    """Who may see the record, and the form that lets one more."""
    try:
        entitlement = _opened(request, person_id)
        data = read(entitlement).data
    except ReasonNeeded:
        return redirect("reason", person_id)
    except NoRecord as problem:
        raise Http404 from problem
    typed = {name: request.POST.get(name, "").strip() for name in ("whom", "item", "last_day")}
    problems: dict[str, str] = {}
    code = ""
    if request.method == "POST":
        try:
            code = invite(entitlement, whom=typed["whom"], item=typed["item"], last_day=read_date(typed["last_day"]))
        except BadInput as wrong:
            problems[wrong.where] = wrong.what.rstrip(".")
    places = practice_names([data["person"].get("practice")])
    return render(
        request,
        "record/relatives.html",
        {
            "title": "Who else may see this record",
            "person_id": person_id,
            "banner": banner(data, places, today(request)),
            "item": entitlement.what,
            "own_view_closed": own_view_closed(entitlement),
            "invited": [
                {
                    "id": one.id,
                    "whom": one.whom,
                    "item": policy().items[one.item],
                    "until": say.day_and_time(one.until),
                    "used": one.used,
                }
                for one in invited(entitlement)
            ],
            "items": [{"value": one, "text": say.sentence(policy().items[one])} for one in ("summary", "full")],
            "days": policy().relatives.days_to_use_code,
            "code": code,
            "typed": typed if problems else {},
            "problems": problems,
        },
        status=400 if problems else 200,
    )


@require_POST
def end_relative(request: HttpRequest, person_id: str, number: int) -> HttpResponse:
    """End what one of them may see."""
    try:
        end_invited(_opened(request, person_id), number)
    except ReasonNeeded:
        return redirect("reason", person_id)
    return redirect("relatives", person_id)


@require_POST
def own_view(request: HttpRequest, person_id: str) -> HttpResponse:
    """Close the person's own view of their record, or open it again."""
    change = open_own_view if request.POST.get("open") else close_own_view
    try:
        change(_opened(request, person_id))
    except ReasonNeeded:
        return redirect("reason", person_id)
    return redirect("relatives", person_id)


def _opened(request: HttpRequest, person_id: str) -> Entitlement:
    actor = actor_of(request)
    if not actor.may("share_with_relatives"):
        raise Refused
    return open_person(actor, person_id, what="identity", now=request.now)  # type: ignore[attr-defined]
