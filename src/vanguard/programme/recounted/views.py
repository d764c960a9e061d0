"""The page of figures that the sources state, each beside what its parts come to. Public."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vanguard.programme.recounted.figures import Recounted, recounted
from vanguard.programme.tables.views import today_of
from vanguard.web.page import render
from vanguard.web.presenters import quantity


@login_not_required
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Every figure that the sources let one work out again."""
    found = recounted(today_of(request))
    context = {
        "title": "Figures worked out again",
        "figures": [
            (one, _number(one, one.stated.value) if one.stated else "", _number(one, one.value)) for one in found
        ],
        "agree": sum(one.agrees is True for one in found),
        "differ": sum(one.agrees is False for one in found),
        "silent": sum(one.agrees is None for one in found),
    }
    return render(request, "programme/recounted.html", context)


def _number(one: Recounted, value: float) -> str:
    said = quantity(value, None)
    return f"£{said}" if one.unit == "pounds" else f"{said} {one.unit}".strip()
