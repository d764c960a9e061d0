"""Who may open a referral: those to whom it belongs, by locality or by a part that they had in it. On record."""

from datetime import datetime

from django.http import Http404

from vanguard.access import Actor, Refused, open_rows
from vanguard.care import roster
from vanguard.care.hub.models import Referral

RIGHT = "referrals"


def belongs(row: Referral, actor: Actor) -> bool:
    """Whether the referral is of the actor's localities, or of none, or the actor made it, goes or did something."""
    if not actor.may(RIGHT):
        return False
    here = row.locality_id is None or row.locality_id in actor.localities
    if here or row.referred_by_id == actor.user_id or row.happenings.filter(by_id=actor.user_id).exists():
        return True
    # Who was chosen to go may come from elsewhere.
    return any(actor.username and each.username == actor.username for each in roster.going(row.pk))


def open_referral(actor: Actor, number: int, *, names: bool = True, now: datetime) -> Referral:
    """The referral, for a page that `names` whom it is about or only quotes what is needed for them.

    What a referral says of a person is seen whether or not their record is. Raises Refused for whom it is not, and
    Http404 where there is none, which look the same.
    """
    row = Referral.objects.select_related("listed").filter(pk=number).first()
    if row is None:
        raise Http404
    if not belongs(row, actor):
        raise Refused
    about = row.person_id if names and row.person_id else f"referral {number}"
    open_rows(actor, RIGHT, "referral", [about], now=now)
    return row
