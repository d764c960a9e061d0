"""The ballot of a shortlisted applicant: a private address, at which it votes once, on whatever is at hand."""

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from vanguard.clock import local_date
from vanguard.errors import BadInput
from vanguard.programme.selection.models import Application
from vanguard.programme.selection.tables import MOST_VOTES, SHORTLISTED, VOTES, check_vote
from vanguard.programme.selection.voting import OPEN, OVER, voting
from vanguard.programme.tables.writing import Refusal, write_one
from vanguard.web.page import render

SALT = "vanguard.ballot"


def address_of(application: Application) -> str:
    """The address at which this applicant votes. Whoever has it votes for the applicant, so it goes to nobody else."""
    return reverse("ballot", args=[signing.Signer(salt=SALT).sign(application.key)])


@transaction.atomic
def cast(application: Application, choices: list[str], now: datetime) -> None:
    """Keep all votes of one applicant, once. Raises BadInput; then nothing is kept."""
    voter = Application.objects.select_for_update().select_related("round").get(pk=application.pk)
    if voter.votes.exists():
        raise BadInput(f"{voter.name} has voted already.", do="Ask the programme if that was not you.")
    stands = voting(voter.round, local_date(now))
    if stands.state != OPEN:
        what = "is over" if stands.state == OVER else "is not open yet"
        raise BadInput(f"The vote of {voter.round.name} {what}.")
    if not 0 < len(set(choices)) <= MOST_VOTES:
        raise BadInput(
            f"You chose {len(set(choices)) or 'nobody'}.", do=f"Choose at least one and {MOST_VOTES} at most."
        )
    others = {one.key: one for one in Application.objects.filter(round=voter.round)}
    for key in dict.fromkeys(choices):
        if key not in others:
            raise BadInput(f"There is no applicant {key[:100]} in this round.", do="Choose from the list.")
        for fault in check_vote({"voter": voter, "choice": others[key]}):
            raise BadInput(fault.what, do=fault.do)
        try:
            write_one(VOTES, {"voter": voter.key, "choice": key}, now, by=f"ballot of {voter.key}"[:100])
        except Refusal as refusal:
            raise BadInput(str(refusal)) from refusal


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def ballot(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever has the address; it names the shortlisted of one round and nothing else that is not public."""
    try:
        key = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        raise Http404 from None
    voter = Application.objects.filter(key=key, stage=SHORTLISTED).select_related("round").first()
    if voter is None:
        raise Http404
    problem, chosen = "", request.POST.getlist("choice")
    if request.method == "POST":
        try:
            cast(voter, chosen, request.now)  # type: ignore[attr-defined]
        except BadInput as refused:
            problem = str(refused)
        else:
            return redirect("ballot", token)
    rows = Application.objects.filter(round=voter.round, stage=SHORTLISTED).exclude(pk=voter.pk)
    context = {
        "title": f"Your vote: {voter.round.name}",
        "voter": voter,
        "most": MOST_VOTES,
        "voted": list(voter.votes.order_by("choice__name").values_list("choice__name", flat=True)),
        "voting": voting(voter.round, local_date(request.now)),  # type: ignore[attr-defined]
        "items": [
            {
                "value": one.key,
                "text": one.name,
                "checked": one.key in chosen,
                "hint": {"text": f"{one.ambition[:200]}…" if len(one.ambition) > 200 else one.ambition},
            }
            for one in rows.order_by("name")
        ],
        "problem": problem,
    }
    return render(request, "programme/ballot.html", context, status=400 if problem else 200)
