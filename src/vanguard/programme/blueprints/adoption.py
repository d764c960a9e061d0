"""The page of an adoption: what the site does otherwise, what a newer version changed, how others differ."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from vanguard.blueprint import Change
from vanguard.errors import BadInput
from vanguard.programme.blueprints.foreseeing import foreseen
from vanguard.programme.blueprints.kept import every_version, names
from vanguard.programme.blueprints.models import Adoption, Learning
from vanguard.programme.blueprints.tables import ACCEPTED, ADOPTIONS, GRADES, LEARNINGS
from vanguard.programme.blueprints.varying import between, newer, varies
from vanguard.programme.sheet import Shown
from vanguard.programme.tables.listing import cell, page_address
from vanguard.programme.tables.views import may_keep
from vanguard.web.page import render

MOST = 50
SHOWN = ("since", "adopted_by", "why", "sources")


@login_not_required
@require_safe
def adoption(request: HttpRequest, short: str) -> HttpResponse:
    """Public. `?with=` names another adoption of the same blueprint, to compare."""
    one = get_object_or_404(Adoption.objects.select_related("site"), key=short)
    others = list(
        Adoption.objects.filter(blueprint=one.blueprint)
        .exclude(pk=one.pk)
        .select_related("site")
        .order_by("site__name")[: MOST + 1]
    )
    found, name = varies(one), names().get(one.blueprint, one.blueprint)
    context: dict[str, Any] = {
        "title": f"{one.site.name}: {name} {one.version}",
        "name": name,
        "adoption": one,
        "table": ADOPTIONS,
        "cells": [told for name in SHOWN if (told := cell(ADOPTIONS, name, one)).value not in (None, "", [])],
        "problem": found.problem,
        "changes": _lines(found.changes),
        "newest": found.newest,
        "others": others[:MOST],
        "more": len(others) > MOST,
        "keep": may_keep(request),
    }
    if found.newest and not found.problem:
        later = newer(one, found.newest)
        context |= {"later": _lines(later.changes), "misfits": later.misfits}
        context["foreseen"] = foreseen(one, found.newest)
        context["learnt"] = _learnt(one)
    asked = request.GET.get("with", "")
    if asked:
        context |= _compared(one, asked, name)
    return render(request, "programme/adoption.html", context)


def _compared(one: Adoption, asked: str, name: str) -> dict[str, Any]:
    """How another adoption of the same blueprint differs from this one; a sentence where there is none."""
    other = Adoption.objects.filter(key=asked, blueprint=one.blueprint).select_related("site").first()
    if other is None:
        return {"not_compared": f"No other site adopted {name} as {asked[:100]}."}
    try:
        return {"other": other, "apart": _lines(between(one, other))}
    except BadInput as bad:
        return {"not_compared": f"{other.site.name} cannot be compared: {bad}"}


def _learnt(one: Adoption) -> list[Shown]:
    """What was learnt and accepted into a version that is newer than the adopted one."""
    there = list(every_version().get(one.blueprint, {}))
    newer = there[there.index(one.version) + 1 :]
    rows = Learning.objects.filter(blueprint=one.blueprint, state=ACCEPTED, version__in=newer)
    return [
        Shown(claim.claim, page_address(LEARNINGS, claim), note=f"In version {claim.version}; {GRADES[claim.grade]}.")
        for claim in rows.order_by("decided", "pk")[:MOST]
    ]


def _lines(changes: tuple[Change, ...]) -> list[list[Shown]]:
    return [[Shown(one.place), Shown(one.file), Shown(f"{one.sentence}.")] for one in changes]
