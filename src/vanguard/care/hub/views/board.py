"""The board's page, and the few bytes by which an open page learns that it is out of date."""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe
from markupsafe import Markup

from vanguard.access import Refused, actor_of
from vanguard.care.hub.board import KEPT, Row, board, leads, version
from vanguard.care.hub.models import Draft
from vanguard.care.hub.place import flows, takes
from vanguard.directory.models import Locality
from vanguard.web.page import render

STATES = {"overdue": "Overdue", "soon": "Due soon", "waiting": "In time", "in_hand": "In hand", "paused": "Paused"}


@require_safe
def the_board(request: HttpRequest) -> HttpResponse:
    """Every open referral. With `seen` the version that a page shows: no content while that is still the newest."""
    actor = actor_of(request)
    if not actor.may("referrals"):
        raise Refused
    newest = version()
    if request.GET.get("seen") == newest:
        return HttpResponse(status=204)
    asked = {name: request.GET.get(name, "") for name in ("locality", "step", "lead", "response")}
    found = board(request.now, **asked)  # type: ignore[attr-defined]
    context = {
        "title": "Referrals",
        "board": found,
        "states": STATES,
        # Joined here, because a template looks at each piece anew.
        "rows": Markup("").join(_drawn(row) for row in found.rows),
        "asked": asked,
        "choices": (choices := _choices()),
        "wall": "wall" in request.GET,
        "shown": [words[asked[name]] for name, _, _, words in choices if asked[name] in words],
        "seen": newest,
        "calls": any(takes(actor, "phone")),
        "drafts": Draft.objects.filter(user_id=actor.user_id, referral=None).order_by("-saved_at")[:5],
    }
    return render(request, "hub/rows.html" if "HX-Request" in request.headers else "hub/board.html", context)


@lru_cache(KEPT)
def _drawn(row: Row) -> Markup:
    """A row of the table. Drawing most of them anew each second is what would make a long board slow."""
    return Markup(render_to_string("hub/row.html", {"row": row, "states": STATES}))  # noqa: S704 - escaped by ours


def _choices() -> tuple[tuple[str, str, str, dict[str, str]], ...]:
    """By what the board is filtered: name, question, the words for all, and the answers."""
    running = [flow for _, flow in flows()]
    return (
        ("locality", "Locality", "All localities", dict(Locality.objects.order_by("name").values_list("code", "name"))),
        ("lead", "Who leads", "Everybody", {id: words for flow in running for id, words in leads(flow).items()}),
        (
            "response",
            "Response",
            "All responses",
            {id: one.label for flow in running for id, one in flow.pathway.clocks.items()},
        ),
        (
            "step",
            "What is next",
            "Everything",
            {id: one.label for flow in running for id, one in flow.pathway.steps.items()},
        ),
    )
