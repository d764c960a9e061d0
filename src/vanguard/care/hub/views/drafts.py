"""A referral being written, while listening or on one's own screen: kept as it is typed, checked, and sent once."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from vanguard.access import (
    Actor,
    ReasonNeeded,
    Refused,
    actor_of,
    asked_whether_referred,
    kept_back,
    open_person,
    open_rows,
)
from vanguard.care.hub.about import REFERRER, SEXES, UNMET, about_met, about_said, missing, one
from vanguard.care.hub.episodes import About, Referrer
from vanguard.care.hub.foreseen import foresee
from vanguard.care.hub.handing_over import Unsaid
from vanguard.care.hub.lists import since_words
from vanguard.care.hub.models import Draft
from vanguard.care.hub.pathways import blueprint_of
from vanguard.care.hub.place import takes
from vanguard.care.hub.referring import Open, not_ready_yet, open_referrals, received_by, send, still_to_say, throw_away
from vanguard.care.hub.sheets import Filled, Sheet, fill, sheet_of
from vanguard.care.hub.telling import in_words
from vanguard.directory.models import Locality, Practice
from vanguard.flow import Flow, Received
from vanguard.know.record import NoRecord, banner, read, summary
from vanguard.web.limits import once_more
from vanguard.web.page import render, today

GAP = "gap"
ASKED = "(asked)"
"""Among what was typed: the names and numbers that were looked for among the open referrals."""


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """The form of one referral. What is typed is kept each time, whether it is sent or only put aside."""
    actor = actor_of(request)
    row = Draft.objects.filter(pk=number, user_id=actor.user_id).first()
    if row is None:
        raise Http404
    named, flow = _pathway(actor, row)
    if row.referral_id:
        return redirect(*after(actor, row.referral_id))
    if request.method == "POST" and "throw_away" in request.POST:
        throw_away(row, by=actor, now=request.now)  # type: ignore[attr-defined]
        return redirect(*home(actor))
    sheet = sheet_of(blueprint_of(named), flow, flow.pathway.entry.by[row.channel])  # type: ignore[index]
    # What is sent after a look at it is what was looked at, not what the request may hold.
    sending = request.POST.get("send") == row.saved_at.isoformat()
    if request.method == "POST" and "send" not in request.POST:
        row.typed = _typed(request, sheet) | {ASKED: row.typed.get(ASKED, [])}
        row.saved_at = request.now  # type: ignore[attr-defined]
        row.save(update_fields=["typed", "saved_at"])
        if "kept" in request.POST:
            return HttpResponse(status=204)
        if "keep" in request.POST:
            return redirect(*home(actor))
    page = _Page(request, actor, row, named, flow, sheet)
    if too_often := page.look():
        return too_often
    if request.method != "POST":
        return page.form({})
    filled = fill(sheet, row.typed, {}, finish=True)
    problems = {**page.missing(), **filled.problems, **not_ready_yet(flow, filled, today(request))}
    if not problems and (unsaid := page.still_to_say(filled)):
        problems, page.gap = {unsaid.question: unsaid.what}, unsaid.gap
    if problems or page.already:
        return page.form(problems)
    if not sending and row.channel != "phone":
        return page.check(filled)
    origin = one(row.typed, "origin")
    sent = send(row, named, flow, page.about, page.referrer, origin, sheet, filled, by=actor, now=page.now)
    if isinstance(sent, tuple):
        page.already = sent
        return page.form({})
    return redirect(*after(actor, sent.number))


def after(actor: Actor, number: int) -> tuple[Any, ...]:
    """Where a referral that was sent is followed: by who takes part in it, or by who made it."""
    return ("referral", number) if actor.may("referrals") else ("progress", number)


def home(actor: Actor) -> tuple[str]:
    """Where drafts that were put aside are found again."""
    return ("referrals",) if actor.may("referrals") else ("my-referrals",)


def known_of(request: HttpRequest, actor: Actor, person_id: str) -> dict[str, Any] | None:
    """What whoever writes the referral may see of the person; None where that is nothing, or nothing any longer."""
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
        "kept_back": kept_back(entitlement).names,
        "item": entitlement.what,
        "locality": practice.locality_id if practice else None,
        "practice": practice.code if practice else None,
    }


class _Page:
    """One draft as it stands, and the two pages that show it."""

    def __init__(self, request: HttpRequest, actor: Actor, row: Draft, named: str, flow: Flow, sheet: Sheet) -> None:
        self.request, self.actor, self.row, self.named, self.flow, self.sheet = request, actor, row, named, flow, sheet
        self.now = request.now  # type: ignore[attr-defined]
        self.known = known_of(request, actor, row.person_id) if row.person_id else None
        self.localities = dict(Locality.objects.order_by("name").values_list("code", "name"))
        self.already: tuple[Open, ...] = ()
        self.gap = 0

    def look(self) -> HttpResponse | None:
        """Find open referrals of the same person.

        Of somebody whose record is not shown, what is typed could be anybody's: each name or number is counted and put
        on record, found or not, so that nobody tries out many. The answer to one too many; what was typed is kept.
        """
        about = self.about
        who = f"{about.nhs_number} {about.family_name} {about.given_name} {about.birth_date or ''}".casefold()
        asked = self.row.typed.get(ASKED, [])
        new = not self.known and who not in asked and (about.nhs_number or (about.family_name and about.birth_date))
        if new and (too_often := once_more(self.request, "trace")):
            return too_often
        self.already = open_referrals(self.row.pathway, about)
        if new:
            asked_whether_referred(self.actor, found=bool(self.already), now=self.now)
            self.row.typed[ASKED] = [*asked, who]
            self.row.save(update_fields=["typed"])
        return None

    @property
    def placed(self) -> bool:
        """Whether the record says where the person belongs."""
        return bool(self.known and self.known["locality"])

    @property
    def about(self) -> About:
        if not self.known:
            return about_said(self.row.person_id, self.row.typed)
        locality = self.known["locality"] or one(self.row.typed, "locality") or None
        return about_met(self.row.person_id, self.known["person"], self.known["practice"], locality)

    @property
    def referrer(self) -> Referrer:
        """A caller by the name they gave; otherwise whoever signed in, who then follows it."""
        if self.row.channel == "phone":
            return Referrer(one(self.row.typed, "referrer"), one(self.row.typed, "referrer_phone")[:40])
        return Referrer(self.actor.name, user=self.actor.user_id)

    def missing(self) -> dict[str, str]:
        return missing(
            self.row.typed,
            self.localities,
            self.flow.pathway.entry.origins,
            today(self.request),
            met=self.known is not None,
            placed=self.placed,
            names=self.row.channel == "phone",
        )

    @property
    def received(self) -> Received:
        """How it comes in if it is sent now."""
        return received_by(self.row, self.about, one(self.row.typed, "origin"), self.now)

    def still_to_say(self, filled: Filled) -> Unsaid | None:
        return still_to_say(self.flow, self.received, filled, one(self.row.typed, GAP), self.now)

    def form(self, problems: dict[str, str]) -> HttpResponse:
        """The form, with what is wrong, and open referrals of the same person: that there are any is put on record."""
        if self.already:
            right = "referrals" if self.actor.may("referrals") else "refer"
            open_rows(self.actor, right, "referral", [f"referral {each.number}" for each in self.already], now=self.now)
        status = 400 if problems else 409 if self.request.method == "POST" else 200
        # Where nothing was typed yet there is no form to fill in for nothing.
        needless = bool(self.already) and not self.row.typed.keys() - {"origin"}
        return self._draw(
            "hub/draft.html", {"problems": problems, "already": self.already, "needless": needless}, status
        )

    def check(self, filled: Filled) -> HttpResponse:
        """What is about to be sent, and what it will come to."""
        received = self.received
        shown = {
            "about": self.about,
            "answers": in_words(self.sheet, filled),
            "origin": self.flow.pathway.entry.origins[received.origin],
            "foreseen": foresee(self.flow, received, filled.steering, self.now),
        }
        return self._draw("hub/check.html", shown, 200)

    def _draw(self, template: str, shown: dict[str, Any], status: int) -> HttpResponse:
        context = {
            "title": "Take a call" if self.row.channel == "phone" else "Refer someone",
            "draft": self.row,
            "known": self.known,
            "kept_back": self.known["kept_back"] if self.known else (),
            "placed": self.placed,
            "flow": self.flow,
            "sheet": self.sheet,
            "typed": self.row.typed,
            "gap": self.gap,
            "localities": self.localities.items(),
            "sexes": SEXES,
            "listed": (listed := getattr(self.row, "listed", None)),
            "listed_since": since_words(listed.since) if listed else "",
            "home": home(self.actor)[0],
        }
        return render(self.request, template, context | shown, status=status)


def _pathway(actor: Actor, row: Draft) -> tuple[str, Flow]:
    """The pathway of a draft as the place runs it now. Raises Refused where this role does not refer to it."""
    for named, flow in takes(actor, row.channel):  # type: ignore[arg-type]
        if flow.pathway.id == row.pathway:
            return named, flow
    raise Refused


def _typed(request: HttpRequest, sheet: Sheet) -> dict[str, list[str]]:
    """What stands in the form, only of fields that it has."""
    names = {*UNMET, *REFERRER, GAP, *(line.id for line in sheet.lines())}
    return {name: request.POST.getlist(name)[:50] for name in names if name in request.POST}
