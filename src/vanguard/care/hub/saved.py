"""What was written in a step before it is finished: it need not be answered again."""

from typing import Any

from vanguard.care.hub.episodes import Episode
from vanguard.care.hub.models import Happening

WRITTEN = ("answered", "finished")


def saved(one: Episode, step: str) -> dict[str, Any]:
    """The answers that steer and were saved since the step was entered, by question; empty for a step not open."""
    held = one.state.at_step(step)
    if held is None:
        return {}
    rows = Happening.objects.filter(referral_id=one.number, kind="answered", at__gte=held.entered, body__step=step)
    return {
        id: answer
        for body in rows.order_by("number").values_list("body", flat=True)
        for id, answer in body["answers"].items()
    }


def times_written(one: Episode, step: str, user: int) -> int:
    """How often a user wrote in a step: by this a device knows whether what it keeps has arrived."""
    rows = Happening.objects.filter(referral_id=one.number, kind__in=WRITTEN, by_id=user, body__step=step)
    return int(rows.count())
