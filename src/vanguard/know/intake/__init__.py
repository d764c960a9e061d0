"""Partner extracts and FHIR become checked rows of the lake; what cannot be used goes to quarantine with its reason.
Feeds are described in YAML; `load` takes a folder whole or not at all."""

from vanguard.know.intake.current import current_events, current_persons
from vanguard.know.intake.feed import Feed, FeedColumn
from vanguard.know.intake.feed_files import feeds
from vanguard.know.intake.load import load
from vanguard.know.intake.mend import Mendable, mend, mendable
from vanguard.know.intake.result import FileResult, LoadResult

__all__ = [
    "Feed",
    "FeedColumn",
    "FileResult",
    "LoadResult",
    "Mendable",
    "current_events",
    "current_persons",
    "feeds",
    "load",
    "mend",
    "mendable",
]
