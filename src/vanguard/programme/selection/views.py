"""A round under way: its steps, who applied, how they voted, what the board decided; and the button that announces."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from vanguard.access import actor_of
from vanguard.errors import BadInput
from vanguard.programme.selection.announcing import announce
from vanguard.programme.selection.ballot import address_of
from vanguard.programme.selection.models import Vote
from vanguard.programme.selection.tables import ROUND_STEPS, SHORTLISTED, STAGES, tally
from vanguard.programme.selection.voting import OVER, open_vote, voting
from vanguard.programme.sites.models import Round
from vanguard.programme.tables.listing import headings, lines, with_named, without_empty
from vanguard.programme.tables.views import KEEPING, SEEING, may_keep, today_of
from vanguard.web.page import render


@require_http_methods(["GET", "HEAD", "POST"])
def round_page(request: HttpRequest, short: str) -> HttpResponse:
    """For those who see what is not public; only who keeps the tables announces."""
    actor = actor_of(request)
    if not actor.may(KEEPING if request.method == "POST" else SEEING):
        raise PermissionDenied
    round_ = get_object_or_404(Round, short=short)
    problem = ""
    if request.method == "POST":
        act = open_vote if request.POST.get("do") == "vote" else announce
        try:
            act(round_, request.now, by=actor.username)  # type: ignore[attr-defined]
        except BadInput as refused:
            problem = str(refused)
        else:
            return redirect("round-page", short)
    applications = tally(round_)
    rows = with_named(ROUND_STEPS, ROUND_STEPS.model._default_manager.filter(round=round_).order_by("pk"))
    heads, steps = without_empty(
        headings(ROUND_STEPS, "round"), lines(ROUND_STEPS, rows, today_of(request), leave_out="round")
    )
    keep = may_keep(request)
    vote = voting(round_, today_of(request))
    voted = set(Vote.objects.filter(voter__round=round_).values_list("voter", flat=True))
    context = {
        "title": f"Choosing: {round_.name}",
        "round": round_,
        "applications": applications,
        "shortlisted": sum(one.stage == SHORTLISTED for one in applications),
        "undecided": sum(one.stage == SHORTLISTED and not one.decided for one in applications),
        "to_announce": sum(one.stage == SHORTLISTED and one.chosen > 0 and one.site is None for one in applications),
        "voters": len(voted),
        "stages": STAGES,
        "steps": steps,
        "headings": heads,
        "problem": problem,
        "refused": "The vote was not opened" if request.POST.get("do") == "vote" else "Nobody was announced",
        "keep": keep,
        "voting": vote,
        "ballots": [
            (one.name, request.build_absolute_uri(address_of(one)), one.pk in voted)
            for one in sorted(applications, key=lambda one: one.name)
            if one.stage == SHORTLISTED
        ]
        if keep and vote.state != OVER
        else [],
    }
    return render(request, "programme/round.html", context, status=400 if problem else 200)
