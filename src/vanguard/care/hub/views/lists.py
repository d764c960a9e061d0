"""The page of a list of people to be referred: put on in one box, referred with one button, taken off with a reason."""

from datetime import UTC, datetime, time
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from vanguard.access import Actor, Refused, actor_of, end_call, takes_calls
from vanguard.blueprint import Listing
from vanguard.care.hub.about import about_met, about_said
from vanguard.care.hub.episodes import About
from vanguard.care.hub.lists import begin_referral, on_list, places, put_on, standing, take_off, was_on_list
from vanguard.care.hub.place import lists
from vanguard.care.hub.views.begin import find, said_in_the_box
from vanguard.care.hub.views.drafts import known_of
from vanguard.clock import LONDON, local_date
from vanguard.errors import BadInput
from vanguard.flow import Flow
from vanguard.know.record import read_date
from vanguard.web import presenters as say
from vanguard.web.limits import limited
from vanguard.web.page import render


@limited("trace", "POST")
@require_http_methods(["GET", "HEAD", "POST"])
def the_list(request: HttpRequest, pathway: str, origin: str) -> HttpResponse:
    """Who is ready to be referred, since when, and who left of late; by POST, somebody is put on."""
    actor = actor_of(request)
    flow, listing = _list(actor, pathway, origin)
    problems: dict[str, str] = {}
    if request.method == "POST":
        problems = _put_on(request, actor, flow, origin)
        if not problems:
            return redirect("list", pathway, origin)
    return _page(request, actor, flow, origin, listing, problems)


def _page(
    request: HttpRequest, actor: Actor, flow: Flow, origin: str, listing: Listing, problems: dict[str, str]
) -> HttpResponse:
    """The list, with what was typed to put somebody on where that was wrong."""
    now = request.now  # type: ignore[attr-defined]
    waiting, gone = standing(actor, flow, origin, now)
    known = places(actor, flow, origin)
    asked = request.GET.get("place", "")
    context = {
        "title": listing.label,
        "list": listing,
        "pathway": flow.pathway.id,
        "origin": origin,
        "waiting": [one for one in waiting if asked in ("", one.place)],
        "gone": [one for one in gone if asked in ("", one.place)],
        "places": known,
        "asked": asked,
        "typed": {name: request.POST.get(name, "") for name in ("text", "place", "since", "at")}
        if "text" in request.POST
        else {"place": asked or (known[0] if known else ""), "since": say.day(local_date(now))},
        "problems": problems,
    }
    return render(request, "hub/list.html", context, status=400 if problems else 200)


@limited("trace", "POST")
@require_http_methods(["POST"])
def listed(request: HttpRequest, pathway: str, origin: str, number: int) -> HttpResponse:
    """Refer somebody who is on the list, or take them off."""
    actor = actor_of(request)
    flow, listing = _list(actor, pathway, origin)
    now = request.now  # type: ignore[attr-defined]
    if request.POST.get("do") == "refer":
        about = on_list(actor, flow, number)
        # Whoever is not on the actor's own list is not looked for either.
        found = _find(actor, about.nhs_number or _name_and_birth(about), now) if about else ""
        draft = begin_referral(actor, flow, number, found, now)
        if draft is None:
            return _gone(actor, flow, origin, number)
        return redirect("draft", draft.id)
    try:
        if not take_off(actor, flow, number, request.POST.get("why", ""), now):
            return _gone(actor, flow, origin, number)
    except BadInput as problem:
        return _page(request, actor, flow, origin, listing, {f"why-{number}": problem.what})
    return redirect("list", pathway, origin)


def _gone(actor: Actor, flow: Flow, origin: str, number: int) -> HttpResponse:
    """Back to the list, which says how they left it; nothing about anybody who was never on it."""
    if not was_on_list(actor, flow, number):
        raise Http404
    return redirect("list", flow.pathway.id, origin)


def _list(actor: Actor, pathway: str, origin: str) -> tuple[Flow, Listing]:
    for _, flow, kept_by, listing in lists(actor):
        if (flow.pathway.id, kept_by) == (pathway, origin):
            return flow, listing
    raise Refused


def _put_on(request: HttpRequest, actor: Actor, flow: Flow, origin: str) -> dict[str, str]:
    """Put on whom the form names; by field, what is wrong with it."""
    now = request.now  # type: ignore[attr-defined]
    sent = {name: " ".join(request.POST.get(name, "").split())[:100] for name in ("text", "place", "since", "at")}
    problems = {}
    if not sent["place"]:
        problems["place"] = f"Enter the {flow.pathway.entry.lists[origin].place.lower()}"
    since = _since(sent["since"], sent["at"])
    if since is None or since > now:
        problems["since"] = "Enter a day that is not in the future, like 6 August 2018, and a time like 14:30"
    about = None
    try:
        about = _about(request, actor, sent["text"])
    except BadInput as problem:
        problems["text"] = str(problem)
    if about and since and not problems:
        put_on(actor, flow, origin, about, sent["place"][:80], since, now)
    if about and about.person_id:
        end_call(actor, about.person_id, reason="put on a list", now=now)
    return problems


def _about(request: HttpRequest, actor: Actor, text: str) -> About:
    """Whom the box names, from the record where there is one."""
    person_id = _find(actor, text, request.now, aloud=True)  # type: ignore[attr-defined]
    known = known_of(request, actor, person_id) if person_id else None
    if known:
        return about_met(person_id, known["person"], known["practice"], known["locality"])
    about = about_said(person_id, said_in_the_box(text))
    if not about.family_name or not (about.birth_date or person_id):
        raise BadInput(
            "Nobody here is found so.", do="Enter the name and the date of birth, like Ann Shah 6 August 1942."
        )
    return about


def _find(actor: Actor, text: str, now: Any, *, aloud: bool = False) -> str:
    """The id of the person that a text names, empty for nobody. What is wrong is raised only `aloud`."""
    if not takes_calls(actor):
        return ""
    try:
        return find(actor, text, now) or ""
    except BadInput:
        if aloud:
            raise
        return ""


def _name_and_birth(about: About) -> str:
    born = about.birth_date.isoformat() if about.birth_date else ""
    return f"{about.given_name} {about.family_name} {born}"


def _since(day: str, at: str) -> datetime | None:
    """The instant of a local day and time; the day's beginning without a time, None for what is neither."""
    date = read_date(day)
    try:
        local = datetime.combine(date, time.fromisoformat(at) if at else time(), LONDON) if date else None
    except ValueError:
        return None
    return local.astimezone(UTC) if local else None
