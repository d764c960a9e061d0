"""The one place that reads the clock. Everything else is given the time.
Commands and the web call `now()` once, at their edge, and pass the instant on."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """The present instant in UTC."""
    return datetime.now(UTC)  # noqa: TID251


def local_date(instant: datetime) -> date:
    """The calendar day in London at an aware instant."""
    return instant.astimezone(LONDON).date()
