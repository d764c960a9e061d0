"""What a page that shows somebody's news needs to know: the news, and whether it is still the newest."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from vanguard.access import Actor
from vanguard.care.hub.errand import Errand, errands
from vanguard.care.hub.notices import Unseen, unseen, waits


@dataclass(frozen=True)
class News:
    """What somebody is told and whom they go to; `mark` changes whenever any of it does.

    `waits` says that something is there that nobody has seen, of late or from long ago.
    """

    told: tuple[Unseen, ...]
    waits: bool
    errands: tuple[Errand, ...]
    mark: str


def news(actor: Actor, now: datetime) -> News:
    """Other news when the actor is told something, a colleague has seen it, or whom they go to changes."""
    told = unseen(actor, now)
    going = errands(actor) if actor.may("referrals") else ()
    more = bool(told) or waits(actor)
    marked = more, [one.id for one in told], [(one.referral, one.words, one.due_at, one.at) for one in going]
    return News(told, more, going, hashlib.sha256(repr(marked).encode()).hexdigest()[:16])
