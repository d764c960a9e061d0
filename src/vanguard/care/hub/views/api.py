"""Referring by a program: the same checks as on the page, sentences in JSON, and each key only one referral."""

import hashlib
import uuid
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from pydantic import ValidationError

from vanguard.access import Actor, actor_of, end_call, takes_calls
from vanguard.api import described
from vanguard.care.hub.about import Typed, about_met, about_said, missing, number_said
from vanguard.care.hub.episodes import About, Referrer
from vanguard.care.hub.models import Draft
from vanguard.care.hub.pathways import blueprint_of
from vanguard.care.hub.place import takes
from vanguard.care.hub.progress import Progress, my_referral
from vanguard.care.hub.referring import Open, not_ready_yet, received_by, send, still_to_say
from vanguard.care.hub.sheets import fill, sheet_of
from vanguard.care.hub.views.api_shapes import FOLLOW, KEY, LONGEST_KEY, REFER, Sent
from vanguard.care.hub.views.begin import find
from vanguard.care.hub.views.drafts import known_of
from vanguard.directory.models import Locality
from vanguard.errors import BadInput
from vanguard.flow import Flow
from vanguard.web import presenters as say
from vanguard.web.limits import limited
from vanguard.web.page import today


# No form can send JSON or this header from another site, and none of ours asks for a token here.
@csrf_exempt
@limited("trace", "POST")
@described(REFER)
@require_POST
def api_refer(request: HttpRequest) -> HttpResponse:
    """Make a referral, or give the one that was made with the same key."""
    actor = actor_of(request)
    found = {flow.pathway.id: (named, flow) for named, flow in takes(actor, "api")}
    if not found:
        raise PermissionDenied
    if request.content_type != "application/json":
        return JsonResponse({"error": "Send the referral as application/json."}, status=415)
    key = request.headers.get(KEY, "")
    if not 0 < len(key) <= LONGEST_KEY or not key.isascii():
        return _wrong(f"Send the header {KEY}, with at most {LONGEST_KEY} letters and digits.")
    # A key is its user's own: nobody meets another's referral by it.
    id = uuid.uuid5(uuid.UUID(int=actor.user_id), key)
    digest = hashlib.sha256(request.body).hexdigest()
    if answer := _made_before(request, actor, id, digest):
        return answer
    try:
        sent = Sent.model_validate(orjson.loads(request.body))
        if "\\u0000" in sent.model_dump_json():
            return _wrong("The referral holds a character that cannot be kept.")
    except ValidationError as problem:
        return _wrong(
            "This is no referral as the description has it.",
            {".".join(map(str, one["loc"])): one["msg"] for one in problem.errors(include_url=False)},
        )
    except ValueError:
        return _wrong("The body is not JSON.")
    if not sent.pathway and len(found) == 1:
        sent.pathway = next(iter(found))
    if sent.pathway not in found:
        return _wrong(f"Name the pathway: {', '.join(found)}.", {"pathway": "Not one to which you refer."})
    named, flow = found[sent.pathway]
    return _send(request, actor, named, flow, sent, id, digest)


@described(FOLLOW)
@require_safe
def api_progress(request: HttpRequest, number: int) -> HttpResponse:
    """Where one of the caller's own referrals stands."""
    actor = actor_of(request)
    one = my_referral(actor, number, request.now)  # type: ignore[attr-defined]
    if one is None:
        return JsonResponse({"error": "There is no such referral, or somebody else made it."}, status=404)
    return JsonResponse(_said(one))


def _send(
    request: HttpRequest, actor: Actor, named: str, flow: Flow, sent: Sent, id: uuid.UUID, digest: str
) -> HttpResponse:
    now = request.now  # type: ignore[attr-defined]
    typed: Typed = {
        **{name: [str(value or "")] for name, value in sent.person.model_dump(mode="json").items()},
        "origin": [sent.origin],
    }
    about, met, problems = _about(request, actor, typed)
    localities = set(Locality.objects.values_list("code", flat=True))
    placed = met and about.locality in localities
    origins = flow.pathway.entry.origins
    problems |= missing(typed, localities, origins, today(request), met=met, placed=placed, names=False)
    sheet = sheet_of(blueprint_of(named), flow, flow.pathway.entry.by["api"])
    asked = {line.id for line in sheet.lines()}
    filled = fill(sheet, {name: _typed(value) for name, value in sent.answers.items()}, {}, finish=True)
    problems |= {**filled.problems, **not_ready_yet(flow, filled, today(request))}
    problems |= {name: "Nobody asks this." for name in sent.answers if name not in asked}
    draft = Draft(
        id=id,
        user_id=actor.user_id,
        pathway=flow.pathway.id,
        channel="api",
        person_id=about.person_id,
        typed={"sent": [digest]},
        opened_at=now,
        saved_at=now,
    )
    if not problems:
        received = received_by(draft, about, sent.origin, now)
        unsaid = still_to_say(flow, received, filled, str(sent.gap), now)
        problems = {unsaid.question: unsaid.what} if unsaid else {}
    if problems:
        return _wrong("Something is missing, or does not fit.", problems)
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
            referrer = Referrer(actor.name, user=actor.user_id)
            made = send(draft, named, flow, about, referrer, sent.origin, sheet, filled, by=actor, now=now)
            if isinstance(made, tuple):
                raise _Already(made)
    except _Already as already:
        return _already(already.open)
    except IntegrityError:
        # Sent twice at once: whoever came first made it.
        return _made_before(request, actor, id, digest) or _wrong("Send this again.")
    one = my_referral(actor, made.number, now)
    assert one
    return JsonResponse(_said(one), status=201, headers={"Location": f"/api/referrals/{made.number}"})


class _Already(Exception):
    """There are open referrals: nothing is kept of this one."""

    def __init__(self, open_: tuple[Open, ...]) -> None:
        super().__init__()
        self.open = open_


def _already(open_: tuple[Open, ...]) -> HttpResponse:
    words = ", ".join(f"referral {one.number} of {say.day_and_time(one.received_at)}" for one in open_)
    error = f"This person is referred already: {words}. A second referral is not made."
    return JsonResponse({"error": error, "open": [one.number for one in open_]}, status=409)


def _made_before(request: HttpRequest, actor: Actor, id: uuid.UUID, digest: str) -> HttpResponse | None:
    draft = Draft.objects.filter(pk=id, user_id=actor.user_id).first()
    if draft is None or draft.referral_id is None:
        return None
    if draft.typed != {"sent": [digest]}:
        return JsonResponse({"error": f"This {KEY} was used for another referral. Choose a new one."}, status=422)
    one = my_referral(actor, draft.referral_id, request.now)  # type: ignore[attr-defined]
    return JsonResponse(_said(one)) if one else None


def _about(request: HttpRequest, actor: Actor, typed: Typed) -> tuple[About, bool, dict[str, str]]:
    """Whom the program means, whether a record says so, and what speaks against it."""
    said = about_said("", typed)
    text = number_said(typed) or f"{said.given_name} {said.family_name} {said.birth_date or ''}"
    person_id = ""
    if takes_calls(actor) and (number_said(typed) or (said.family_name and said.birth_date)):
        try:
            person_id = find(actor, text, request.now) or ""  # type: ignore[attr-defined]
        except BadInput:
            person_id = ""
    known = known_of(request, actor, person_id) if person_id else None
    if not known:
        return about_said(person_id, typed), False, {}
    met = about_met(person_id, known["person"], known["practice"], known["locality"] or said.locality)
    if said.birth_date and met.birth_date and said.birth_date != met.birth_date:
        end_call(actor, person_id, reason="not the person meant", now=request.now)  # type: ignore[attr-defined]
        return said, False, {"person.birth_date": "The NHS number belongs to somebody of another date of birth."}
    return met, True, {}


def _typed(value: Any) -> list[str]:
    """An answer as a form would hold it."""
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    if isinstance(value, list):
        return value
    return [f"{value:.15g}" if isinstance(value, float) else value]


def _said(one: Progress) -> dict[str, Any]:
    names = ("number", "pathway", "received_at", "where", "waits_for", "advice", "due_at", "paused", "ended_at")
    said = {name: getattr(one, name) for name in names}
    return {**said, "happened": [{"what": what, "at": at} for what, at in one.happened]}


def _wrong(error: str, problems: dict[str, str] | None = None) -> HttpResponse:
    return JsonResponse({"error": error, **({"problems": problems} if problems else {})}, status=400)
