"""A person's plans: which there are, what one says and said, writing it, and ending it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vanguard.access import Actor, ReasonNeeded, Refused, actor_of, may_ask_again, open_person
from vanguard.care.hub import fill
from vanguard.care.team.kinds import Kind, kind_of, kinds_of, sheet
from vanguard.care.team.looking_again import due
from vanguard.care.team.models import Plan
from vanguard.care.team.reading import (
    answers_of,
    open_plans,
    said_elsewhere,
    said_whose,
    unsettled,
    versions,
)
from vanguard.care.team.showing import because
from vanguard.care.team.writing import ask_again, end, settle, write
from vanguard.errors import BadInput
from vanguard.know.record import NoRecord, banner, practice_names, read
from vanguard.web.page import render, today, whole_number

RIGHT = "plans"
ENOUGH = ("summary", "full")
# Who opens a record in an emergency reads its plans and writes none.
EMERGENCY = "break_glass"


@require_safe
def to_look_at(request: HttpRequest) -> HttpResponse:
    """Whose plans the reader should look at again soon."""
    actor = actor_of(request)
    if not actor.may(RIGHT):
        raise Refused
    found = due(actor, request.now, whole_number(request.GET.get("page", "")) or 1)  # type: ignore[attr-defined]
    context = {
        "title": "Plans to look at again",
        "due": found,
        "page_link": lambda number: f"{request.path}?page={number}",
    }
    return render(request, "team/due.html", context)


@require_safe
def plans(request: HttpRequest, person_id: str) -> HttpResponse:
    """The kinds of plan that this place makes, which of them the person has, and which the reader may write."""
    actor = actor_of(request)
    try:
        opened = _open(request, actor, person_id)
    except ReasonNeeded:
        return redirect("reason", person_id)
    return _plans(request, opened, actor, person_id)


def _plans(
    request: HttpRequest, opened: dict[str, Any], actor: Actor, person_id: str, *, said: str = ""
) -> HttpResponse:
    held = Plan.objects.filter(person_id=person_id).values_list("blueprint", "template")
    rows = [
        {"kind": one, "writes": _writes(opened, one, actor), "plans": open_plans(person_id, one)}
        for one in kinds_of(held)
    ]
    shown = [row for row in rows if row["writes"] or row["plans"] or row["kind"].gone]
    context = {"title": "Plans", "rows": shown, "unsettled": _unsettled(opened, person_id, actor), "said": said}
    return render(request, "team/plans.html", opened | context, status=409 if said else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, person_id: str, blueprint: str, template: str) -> HttpResponse:
    """One kind of plan of a person: as it is, as it was, and the form to write it. By POST the next version."""
    actor = actor_of(request)
    try:
        opened = _open(request, actor, person_id)
    except ReasonNeeded:
        return redirect("reason", person_id)
    made = _kind(blueprint, template)
    asked = sheet(f"{made.blueprint}@{made.version}", made.plan.id)
    assert asked is not None
    problems: dict[str, str] = {}
    said = ""
    typed = {line.id: request.POST.getlist(line.id) for line in asked.lines() if line.id in request.POST}
    if request.method == "POST":
        if made.gone or not _writes(opened, made, actor):
            raise Refused
        seen, number = (whole_number(request.POST.get(name, "")) for name in ("seen", "plan"))
        filled = fill(asked, typed, {}, finish=True)
        problems = dict(filled.problems)
        try:
            if seen is None or number is None:
                raise BadInput("We could not understand this form.", do="Reload the page and try again.")
            if not problems:
                write(person_id, made, number, filled.written, seen=seen, by=actor, now=request.now)  # type: ignore[attr-defined]
                return redirect("plan", person_id, blueprint, template)
        except BadInput as problem:
            said = str(problem)
    context = _page(opened, made, person_id, actor) | {
        "sheet": asked,
        "typed": typed,
        "problems": problems,
        "said": said,
    }
    status = 409 if said else 400 if problems else 200
    return render(request, "team/plan.html", opened | context, status=status)


@require_POST
def end_plan(request: HttpRequest, person_id: str, blueprint: str, template: str, number: int) -> HttpResponse:
    """The plan holds no more."""
    actor = actor_of(request)
    try:
        opened = _open(request, actor, person_id)
    except ReasonNeeded:
        return redirect("reason", person_id)
    made = _kind(blueprint, template)
    if not _writes(opened, made, actor):
        raise Refused
    try:
        end(person_id, made, number, request.POST.get("why", ""), by=actor, now=request.now)  # type: ignore[attr-defined]
    except BadInput as problem:
        asked = sheet(f"{made.blueprint}@{made.version}", made.plan.id)
        context = _page(opened, made, person_id, actor) | {
            "sheet": asked,
            "typed": {},
            "problems": {},
            "said": str(problem),
        }
        return render(request, "team/plan.html", opened | context, status=409)
    return redirect("plans", person_id)


@require_POST
def settle_plan(request: HttpRequest, person_id: str, number: int) -> HttpResponse:
    """The plan is this person's: records were parted since it was written."""
    actor = actor_of(request)
    try:
        opened = _open(request, actor, person_id)
    except ReasonNeeded:
        return redirect("reason", person_id)
    found = [one for one in _unsettled(opened, person_id, actor) if one["plan"].pk == number and one["settles"]]
    if not found:
        raise Http404
    try:
        settle(person_id, number, by=actor, now=request.now)  # type: ignore[attr-defined]
    except BadInput as problem:
        return _plans(request, opened, actor, person_id, said=str(problem))
    return redirect("plans", person_id)


@require_POST
def ask_whose_plan(request: HttpRequest, person_id: str, number: int) -> HttpResponse:
    """That the plan is this person's was said by mistake: it is asked again."""
    actor = actor_of(request)
    try:
        opened = _open(request, actor, person_id)
    except ReasonNeeded:
        return redirect("reason", person_id)
    found = Plan.objects.filter(pk=number, person_id=person_id).first()
    made = kind_of(found.blueprint, found.template) if found else None
    if made is None or not _writes(opened, made, actor):
        raise Http404
    try:
        ask_again(person_id, number, by=actor, now=request.now)  # type: ignore[attr-defined]
    except BadInput as problem:
        return _plans(request, opened, actor, person_id, said=str(problem))
    return redirect("plans", person_id)


def _unsettled(opened: dict[str, Any], person_id: str, actor: Actor) -> list[dict[str, Any]]:
    """Plans that may be this person's: what each says, and whether the reader may say whose it is."""
    found = []
    for one in unsettled(person_id):
        if made := kind_of(one.blueprint, one.template):
            settles = _writes(opened, made, actor)
            found.append({"plan": one, "kind": made, "last": versions(one)[0], "settles": settles})
    return found


def _open(request: HttpRequest, actor: Actor, person_id: str) -> dict[str, Any]:
    """The person's banner, put on record. Raises Refused for whoever does not see what matters most."""
    now = request.now  # type: ignore[attr-defined]
    entitlement = open_person(actor, person_id, now=now)
    if entitlement.what not in ENOUGH:
        raise Refused
    try:
        data = read(entitlement).data
    except NoRecord as problem:
        raise Http404 from problem
    shown = banner(data, practice_names([data["person"].get("practice")]), today(request))
    return {"banner": shown, "item": entitlement.what, "person_id": person_id, "why": entitlement.why}


def _kind(blueprint: str, template: str) -> Kind:
    found = kind_of(blueprint, template)
    if found is None:
        raise Http404
    return found


def _writes(opened: dict[str, Any], made: Kind, actor: Actor) -> bool:
    return actor.may(RIGHT) and made.writes(actor) and opened["why"] != EMERGENCY


def _page(opened: dict[str, Any], made: Kind, person_id: str, actor: Actor) -> dict[str, Any]:
    """The plan that holds, others of the kind after records were joined, and what the form begins with."""
    held = open_plans(person_id, made)
    first = held[0] if held else None
    known = dict(answers_of(first)) if first else {}
    # What is told elsewhere is offered to whoever sees the whole record, and is the plan's once it is saved.
    elsewhere = said_elsewhere(person_id) if not first and opened["item"] == "full" else {}
    blueprint, template = made.id
    before = Plan.objects.filter(person_id=person_id, blueprint=blueprint, template=template).exclude(ended_at=None)
    return {
        "title": made.plan.label,
        "kind": made,
        "plan": first,
        "versions": versions(first) if first else (),
        "others": [(one, versions(one)[0]) for one in held[1:]],
        "ended": [(one, versions(one)[0]) for one in before.order_by("-ended_at").select_related("ended_by")],
        "known": elsewhere | known,
        "because": because(first, made) if first else (),
        "unsettled": [one for one in _unsettled(opened, person_id, actor) if one["kind"].id == made.id],
        "told_elsewhere": any(id_ in elsewhere for part in made.plan.sections for id_ in part.ask),
        "writes": _writes(opened, made, actor),
        "may_ask_again": may_ask_again,
        "said_whose": said_whose,
    }
