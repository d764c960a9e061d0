"""How fresh each feed is, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from vanguard.clock import local_date
from vanguard.know.record.data import Feed
from vanguard.web import presenters as say

# A partner sends at least monthly; what is older than this is pointed out.
LATE_AFTER_DAYS = 35


@dataclass(frozen=True)
class Freshness:
    """One feed as the pages show it. rows = accepted + quarantined + superseded + duplicate."""

    id: str
    name: str
    files: int
    extract: str
    ago: str
    late: bool
    rows: int
    accepted: int
    quarantined: int
    superseded: int
    duplicate: int


def freshness(feeds: Iterable[Feed], today: date) -> tuple[Freshness, ...]:
    """The feeds in the order given."""
    return tuple(
        Freshness(
            id=feed.feed,
            name=feed_name(feed.feed),
            files=feed.files,
            extract=say.day(feed.latest_extract),
            ago=say.ago(feed.latest_extract, today),
            late=(today - local_date(feed.latest_extract)).days > LATE_AFTER_DAYS,
            rows=feed.rows,
            accepted=feed.accepted,
            quarantined=feed.quarantined,
            superseded=feed.superseded,
            duplicate=feed.duplicate,
        )
        for feed in feeds
    )


def feed_name(feed: str) -> str:
    """A feed's id as a person reads it: `gp_events` is GP events, `fhir` is FHIR."""
    words = feed.replace("_", " ")
    return " ".join(
        word.upper() if word in {"gp", "fhir", "nhs"} else word.capitalize() if place == 0 else word
        for place, word in enumerate(words.split())
    )
