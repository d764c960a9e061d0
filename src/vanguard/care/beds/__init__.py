"""Step-up and step-down beds: which are free and fit whom, who holds one until when, who lies in it since when.
No bed is ever given twice: the database itself refuses the second."""

from typing import TYPE_CHECKING

from vanguard.care.beds.signals import bed_lost
from vanguard.lazy_door import opens

if TYPE_CHECKING:
    from vanguard.care.beds.changes import (
        Taken,
        follow,
        hold,
        leave,
        occupy,
        release,
        sweep,
    )
    from vanguard.care.beds.finding import Offer, Stay, offers, stay_of, stays_of
    from vanguard.care.beds.matching import Wanted, Wish
    from vanguard.care.beds.reading import import_beds

# Django reads this room's models before its apps are ready, so the door opens on first use.
DOOR = {
    "Offer": "finding",
    "Stay": "finding",
    "Taken": "changes",
    "Wanted": "matching",
    "Wish": "matching",
    "follow": "changes",
    "hold": "changes",
    "import_beds": "reading",
    "leave": "changes",
    "occupy": "changes",
    "offers": "finding",
    "release": "changes",
    "stay_of": "finding",
    "stays_of": "finding",
    "sweep": "changes",
}

__all__ = [
    "Offer",
    "Stay",
    "Taken",
    "Wanted",
    "Wish",
    "bed_lost",
    "follow",
    "hold",
    "import_beds",
    "leave",
    "occupy",
    "offers",
    "release",
    "stay_of",
    "stays_of",
    "sweep",
]

__getattr__ = opens(__name__, DOOR)
