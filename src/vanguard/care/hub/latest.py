"""What a page that shows somebody's news needs to know: whether it is still the newest."""

import hashlib

from vanguard.access import Actor
from vanguard.care.hub.errand import errands
from vanguard.care.hub.notices import unseen


def news(actor: Actor) -> str:
    """Changes whenever the actor is told something, a colleague has seen it, or whom they go to changes."""
    told = [one.id for one in unseen(actor)]
    going = [(one.referral, one.words, one.due_at, one.at) for one in errands(actor)] if actor.may("referrals") else []
    return hashlib.sha256(repr((told, going)).encode()).hexdigest()[:16]
