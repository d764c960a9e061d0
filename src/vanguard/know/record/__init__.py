"""The read store of persons' records and of who to help next: filled from the lake, read in one indexed read.
Every read of a person's data takes an entitlement that only `vanguard.access` makes."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vanguard.know.record.data import Feed, Refreshed, feeds, quarantine, quarantine_reasons, refreshed
    from vanguard.know.record.help_pages import HelpPage, HelpRow, PersonLine
    from vanguard.know.record.lists import (
        CohortCount,
        help_counts,
        help_next,
        named_people,
        search,
    )
    from vanguard.know.record.pages.relative import relatives_view
    from vanguard.know.record.publishing import Publication, publish
    from vanguard.know.record.reading import NoRecord, Record, read
    from vanguard.know.record.views.dates import read_date
    from vanguard.know.record.views.freshness import freshness
    from vanguard.know.record.views.looks import what_words, why_words
    from vanguard.know.record.views.people import shown

# A Django app is imported before its tables are ready, so the door opens on first use.
DOOR = {
    "CohortCount": "lists",
    "Feed": "data",
    "HelpPage": "help_pages",
    "HelpRow": "help_pages",
    "NoRecord": "reading",
    "PersonLine": "help_pages",
    "Publication": "publishing",
    "Record": "reading",
    "Refreshed": "data",
    "feeds": "data",
    "freshness": "views.freshness",
    "help_counts": "lists",
    "help_next": "lists",
    "named_people": "lists",
    "publish": "publishing",
    "quarantine": "data",
    "quarantine_reasons": "data",
    "read": "reading",
    "read_date": "views.dates",
    "refreshed": "data",
    "relatives_view": "pages.relative",
    "search": "lists",
    "shown": "views.people",
    "what_words": "views.looks",
    "why_words": "views.looks",
}

__all__ = [
    "CohortCount",
    "Feed",
    "HelpPage",
    "HelpRow",
    "NoRecord",
    "PersonLine",
    "Publication",
    "Record",
    "Refreshed",
    "feeds",
    "freshness",
    "help_counts",
    "help_next",
    "named_people",
    "publish",
    "quarantine",
    "quarantine_reasons",
    "read",
    "read_date",
    "refreshed",
    "relatives_view",
    "search",
    "shown",
    "what_words",
    "why_words",
]


def __getattr__(name: str) -> Any:
    if name not in DOOR:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"vanguard.know.record.{DOOR[name]}"), name)
