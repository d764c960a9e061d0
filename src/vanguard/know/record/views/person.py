"""The person's page."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vanguard.access import actor_of, last_look, open_person, policy
from vanguard.know.record.pages.picture import picture
from vanguard.know.record.pages.summary import banner, summary
from vanguard.know.record.pages.timeline import timeline
from vanguard.know.record.reading import NoRecord, read
from vanguard.know.record.views.names import practice_names
from vanguard.web import presenters as say
from vanguard.web.page import render, today


@require_safe
def person(request: HttpRequest, person_id: str) -> HttpResponse:
    """What matters most, the picture of contacts, and one page of the timeline."""
    entitlement = open_person(actor_of(request), person_id, what="record", now=request.now)  # type: ignore[attr-defined]
    try:
        data = read(entitlement).data
    except NoRecord as problem:
        raise Http404 from problem
    look = last_look(entitlement)
    entries, day = data["entries"], today(request)
    places = practice_names({data["person"].get("practice"), *(entry.get("place") for entry in entries)})
    asked = [("setting", one) for one in request.GET.getlist("setting")]
    asked += [("kind", one) for one in request.GET.getlist("kind")]
    only_new = request.GET.get("new") == "1"
    number = request.GET.get("page", "1")

    def link(page: int) -> str:
        more = [("new", "1")] * only_new + ([("page", str(page))] if page > 1 else [])
        return f"{request.path}?{urlencode(asked + more)}"

    context = {
        "banner": banner(data, places, day),
        "summary": summary(data, day),
        "picture": picture(entries, day),
        "only_new": only_new,
        "since": say.day_and_time(look) if look else "",
        "glass": policy().break_glass.hours if entitlement.why == "break_glass" else 0,
        "timeline": timeline(
            entries,
            settings=request.GET.getlist("setting"),
            kinds=request.GET.getlist("kind"),
            only_new=only_new,
            page=int(number) if number.isdecimal() and len(number) < 7 else 1,
            last_look=look,
            places=places,
        ),
        "page_link": link,
    }
    return render(request, "record/person.html", context)
