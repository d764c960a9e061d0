"""What a person chose to share: the choice in force, those before it, and the form that records the next."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from vanguard.access import (
    Chosen,
    ReasonNeeded,
    Recorded,
    Refused,
    actor_of,
    choices_of,
    open_person,
    policy,
    record_choice,
    unspoken,
)
from vanguard.errors import BadInput
from vanguard.know.record.pages.summary import banner
from vanguard.know.record.reading import NoRecord, read
from vanguard.know.record.views.names import practice_names
from vanguard.web import presenters as say
from vanguard.web.page import render, today

PLANNING = {"yes": True, "no": False}
CARRIED = "Carried over, because records were joined or parted, and not confirmed by anybody yet"


@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest, person_id: str) -> HttpResponse:
    """For a professional whom the person told."""
    actor = actor_of(request)
    if not actor.may("record_choices"):
        raise Refused
    try:
        entitlement = open_person(actor, person_id, what="identity", now=request.now)  # type: ignore[attr-defined]
        data = read(entitlement).data
    except ReasonNeeded:
        return redirect("reason", person_id)
    except NoRecord as problem:
        raise Http404 from problem
    recorded = choices_of(entitlement)
    present = recorded[0].chosen if recorded else unspoken()
    typed = {"sharing": present.sharing, "planning": "yes" if present.planning else "no", "words": ""}
    problems: dict[str, str] = {}
    saved = False
    if request.method == "POST":
        typed = {name: request.POST.get(name, "").strip() for name in typed}
        if typed["planning"] not in PLANNING:
            problems["planning"] = "Choose whether their data may be used for planning"
        try:
            if not problems:
                chosen = Chosen(typed["sharing"], PLANNING[typed["planning"]])
                record_choice(entitlement, chosen, words=typed["words"])
                # Not sent elsewhere: the new choice may have closed this page to whoever recorded it.
                recorded, typed["words"], saved = choices_of(entitlement), "", True
        except BadInput as wrong:
            name = "words" if typed["sharing"] in policy().choices else "sharing"
            problems[name] = wrong.what.rstrip(".")
    places = practice_names([data["person"].get("practice")])
    return render(
        request,
        "record/choices.html",
        {
            "title": "What this person chose to share",
            "person_id": person_id,
            "banner": banner(data, places, today(request)),
            "item": entitlement.what,
            "recorded": [_said(one) for one in recorded],
            "ways": tuple(policy().choices.values()),
            "typed": typed,
            "problems": problems,
            "saved": saved,
        },
        status=400 if problems else 200,
    )


def _said(one: Recorded) -> dict[str, str]:
    """One version in words."""
    return {
        "sharing": policy().sharing(one.chosen.sharing).name,
        "planning": "Planning too" if one.chosen.planning else "Not for planning",
        "since": say.day_and_time(one.since),
        "until": say.day_and_time(one.until) if one.until else "",
        "how": f"Recorded by {one.by} ({policy().role_name(one.role)})" if one.by else CARRIED,
        "note": one.note,
    }
