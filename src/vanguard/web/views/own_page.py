"""The pages of a member of the public who has signed in: their own, and records that others let them see.

Their own record is not here yet.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from vanguard.access import CitizenActor, accept, for_citizens, open_as_relative, records_lent
from vanguard.know.record import NoRecord, read, read_date, relatives_view
from vanguard.web import presenters as say
from vanguard.web.page import render, today

WRONG = (
    "Enter the code and the date of birth as the practice has them. One of them is not right, or the code is too old"
)


@require_http_methods(["GET", "HEAD", "POST"])
@for_citizens
def own_page(request: HttpRequest, citizen: CitizenActor) -> HttpResponse:
    """Who is signed in, whose records they may see, and the form that takes a practice's code."""
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
        {"title": "Your page", "citizen": citizen, "lent": lent, "problems": {"code": problem} if problem else {}},
        status=400 if problem else 200,
    )


@require_safe
@for_citizens
def relatives_record(request: HttpRequest, citizen: CitizenActor, person_id: str) -> HttpResponse:
    """As much of somebody's record as they let this relative see."""
    now, request_id = request.now, request.request_id  # type: ignore[attr-defined]
    try:
        entitlement = open_as_relative(citizen, person_id, request_id=request_id, now=now)
        shown = relatives_view(read(entitlement).data, today(request))
    except NoRecord as problem:
        raise Http404 from problem
    context = {"title": "A record you may see", "item": entitlement.what, **shown}
    return render(request, "web/relatives_record.html", context)
