"""How a referral begins: a call is taken, or a professional refers on their own screen; the person found in one box."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from vanguard.access import Actor, ReasonNeeded, Refused, actor_of, open_person, take_call, takes_calls
from vanguard.blueprint import Channel
from vanguard.care.hub.models import Draft, Referral
from vanguard.care.hub.place import takes
from vanguard.errors import BadInput
from vanguard.flow import Flow
from vanguard.know.record import search_words, split_search
from vanguard.nhs_number import digits, valid_nhs_number
from vanguard.web import presenters as say
from vanguard.web.limits import limited
from vanguard.web.page import render


@limited("trace", "POST")
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest) -> HttpResponse:
    """Find the person whom a call is about, or go on with somebody we have never met."""
    return _begin(request, "phone", {"title": "Take a call", "back": ("referrals", "Back to the board")})


@limited("trace", "POST")
@require_http_methods(["GET", "HEAD", "POST"])
def refer(request: HttpRequest) -> HttpResponse:
    """The same for somebody who refers on their own screen, or comes from the person's page."""
    return _begin(request, "online", {"title": "Refer someone", "back": ("my-referrals", "Back to my referrals")})


def _begin(request: HttpRequest, channel: Channel, context: dict[str, Any]) -> HttpResponse:
    actor = actor_of(request)
    found = {flow.pathway.id: flow for _, flow in takes(actor, channel)}
    if not found:
        raise Refused
    text = " ".join(request.POST.get("text", "").split())[:100]
    asked, person_id = request.POST.get("pathway", ""), request.POST.get("person", "")
    flow = found.get(asked) or (next(iter(found.values())) if len(found) == 1 else None)
    context |= {"text": text, "problems": {}, "unmet": False, "person": person_id, "asked": asked}
    context |= {"pathways": found, "box": takes_calls(actor), "channel": channel}
    if request.method == "POST":
        try:
            if person_id:
                # Whose page it is they may see, or this is no way to them.
                open_person(actor, person_id, what="identity", now=request.now)  # type: ignore[attr-defined]
            if flow is None:
                context["problems"] = {"pathway": "Choose the service to which you refer"}
            elif person_id or "unmet" in request.POST:
                return redirect("draft", draft_of(request, actor, flow, channel, person_id, text).id)
            elif met := find(actor, text, request.now):  # type: ignore[attr-defined]
                return redirect("draft", draft_of(request, actor, flow, channel, met).id)
            else:
                context["unmet"] = True
        except ReasonNeeded:
            return redirect("reason", person_id)
        except BadInput as problem:
            context["problems"] = {"text": str(problem)}
    return render(request, "hub/begin.html", context, status=400 if context["problems"] else 200)


def find(actor: Actor, text: str, now: Any) -> str | None:
    """The person of an NHS number, or of a name and a date of birth: see `take_call`."""
    typed, born = split_search(text)
    words = search_words(typed)
    number = "".join(words) if "".join(words).isdigit() else ""
    if number and not valid_nhs_number(number):
        raise BadInput("This NHS number is not valid.", do="Check it again: 10 digits, like 999 123 4567.")
    if number:
        return take_call(actor, nhs_number=number, now=now)
    return take_call(actor, names=tuple(words), birth_date=born, now=now)


def said_in_the_box(text: str) -> dict[str, list[str]]:
    """What was typed to find somebody whom nobody knows, as fields of the form: it need not be typed again."""
    number = digits(text)
    if valid_nhs_number(number):
        return {"nhs_number": [number]}
    typed, born = split_search(text)
    *given, family = typed.split() or [""]
    found = {"family_name": family, "given_name": " ".join(given), "birth_date": say.day(born) if born else ""}
    return {name: [words] for name, words in found.items() if words}


def draft_of(request: HttpRequest, actor: Actor, flow: Flow, channel: Channel, person_id: str, text: str = "") -> Draft:
    """A new draft; about a person of whom one was put aside, that one. It begins with where one referred from last."""
    now, pathway = request.now, flow.pathway.id  # type: ignore[attr-defined]
    mine = Draft.objects.filter(user_id=actor.user_id, pathway=pathway, channel=channel, referral=None)
    if person_id and (aside := mine.filter(person_id=person_id).order_by("-saved_at").first()):
        return aside
    last = Referral.objects.filter(referred_by_id=actor.user_id, pathway=pathway).order_by("-received_at").first()
    typed = {} if person_id else said_in_the_box(text)
    if channel == "online" and (origin := last.origin if last else _own_origin(actor, flow)):
        typed["origin"] = [origin]
    return Draft.objects.create(
        user_id=actor.user_id,
        pathway=pathway,
        channel=channel,
        person_id=person_id,
        typed=typed,
        opened_at=now,
        saved_at=now,
    )


def _own_origin(actor: Actor, flow: Flow) -> str:
    """The origin of whoever works at a practice, where the pathway has one for them."""
    return flow.pathway.entry.own_practice[0] if actor.practice and len(flow.pathway.entry.own_practice) == 1 else ""
