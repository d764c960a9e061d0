"""Who the persons are whom pages about referrals name."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from vanguard.access import Actor, open_list
from vanguard.know.record import PersonLine, listed, named_people


def named(actor: Actor, what: str, person_ids: Iterable[str], now: datetime) -> Mapping[str, PersonLine]:
    """Those of whom the actor has them on lists, put on record as `what`. Without an id it is nobody whom we know."""
    wanted = list(dict.fromkeys(filter(None, person_ids)))
    seen = listed(actor, wanted, now=now) if wanted and actor.may("list_people") else frozenset()
    shown = [one for one in wanted if one in seen]
    return named_people(open_list(actor, what, shown, now=now)) if shown else {}
