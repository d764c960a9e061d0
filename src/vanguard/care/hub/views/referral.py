"""One referral: who it is about, where it stands, what this professional can do next, and what has happened."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from vanguard.access import (
    Actor,
    ReasonNeeded,
    Refused,
    actor_of,
    device_key,
    device_name,
    may_ask_again,
    open_person,
    whose,
)
from vanguard.care.hub import handing_over
from vanguard.care.hub.episodes import Episode, NotYours, Overtaken, episode_of, record
from vanguard.care.hub.history import Recorded, recorded
from vanguard.care.hub.models import Letter, Note, Referral
from vanguard.care.hub.moving import ask_again, settle
from vanguard.care.hub.notes import LONGEST, may_note
from vanguard.care.hub.opening import open_referral
from vanguard.care.hub.pathways import blueprint_of
from vanguard.care.hub.progress import ready_days
from vanguard.care.hub.saved import last_saved, saved, times_written
from vanguard.care.hub.sending import choices
from vanguard.care.hub.sheets import Filled, Sheet, fill, sheet_of
from vanguard.care.hub.telling import answered, proposed, told_so_far, written_down
from vanguard.care.hub.views.bed import panel
from vanguard.care.hub.views.board import STATES
from vanguard.errors import BadInput
from vanguard.flow import Answered, Arrived, Changed, Closed, Event, Finished, Paused, Resumed, deadlines, readings
from vanguard.know.record import NoRecord, banner, practice_names, read, summary
from vanguard.web.page import render, today, whole_number


@require_http_methods(["GET", "HEAD", "POST"])
def referral(request: HttpRequest, number: int) -> HttpResponse:
    """The page of one referral; by POST, one thing that happened."""
    actor, now = actor_of(request), request.now  # type: ignore[attr-defined]
    about = open_referral(actor, number, now=now)
    rows = recorded(number)
    one = episode_of(about, rows)
    try:
        person = _person(request, actor, one)
    except ReasonNeeded:
        return redirect("reason", one.person_id)
    problems: dict[str, str] = {}
    said, gap = "", 0
    if request.method == "POST":
        try:
            problems, gap = _act(request, actor, one)
            if not problems:
                return redirect("referral", number)
        except (Overtaken, NotYours, BadInput) as problem:
            said = str(problem)
            about.refresh_from_db()
            rows = recorded(number)
            one = episode_of(about, rows)
    steps = [_step(one, rows, held.step, actor) for held in one.state.open]
    bed = panel(one, about.locality_id, actor, now)
    return render(
        request,
        "hub/referral.html",
        {
            **bed,
            "going": choices(one, about.locality_id, now, decided=False),
            "title": f"Referral {number}",
            "one": one,
            "about": about,
            "person": person,
            "whose": _whose(request, actor, about),
            "may_ask_again": may_ask_again(about),
            "clocks": [_clock(reading, now) for reading in readings(one.flow, one.state, now)],
            "steps": steps,
            # A whole assessment that is in hand stands in its form: it is not shown twice.
            "again": any(step["sheet"] and step["sheet"].form and not _goes(step) for step in steps),
            # Below a long form nobody finds what is needed at once.
            "bed_first": bed["bed"]["at_once"] and not (bed["bed"]["stay"] and bed["bed"]["stay"].arrived_at),
            "changes": _changes(one),
            "ends": [end for end in one.flow.pathway.ends.values() if end.origin == "any"],
            "pauses": _pauses(one),
            "ready_days": ready_days(about),
            "history": told_so_far(one, rows),
            "written": tuple(dict.fromkeys([*answered(one), *written_down(one)])),
            "limits": {due.of: due.at for due in deadlines(one.flow, one.state, now) if due.kind == "overstay"},
            "notes": Note.objects.filter(referral_id=number).select_related("by").order_by("-at", "-pk"),
            "note_key": uuid.uuid4() if may_note(actor, one.flow) else None,
            "note_days": LONGEST.days,
            "lock": device_key(actor.user_id),
            "waits": lambda kind, *what: device_name(actor.user_id, kind, " ".join(map(str, what))),
            "now": now,
            "letters": Letter.objects.filter(referral_id=number).defer("body").order_by("-pk"),
            "typed": {name: request.POST.getlist(name) for name in request.POST},
            "problems": problems,
            "gap": gap,
            "handed_over": handing_over.of(one),
            "when_next": handing_over.in_words,
            "said": said,
        },
        status=409 if said else 400 if problems else 200,
    )


def _person(request: HttpRequest, actor: Actor, one: Episode) -> dict[str, Any] | None:
    """The person's banner; None for somebody we have never met or whose record is not shown to this professional.

    They are known by the referral alone, which quotes them. Raises ReasonNeeded for a watched record.
    """
    now = request.now  # type: ignore[attr-defined]
    if not one.person_id:
        return None
    try:
        data = read(entitlement := open_person(actor, one.person_id, what="summary", now=now)).data
    except ReasonNeeded:
        raise
    except (Refused, NoRecord):
        return None
    places = practice_names([data["person"].get("practice")])
    shown = summary(data, today(request)) if entitlement.what != "identity" else {"plans": ()}
    return {"banner": banner(data, places, today(request)), "item": entitlement.what, "summary": shown}


def _whose(request: HttpRequest, actor: Actor, about: Referral) -> list[dict[str, Any]]:
    """Whose the referral may be where records were parted since: who each is, for those who may know."""
    found = []
    for number, person_id in enumerate(whose(about), 1):
        try:
            data = read(open_person(actor, person_id, what="identity", now=request.now)).data  # type: ignore[attr-defined]
            who = banner(data, {}, today(request))
        except (ReasonNeeded, Refused, NoRecord):
            who = None
        found.append({"person_id": person_id, "number": number, "who": who})
    return found


def _act(request: HttpRequest, actor: Actor, one: Episode) -> tuple[dict[str, str], int]:
    """Record the one thing that the form says; what is wrong with it, by question, and the days of a gap to accept."""
    now = request.now  # type: ignore[attr-defined]
    sent = request.POST
    if sent.get("do") == "whose":
        settle(one.number, sent.get("person", ""), by=actor, now=now)
        return {}, 0
    if sent.get("do") == "whose_again":
        ask_again(one.number, by=actor, now=now)
        return {}, 0
    step = sent.get("step", "")
    sheet: Sheet | None = None
    filled = Filled({}, {}, {})
    if step and sent.get("do") in ("save", "finish"):
        if step not in one.flow.pathway.steps:
            raise BadInput("There is no such step.", do="Look at where the referral stands now.")
        # One that is over may be this very form, sent twice: that is for `record` to say.
        is_open = one.state.at_step(step) is not None
        sheet = sheet_of(blueprint_of(one.blueprint), one.flow, step)
        typed = {line.id: sent.getlist(line.id) for line in sheet.lines()}
        filled = fill(sheet, typed, one.written, finish=sent.get("do") == "finish")
        if filled.problems and is_open:
            return dict(filled.problems), 0
        # Who may not do the step is told that first.
        if sent.get("do") == "finish" and is_open and actor.role.id in one.flow.roles(step):
            event = Finished(now, step, filled.steering)
            written = {**one.written, **filled.written}
            if unsaid := handing_over.still_to_say(one.flow, one.state, event, written, sent.get("gap", "")):
                return {unsaid.question: unsaid.what}, unsaid.gap
    events: Mapping[str, Event] = {
        "arrive": Arrived(now, step),
        "save": Answered(now, step, filled.steering),
        "finish": Finished(now, step, filled.steering),
        "change": Changed(now, {sent.get("question", ""): sent.get("answer", "")}),
        "pause": Paused(now, sent.get("reason", "")),
        "resume": Resumed(now, sent.get("reason", "")),
        "close": Closed(now, sent.get("end", "")),
    }
    if sent.get("do") == "close" and not sent.get("end"):
        raise BadInput("Choose why the referral ends.", do="It is still open.")
    happened = events.get(sent.get("do", ""))
    seen = whole_number(sent.get("seen", ""))
    if happened is None or seen is None:
        raise BadInput("We could not understand this form.", do="Reload the page and try again.")
    form = sheet.form if sheet else ""
    record(one.number, happened, seen=seen, by=actor, now=now, form=form, written=filled.written)
    return {}, 0


def _step(one: Episode, rows: tuple[Recorded, ...], step: str, actor: Actor) -> dict[str, Any]:
    """An open step, and its sheet where it is for this actor to do."""
    this, held = one.flow.step(step), one.state.at_step(step)
    mine = actor.role.id in one.flow.roles(step)
    return {
        "id": step,
        "label": this.label,
        "who": one.flow.file.resources[this.by].label,
        "mine": mine,
        "visit": this.visit,
        "arrived": held.arrived if held else None,
        "entered": held.entered if held else None,
        "beside": one.flow.step(held.beside).label if held and held.beside else "",
        "sheet": sheet_of(blueprint_of(one.blueprint), one.flow, step) if mine else None,
        "proposed": proposed(one.flow, one.state, step),
        "known": {**one.written, **saved(one, rows, step)} if mine else {},
        "last": last_saved(one, rows, step) if mine else None,
        "told": times_written(rows, step, actor.user_id) if mine else 0,
    }


def _goes(step: dict[str, Any]) -> bool:
    """Whether somebody still has to get to the person, and reads first what is known."""
    return bool(step["visit"] and not step["arrived"])


def _clock(reading: Any, now: datetime) -> dict[str, Any]:
    words = {"stopped": "kept", "running": "running", "paused": "paused", "replaced": "replaced", "closed": "closed"}
    state = ""
    if reading.status == "paused":
        state = "paused"
    elif reading.status == "running":
        state = "overdue" if reading.breached else "soon" if reading.warn and reading.warn <= now else "waiting"
    return {
        "label": reading.clock.label,
        "due": reading.due,
        "elapsed": reading.elapsed,
        "breached": reading.breached,
        "status": "missed" if reading.breached else words[reading.status],
        # What still runs, as the board says it.
        "state": state,
        "now": STATES[state] if state else "",
    }


def _changes(one: Episode) -> list[dict[str, Any]]:
    """Answers that may be changed without a new referral."""
    questions = one.flow.file.questions
    return [
        {"id": id, "label": questions[id].label, "of": questions[id].of, "answer": answer}
        for id, answer in one.state.answers.items()
        if questions[id].may_change and questions[id].kind == "choice" and one.state.finish is None
    ]


def _pauses(one: Episode) -> list[dict[str, Any]]:
    going = {pause.reason for pause in one.state.pauses if pause.end is None}
    return [{"id": id, "label": pause.label, "going": id in going} for id, pause in one.flow.file.pauses.items()]
