"""The single point of referral: a referral comes, somebody decides, somebody goes, on the clock, until it ends.
What happened is written down as the events of `vanguard.flow`; board, deadlines and notices follow from them."""

from typing import TYPE_CHECKING

from vanguard.lazy_door import opens

if TYPE_CHECKING:
    from vanguard.care.hub.episodes import (
        About,
        Episode,
        NotYours,
        Overtaken,
        Referrer,
        episode,
        receive,
        record,
        sweep,
    )
    from vanguard.care.hub.errand import Errand, errands
    from vanguard.care.hub.notices import Unseen, seen, unseen
    from vanguard.care.hub.pathways import blueprint_of, flow_of, keep
    from vanguard.care.hub.place import running

# Django reads this room's models before its apps are ready, so the door opens on first use.
DOOR = {
    "About": "episodes",
    "Episode": "episodes",
    "Errand": "errand",
    "NotYours": "episodes",
    "Overtaken": "episodes",
    "Referrer": "episodes",
    "Unseen": "notices",
    "blueprint_of": "pathways",
    "episode": "episodes",
    "errands": "errand",
    "flow_of": "pathways",
    "keep": "pathways",
    "receive": "episodes",
    "record": "episodes",
    "running": "place",
    "seen": "notices",
    "sweep": "episodes",
    "unseen": "notices",
}

__all__ = [
    "About",
    "Episode",
    "Errand",
    "NotYours",
    "Overtaken",
    "Referrer",
    "Unseen",
    "blueprint_of",
    "episode",
    "errands",
    "flow_of",
    "keep",
    "receive",
    "record",
    "running",
    "seen",
    "sweep",
    "unseen",
]

__getattr__ = opens(__name__, DOOR)
