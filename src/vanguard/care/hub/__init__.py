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
    from vanguard.care.hub.errand import Errand
    from vanguard.care.hub.forms import written_of
    from vanguard.care.hub.latest import News, news
    from vanguard.care.hub.naming import named
    from vanguard.care.hub.notices import Unseen, seen
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
    "News": "latest",
    "NotYours": "episodes",
    "Overtaken": "episodes",
    "Part": "sheets",
    "Referrer": "episodes",
    "Sheet": "sheets",
    "Unseen": "notices",
    "blueprint_of": "pathways",
    "episode": "episodes",
    "fill": "sheets",
    "flow_of": "pathways",
    "in_words": "telling",
    "keep": "pathways",
    "named": "naming",
    "news": "latest",
    "receive": "episodes",
    "record": "episodes",
    "running": "place",
    "seen": "notices",
    "sweep": "episodes",
    "written_of": "forms",
}

__all__ = [
    "About",
    "Episode",
    "Errand",
    "Filled",
    "Line",
    "News",
    "NotYours",
    "Overtaken",
    "Part",
    "Referrer",
    "Sheet",
    "Unseen",
    "blueprint_of",
    "episode",
    "fill",
    "flow_of",
    "in_words",
    "keep",
    "named",
    "news",
    "receive",
    "record",
    "running",
    "seen",
    "sweep",
    "written_of",
]

__getattr__ = opens(__name__, DOOR)
