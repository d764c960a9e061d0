"""A call: the person found in one box, and the referral written down while listening."""

import uuid
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from vanguard.access import Actor, ReasonNeeded, Refused, actor_of, open_person, take_call
from vanguard.care.hub.episodes import About, Referrer
from vanguard.care.hub.models import Draft
from vanguard.care.hub.pathways import blueprint_of
from vanguard.care.hub.place import takes
from vanguard.care.hub.referring import open_referrals, send
from vanguard.care.hub.sheets import Sheet, fill, sheet_of
from vanguard.directory.models import Locality, Practice
from vanguard.errors import BadInput
from vanguard.flow import Flow
from vanguard.know.record import NoRecord, banner, read, read_date, search_words, split_search, summary
from vanguard.nhs_number import valid_nhs_number
from vanguard.web.limits import limited
from vanguard.web.page import render, today

CHANNEL = "phone"
# Who is referred, where we have never met them. The names are those of `About`.
UNMET = ("given_name", "family_name", "birth_date", "sex", "address", "postcode", "phone", "locality")
REFERRER = ("origin", "referrer", "referrer_phone")
SEXES = ("female", "male", "other", "unknown")


@limited("trace", "POST")
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest) -> HttpResponse:
    """Find the person whom the call is about, or go on with somebody we have never met."""
    actor = actor_of(request)
    pathway = _pathway(actor)
    text = " ".join(request.POST.get("text", "").split())[:100]
    context: dict[str, Any] = {"title": "Take a call", "text": text, "problem": "", "unmet": False}
    if request.method == "POST" and "unmet" in request.POST:
        return redirect("draft", _draft(request, actor, pathway[1].pathway.id, "").id)
    if request.method == "POST":
        try:
            person_id = _find(request, actor, text)
        except BadInput as problem:
            context["problem"] = str(problem)
        else:
            if person_id:
                return redirect("draft", _draft(request, actor, pathway[1].pathway.id, person_id).id)
            context["unmet"] = True
    return render(request, "hub/call.html", context, status=400 if context["problem"] else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """The form of one call. What is typed is kept each time, whether it is sent or only put aside."""
    actor = actor_of(request)
    named, flow = _pathway(actor)
    row = Draft.objects.filter(pk=number, user_id=actor.user_id, pathway=flow.pathway.id).first()
    if row is None:
        raise Http404
    if row.referral_id:
        return redirect("referral", row.referral_id)
    known = _known(request, actor, row.person_id) if row.person_id else None
    sheet = sheet_of(blueprint_of(named), flow, flow.pathway.entry.by[CHANNEL])
    problems: dict[str, str] = {}
    if request.method == "POST":
        row.typed = _typed(request, sheet)
        row.saved_at = request.now  # type: ignore[attr-defined]
        row.save(update_fields=["typed", "saved_at"])
        if "keep" in request.POST:
            return redirect("referrals")
    typed: dict[str, list[str]] = row.typed
    about = _about(row, known)
    already = open_referrals(row.pathway, about)
    if request.method == "POST":
        filled = fill(sheet, typed, {}, finish=True)
        problems = {**_missing(typed, met=known is not None), **filled.problems}
        if not problems and not already:
            said = {name: " ".join(typed.get(name, [""])[0].split()) for name in REFERRER}
            referrer = Referrer(said["referrer"], said["referrer_phone"])
            now = request.now  # type: ignore[attr-defined]
            sent = send(row, named, flow, about, referrer, said["origin"], sheet, filled, by=actor, now=now)
            if not isinstance(sent, tuple):
                return redirect("referral", sent.number)
            already = sent
    return render(
        request,
        "hub/draft.html",
        {
            "title": "Take a call",
            "draft": row,
            "known": known,
            "flow": flow,
            "sheet": sheet,
            "typed": typed,
            "problems": problems,
            "already": already,
            "localities": [(one.code, one.name) for one in Locality.objects.order_by("name")],
            "sexes": SEXES,
        },
        status=400 if problems else 409 if request.method == "POST" else 200,
    )


def _pathway(actor: Actor) -> tuple[str, Flow]:
    """The pathway whose calls this role takes. Raises Refused where there is none."""
    found = next(takes(actor, CHANNEL), None)
    if found is None:
        raise Refused
    return found


def _find(request: HttpRequest, actor: Actor, text: str) -> str | None:
    typed, born = split_search(text)
    words = search_words(typed)
    number = "".join(words) if "".join(words).isdigit() else ""
    now = request.now  # type: ignore[attr-defined]
    if number and not valid_nhs_number(number):
        raise BadInput("This NHS number is not valid.", do="Ask for it again: 10 digits, like 999 123 4567.")
    if number:
        return take_call(actor, nhs_number=number, now=now)
    return take_call(actor, names=tuple(words), birth_date=born, now=now)


def _draft(request: HttpRequest, actor: Actor, pathway: str, person_id: str) -> Draft:
    """A new draft; about a person of whom one was put aside, that one."""
    now = request.now  # type: ignore[attr-defined]
    mine = Draft.objects.filter(user_id=actor.user_id, pathway=pathway, person_id=person_id, referral=None)
    if person_id and (aside := mine.order_by("-saved_at").first()):
        return aside
    return Draft.objects.create(
        user_id=actor.user_id, pathway=pathway, channel=CHANNEL, person_id=person_id, opened_at=now, saved_at=now
    )


def _known(request: HttpRequest, actor: Actor, person_id: str) -> dict[str, Any] | None:
    """What we know of the person that whoever listens should see; None where it is not, or no longer, shown to them."""
    try:
        data = read(entitlement := open_person(actor, person_id, what="summary", now=request.now)).data  # type: ignore[attr-defined]
    except (Refused, ReasonNeeded, NoRecord):
        return None
    practice = Practice.objects.filter(code=data["person"].get("practice")).first()
    places = {practice.code: practice.name} if practice else {}
    return {
        "person": data["person"],
        "banner": banner(data, places, today(request)),
        "summary": summary(data, today(request)),
        "item": entitlement.what,
        "locality": practice.locality_id if practice else None,
        "practice": practice.code if practice else None,
    }


def _typed(request: HttpRequest, sheet: Sheet) -> dict[str, list[str]]:
    """What stands in the form, only of fields that it has."""
    names = {*UNMET, *REFERRER, *(line.id for line in sheet.lines())}
    return {name: request.POST.getlist(name)[:50] for name in names if name in request.POST}


def _about(row: Draft, known: dict[str, Any] | None) -> About:
    if known:
        person = known["person"]
        return About(
            person_id=row.person_id,
            nhs_number=person.get("nhs_number") or "",
            given_name=person.get("given_name") or "",
            family_name=person.get("family_name") or "",
            birth_date=date.fromisoformat(person["birth_date"]) if person.get("birth_date") else None,
            sex=person.get("sex") or "unknown",
            address=person.get("address") or "",
            postcode=person.get("postcode") or "",
            phone=person.get("phone") or "",
            practice=known["practice"],
            locality=known["locality"],
        )
    said = {name: " ".join(row.typed.get(name, [""])[0].split()) for name in UNMET}
    return About(
        person_id=row.person_id,
        given_name=said["given_name"][:100],
        family_name=said["family_name"][:100],
        birth_date=read_date(said["birth_date"]),
        sex=said["sex"] if said["sex"] in SEXES else "unknown",
        address=said["address"][:300],
        postcode=said["postcode"][:8].upper(),
        phone=said["phone"][:40],
        locality=said["locality"] or None,
    )


def _missing(typed: dict[str, list[str]], *, met: bool) -> dict[str, str]:
    """What a referral cannot do without, besides the questions of its form."""
    said = {name: typed.get(name, [""])[0].strip() for name in (*UNMET, *REFERRER)}
    problems = {}
    if not said["origin"]:
        problems["origin"] = "Choose who refers"
    if not said["referrer"] or len(said["referrer"]) > 200:
        problems["referrer"] = "Enter the name of the referrer"
    if not met:
        if not said["family_name"]:
            problems["family_name"] = "Enter the family name, or what the person is called"
        if said["birth_date"] and read_date(said["birth_date"]) is None:
            problems["birth_date"] = "Enter a real date of birth, like 6 August 1942"
        if not Locality.objects.filter(code=said["locality"]).exists():
            problems["locality"] = "Choose the locality in which the person is"
    return problems
