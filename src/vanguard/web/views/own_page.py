"""The pages of a member of the public who has signed in: their own record, who looked, records lent to them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from vanguard.access import (
    CitizenActor,
    Entitlement,
    accept,
    for_citizens,
    kept_back,
    open_as_relative,
    open_own,
    own_record,
    records_lent,
    who_looked,
)
from vanguard.know.record import NoRecord, page_asked, read, read_date, relatives_view, shown_lookers
from vanguard.web import presenters as say
from vanguard.web.page import render, today

WRONG = (
    "Enter the code and the date of birth as the practice has them. One of them is not right, or the code is too old"
)


@require_http_methods(["GET", "HEAD", "POST"])
@for_citizens
def own_page(request: HttpRequest, citizen: CitizenActor) -> HttpResponse:
    """Who is signed in, the way to their own record and to those lent to them, and the form for a practice's code."""
    now = request.now  # type: ignore[attr-defined]
    typed = {name: request.POST.get(name, "").strip() for name in ("code", "birth_date")}
    problem = ""
    if request.method == "POST":
        if accept(citizen, typed["code"], read_date(typed["birth_date"]), now=now):
            return redirect("own-page")
        problem = WRONG
    lent = [
        {"person_id": one.person_id, "until": say.day_and_time(one.until), "number": number}
        for number, one in enumerate(records_lent(citizen, now=now), start=1)
    ]
    return render(
        request,
        "web/own_page.html",
        {
            "title": "Your page",
            "citizen": citizen,
            "own": own_record(citizen, now=now) is not None,
            "lent": lent,
            "problems": {"code": problem} if problem else {},
        },
        status=400 if problem else 200,
    )


@require_safe
@for_citizens
def own_record_page(request: HttpRequest, citizen: CitizenActor) -> HttpResponse:
    """The citizen's own record, whole."""
    return _record(request, citizen, _own(request, citizen), "Your record")


@require_safe
@for_citizens
def own_looks(request: HttpRequest, citizen: CitizenActor) -> HttpResponse:
    """Who has looked at the citizen's own record."""
    found = who_looked(_own(request, citizen), page=page_asked(request))
    return render(
        request,
        "web/own_looks.html",
        {"title": "Who has looked at your record", "citizen": citizen, **shown_lookers(request, found, own=True)},
    )


@require_safe
@for_citizens
def relatives_record(request: HttpRequest, citizen: CitizenActor, person_id: str) -> HttpResponse:
    """As much of somebody's record as they let this relative see."""
    now, request_id = request.now, request.request_id  # type: ignore[attr-defined]
    entitlement = open_as_relative(citizen, person_id, request_id=request_id, now=now)
    return _record(request, citizen, entitlement, "A record you may see")


def _own(request: HttpRequest, citizen: CitizenActor) -> Entitlement:
    return open_own(citizen, request_id=request.request_id, now=request.now)  # type: ignore[attr-defined]


def _record(request: HttpRequest, citizen: CitizenActor, entitlement: Entitlement, title: str) -> HttpResponse:
    try:
        shown = relatives_view(read(entitlement).data, today(request), page_asked(request))
    except NoRecord as problem:
        raise Http404 from problem
    context = {
        "title": title,
        "citizen": citizen,
        "item": entitlement.what,
        "kept_back": kept_back(entitlement).names,
        "page_link": lambda number: f"{request.path}?page={number}" if number > 1 else request.path,
        **shown,
    }
    return render(request, "web/citizens_record.html", context)
