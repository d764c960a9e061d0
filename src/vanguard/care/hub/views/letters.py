"""Letters about people referred: those that arrived here, and one as it was sent, ready for paper."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe
from markupsafe import Markup

from vanguard.access import Actor, ReasonNeeded, Refused, actor_of, open_person, open_rows
from vanguard.care.hub.letters import mark_read, mine, newest
from vanguard.care.hub.models import Letter, LetterRead
from vanguard.care.hub.naming import named
from vanguard.care.hub.opening import belongs
from vanguard.web.page import render, whole_number

SIZE = 50
# A letter is read by those to whom it was sent, and by those who follow the referral.
FOLLOWS = "referrals"
RIGHTS = (FOLLOWS, "refer", "list_people")


@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """Those that arrived at the practice or at the professional, the newest first, unread ones marked.

    With `before` those that came before the letter of that number.
    """
    actor = actor_of(request)
    now = request.now  # type: ignore[attr-defined]
    if not any(actor.may(right) for right in RIGHTS):
        raise Refused
    before = whole_number(request.GET.get("before", ""))
    more = newest(actor, before=before, most=SIZE + 1)
    found = more[:SIZE]
    whom = named(actor, "letters", (one.referral.person_id for one in found), now)
    read = {
        row.letter_id: row for row in LetterRead.objects.filter(letter__in=found).order_by("-pk").select_related("user")
    }
    rows = [{"letter": one, "person": whom.get(one.referral.person_id), "read": read.get(one.pk)} for one in found]
    context = {
        "title": "Letters",
        "rows": rows,
        "older": found[-1].pk if len(more) > SIZE else None,
        "newest": before is None,
    }
    return render(request, "hub/letters.html", context)


@require_safe
def letter(request: HttpRequest, number: int) -> HttpResponse:
    """One letter. Whoever it was sent to has read it from now on."""
    actor = actor_of(request)
    now = request.now  # type: ignore[attr-defined]
    here = mine(actor).filter(pk=number).first()
    follows = None if here else Letter.objects.filter(pk=number).first()
    if follows and not belongs(follows.referral, actor):
        follows = None
    one = here or follows
    if one is None:
        raise Http404
    try:
        _open(actor, one, own=one.user_id == actor.user_id, now=now)
    except ReasonNeeded:
        return redirect("reason", one.referral.person_id)
    if here:
        mark_read(actor, one, now)
    context = {"title": f"Letter to {one.to}", "letter": one, "body": Markup(one.body), "follows": actor.may(FOLLOWS)}  # noqa: S704 - our own template made it, escaped
    return render(request, "hub/letter_page.html", context)


def _open(actor: Actor, one: Letter, *, own: bool, now: datetime) -> None:
    """Put it on record, and refuse whoever is not shown as much of the person as the letter quotes.

    About somebody whom we have never met there is no record, and whoever referred wrote what their letter quotes.
    """
    right = next((right for right in RIGHTS if actor.may(right)), RIGHTS[0])
    open_rows(actor, right, "letter", [f"letter {one.pk}"], now=now)
    person_id = one.referral.person_id
    if person_id and not own and open_person(actor, person_id, what=one.item, now=now).what != one.item:
        raise Refused
