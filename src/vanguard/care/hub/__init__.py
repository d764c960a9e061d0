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
    from vanguard.care.hub.forms import written_of
    from vanguard.care.hub.latest import news
    from vanguard.care.hub.notices import Unseen, seen, unseen
    from vanguard.care.hub.pathways import blueprint_of, flow_of, keep
    from vanguard.care.hub.place import running
    from vanguard.care.hub.sheets import Filled, Line, Part, Sheet, fill
    from vanguard.care.hub.telling import in_words

# Django reads this room's models before its apps are ready, so the door opens on first use.
DOOR = {
    "About": "episodes",
    "Episode": "episodes",
    "Errand": "errand",
    "Filled": "sheets",
    "Line": "sheets",
    "NotYours": "episodes",
    "Overtaken": "episodes",
    "Part": "sheets",
    "Referrer": "episodes",
    "Sheet": "sheets",
    "Unseen": "notices",
    "blueprint_of": "pathways",
    "episode": "episodes",
    "errands": "errand",
    "fill": "sheets",
    "flow_of": "pathways",
    "in_words": "telling",
    "keep": "pathways",
    "news": "latest",
    "receive": "episodes",
    "record": "episodes",
    "running": "place",
    "seen": "notices",
    "sweep": "episodes",
    "unseen": "notices",
    "written_of": "forms",
}

__all__ = [
    "About",
    "Episode",
    "Errand",
    "Filled",
    "Line",
    "NotYours",
    "Overtaken",
    "Part",
    "Referrer",
    "Sheet",
    "Unseen",
    "blueprint_of",
    "episode",
    "errands",
    "fill",
    "flow_of",
    "in_words",
    "keep",
    "news",
    "receive",
    "record",
    "running",
    "seen",
    "sweep",
    "unseen",
    "written_of",
]

__getattr__ = opens(__name__, DOOR)
