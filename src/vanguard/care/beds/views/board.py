"""The board of beds, how they were used, and putting a bed on the list."""

from datetime import datetime, timedelta
from itertools import chain

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from vanguard.access import Actor, Refused, actor_of
from vanguard.care.beds.board import board, version
from vanguard.care.beds.changes import RIGHT
from vanguard.care.beds.kinds import kinds
from vanguard.care.beds.matching import FOR_WHOM
from vanguard.care.beds.reading import NEEDED, OPTIONAL, check, write
from vanguard.care.beds.status import MEANINGS, STATUSES
from vanguard.care.beds.use import Use, use
from vanguard.care.beds.used import changes_since
from vanguard.directory.models import Locality, PlaceOfCare
from vanguard.errors import BadInput
from vanguard.row_file import Mistakes
from vanguard.web.page import render

WEEKS = {"1": "the last week", "4": "the last 4 weeks", "13": "the last 13 weeks", "52": "the last year"}


def who_may(request: HttpRequest) -> Actor:
    """Who asks, if the beds are theirs to keep. Raises Refused."""
    actor = actor_of(request)
    if not actor.may(RIGHT):
        raise Refused
    return actor


@require_safe
def the_beds(request: HttpRequest) -> HttpResponse:
    """Every bed. With `seen` the version that a page shows: no content while that is still the newest."""
    who_may(request)
    now: datetime = request.now  # type: ignore[attr-defined]
    newest = version(now)
    if request.GET.get("seen") == newest:
        return HttpResponse(status=204)
    asked = {name: request.GET.get(name, "") for name in ("place", "status", "sex", "need")}
    context = {
        "title": "Beds",
        "board": board(now, **asked),
        "asked": asked,
        "places": list(
            PlaceOfCare.objects.filter(beds__isnull=False).distinct().order_by("name").values_list("code", "name")
        ),
        "statuses": STATUSES,
        "meanings": MEANINGS,
        "sexes": {sex: words for sex, words in FOR_WHOM.items() if sex != "any"},
        "needs": {need: words for kind in kinds().values() for need, words in kind.needs.items()},
        "seen": newest,
    }
    return render(request, "beds/rows.html" if "HX-Request" in request.headers else "beds/board.html", context)


@require_safe
def how_used(request: HttpRequest) -> HttpResponse:
    """Occupancy and length of stay, in all and by place."""
    who_may(request)
    now: datetime = request.now  # type: ignore[attr-defined]
    weeks = request.GET.get("weeks", "4")
    if weeks not in WEEKS:
        weeks = "4"
    start = now - timedelta(weeks=int(weeks))
    rows = changes_since(start, now)
    by_place: list[tuple[str, Use]] = [(place, use(held, start, now)) for place, held in sorted(rows.items())]
    context = {
        "title": "How beds were used",
        "lines": [
            *by_place,
            *([("All", use(chain.from_iterable(rows.values()), start, now))] if len(rows) > 1 else []),
        ],
        "weeks": weeks,
        "choices": WEEKS,
    }
    return render(request, "beds/use.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_bed(request: HttpRequest) -> HttpResponse:
    """One bed typed: the same checks as for a list."""
    actor = who_may(request)
    problems: dict[str, str] = {}
    typed = {name: request.POST.get(name, "").strip() for name in (*NEEDED, *OPTIONAL)}
    typed["meets"] = ";".join(request.POST.getlist("meets"))
    if request.method == "POST":
        # A place that is not there yet is typed with its name, which is its code until a list says otherwise.
        if not typed["place"]:
            typed["place"] = typed["place_name"][:40]
        mistakes = Mistakes("this page")
        check(typed, 1, mistakes)
        problems = {one.where.rpartition(" ")[2]: " ".join(filter(None, (one.what, one.do))) for one in mistakes.found}
        if not problems:
            try:
                write([typed], request.now, by=actor)  # type: ignore[attr-defined]
                return redirect("beds")
            except BadInput as problem:
                problems = {"sex": str(problem)}
    context = {
        "title": "Put a bed on the list",
        "typed": typed,
        "problems": problems,
        "kinds": kinds(),
        "sexes": FOR_WHOM,
        "localities": list(Locality.objects.order_by("name").values_list("code", "name")),
        "places": list(PlaceOfCare.objects.order_by("name").values_list("code", "name")),
    }
    return render(request, "beds/new.html", context, status=400 if problems else 200)
