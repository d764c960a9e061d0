"""The person's page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from vanguard.access import ReasonNeeded, actor_of, kept_back, last_look, may_see_lookers, open_person, policy
from vanguard.know.record.pages.picture import picture
from vanguard.know.record.pages.summary import banner, summary
from vanguard.know.record.pages.timeline import timeline
from vanguard.know.record.reading import NoRecord, read
from vanguard.know.record.views.names import practice_names
from vanguard.web import presenters as say
from vanguard.web.page import render, today


@require_safe
def person(request: HttpRequest, person_id: str) -> HttpResponse:
    """As much as the reader may see: who it is, what matters most, the picture of contacts and the timeline."""
    actor = actor_of(request)
    try:
        entitlement = open_person(actor, person_id, now=request.now)  # type: ignore[attr-defined]
        data = read(entitlement).data
    except ReasonNeeded:
        return redirect("reason", person_id)
    except NoRecord as problem:
        raise Http404 from problem
    places = practice_names({data["person"].get("practice"), *(one.get("place") for one in data.get("entries", ()))})
    context: dict[str, Any] = {
        "person_id": person_id,
        "banner": banner(data, places, today(request)),
        "item": entitlement.what,
        "glass": policy().break_glass.hours if entitlement.why == "break_glass" else 0,
        "watched": entitlement.watched and entitlement.why != "break_glass",
        "narrowed": policy().sharing(entitlement.narrowed) if entitlement.narrowed else None,
        "kept_back": kept_back(entitlement).names,
        "may_see_lookers": may_see_lookers(entitlement),
        "may_record_choices": actor.may("record_choices"),
        "may_share": actor.may("share_with_relatives"),
    }
    if entitlement.what != "identity":
        context["summary"] = summary(data, today(request))
    if entitlement.what == "full":
        context |= _entries(request, data, last_look(entitlement), places)
    return render(request, "record/person.html", context)


def _entries(
    request: HttpRequest, data: Mapping[str, Any], look: datetime | None, places: Mapping[str, str]
) -> dict[str, Any]:
    """The picture and one page of the timeline, as the address asks for it."""
    entries = data["entries"]
    asked = [("setting", one) for one in request.GET.getlist("setting")]
    asked += [("kind", one) for one in request.GET.getlist("kind")]
    only_new = request.GET.get("new") == "1"
    number = request.GET.get("page", "1")

    def link(page: int) -> str:
        more = [("new", "1")] * only_new + ([("page", str(page))] if page > 1 else [])
        return f"{request.path}?{urlencode(asked + more)}"

    return {
        "picture": picture(entries, today(request)),
        "only_new": only_new,
        "since": say.day_and_time(look) if look else "",
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
