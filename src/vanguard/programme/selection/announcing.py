"""The end of a round: whom the board chose becomes a site, all of them at once."""

from datetime import datetime

from django.db import transaction

from vanguard.clock import local_date
from vanguard.errors import BadInput
from vanguard.programme.selection.models import Application, Decision
from vanguard.programme.selection.tables import ANNOUNCED, APPLICATIONS, CHOSEN, SHORTLISTED
from vanguard.programme.selection.voting import keep_step
from vanguard.programme.sites.models import Round
from vanguard.programme.sites.tables import ROUNDS, SITES
from vanguard.programme.tables.giving import cells_of
from vanguard.programme.tables.writing import Refusal, write_one

SAME = ("short", "name", "type", "round", "population", "population_note", "region")


@transaction.atomic
def announce(round_: Round, now: datetime, *, by: str) -> int:
    """Make the sites of a round; returns how many. Raises BadInput where something is not decided; then none is."""
    waiting = Application.objects.filter(round=round_, stage=SHORTLISTED)
    undecided = waiting.filter(decisions=None).order_by("name").values_list("name", flat=True)
    if undecided:
        raise BadInput(f"The board has not decided of {', '.join(undecided)}.", do="Add its decisions first.")
    chosen = [
        one.application for one in Decision.objects.filter(application__in=waiting.filter(site=None), outcome=CHOSEN)
    ]
    if not chosen:
        raise BadInput("The board chose nobody who is not a site yet.", do="Add its decisions first.")
    day = local_date(now).isoformat()
    for application in chosen:
        told = cells_of(APPLICATIONS, application)
        try:
            site = write_one(
                SITES, _blank(SITES) | {name: told[name] for name in SAME} | {"announced": day}, now, by=by
            )
        except Refusal as refusal:
            raise BadInput(f"{application.name} cannot become a site: {refusal}") from refusal
        write_one(APPLICATIONS, told | {"site": site.key}, now, by=by, number=application.pk)
    write_one(ROUNDS, cells_of(ROUNDS, round_) | {"announced": day}, now, by=by, number=round_.pk)
    keep_step(round_, ANNOUNCED, {"on": day, "count": str(round_.sites.count())}, now, by=by)
    return len(chosen)


def _blank(table: object) -> dict[str, str]:
    return {one.name: "" for one in table.columns}  # type: ignore[attr-defined]
