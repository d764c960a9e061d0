"""The read store of persons' records and of who to help next: filled from the lake, read in one indexed read.
Every read of a person's data takes an entitlement that only `vanguard.access` makes."""

from typing import TYPE_CHECKING

from vanguard.lazy_door import opens

if TYPE_CHECKING:
    from vanguard.know.record.data import Feed, Refreshed, feeds, quarantine, quarantine_reasons, refreshed
    from vanguard.know.record.folding import words as search_words
    from vanguard.know.record.help_pages import HelpPage, HelpRow, PersonLine
    from vanguard.know.record.lists import (
        CohortCount,
        first_to_help,
        help_counts,
        help_next,
        listed,
        listed_only,
        named_people,
        search,
    )
    from vanguard.know.record.live import take_back, take_back_all, tell
    from vanguard.know.record.pages.relative import relatives_view
    from vanguard.know.record.pages.summary import banner, summary
    from vanguard.know.record.publishing import Publication, publish
    from vanguard.know.record.reading import NoRecord, Record, read
    from vanguard.know.record.signals import published
    from vanguard.know.record.views.dates import read_date
    from vanguard.know.record.views.freshness import freshness
    from vanguard.know.record.views.looks import page_asked, shown_lookers, what_words, why_words
    from vanguard.know.record.views.names import practice_names
    from vanguard.know.record.views.people import shown, split_search

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
    "banner": "pages.summary",
    "feeds": "data",
    "freshness": "views.freshness",
    "first_to_help": "lists",
    "help_counts": "lists",
    "help_next": "lists",
    "listed": "lists",
    "listed_only": "lists",
    "named_people": "lists",
    "page_asked": "views.looks",
    "practice_names": "views.names",
    "publish": "publishing",
    "published": "signals",
    "quarantine": "data",
    "quarantine_reasons": "data",
    "read": "reading",
    "read_date": "views.dates",
    "refreshed": "data",
    "relatives_view": "pages.relative",
    "search": "lists",
    "search_words": "folding",
    "shown": "views.people",
    "shown_lookers": "views.looks",
    "split_search": "views.people",
    "summary": "pages.summary",
    "take_back": "live",
    "take_back_all": "live",
    "tell": "live",
    "what_words": "views.looks",
    "why_words": "views.looks",
}

# Where the door's name is more than the room's own.
NAMED = {"search_words": "words"}

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
    "banner",
    "feeds",
    "first_to_help",
    "freshness",
    "help_counts",
    "help_next",
    "listed",
    "listed_only",
    "named_people",
    "page_asked",
    "practice_names",
    "publish",
    "published",
    "quarantine",
    "quarantine_reasons",
    "read",
    "read_date",
    "refreshed",
    "relatives_view",
    "search",
    "search_words",
    "shown",
    "shown_lookers",
    "split_search",
    "summary",
    "take_back",
    "take_back_all",
    "tell",
    "what_words",
    "why_words",
]

__getattr__ = opens(__name__, DOOR, within=NAMED)
