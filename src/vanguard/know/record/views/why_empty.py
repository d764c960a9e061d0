"""Why is this empty? What each feed brought last, or why it brought nothing, in words. Pure but for `described`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from vanguard.errors import BadInput
from vanguard.know import intake
from vanguard.know.record.data import Day
from vanguard.know.record.views.freshness import LATE_AFTER_DAYS, feed_name
from vanguard.web import presenters as say


@dataclass(frozen=True)
class Why:
    """A feed, and why there is nothing of it, or nothing new."""

    feed: str
    sentence: str


def described() -> tuple[Mapping[str, intake.Feed], str]:
    """The feeds that this place knows; where one of its own has a mistake, the shipped ones and it."""
    try:
        return intake.feeds(settings.PLACE / "feeds"), ""
    except BadInput as problem:
        return intake.feeds(), str(problem)


def why_empty(known: Mapping[str, intake.Feed], came: Mapping[str, tuple[Day, ...]], today: date) -> list[Why]:
    """Of each feed of which there is nothing, or nothing new, why; a feed that brought something is left out."""
    found = [Why(feed_name(feed), _last(days, today)) for feed, days in came.items()]
    found += [Why(feed.label, _never(feed)) for name, feed in known.items() if name not in came]
    return [one for one in found if one.sentence]


def _last(days: tuple[Day, ...], today: date) -> str:
    last = days[0]
    on = f"The extract of {say.day(last.day)}"
    if not last.rows:
        return f"{on} has a header and no rows. Ask the partner whether there was nothing to send."
    if last.quarantined == last.rows:
        return f"{on} has {say.things(last.rows, 'row')}, and none could be used. The reasons are below."
    if last.duplicate == last.rows:
        return f"{on} says only what was held already. The partner may have sent an old file again."
    if last.superseded and last.accepted == 0:
        return f"{on} was overtaken: what it says was replaced by later rows."
    if (today - last.day).days > LATE_AFTER_DAYS:
        return f"Nothing has come since the extract of {say.day(last.day)}, {say.ago(last.day, today)}."
    return ""


def _never(feed: intake.Feed) -> str:
    names = " or ".join(name.replace("{date}", "YYYYMMDD").replace("{time}", "HHMM") for name, _ in feed.names)
    return f"No file has come. One named {names}, with .csv or .parquet after it, would be read as this feed."


def changed(day: Day, before: Day | None) -> str:
    """What differs from the extract before, in words."""
    if before is None:
        return "The first that is known"
    parts = [_more(day.rows - before.rows, "row")]
    if day.quarantined != before.quarantined:
        parts.append(f"{say.count(day.quarantined)} could not be used, {say.count(before.quarantined)} before")
    return "; ".join(parts)


def _more(number: int, word: str) -> str:
    if not number:
        return f"As many {word}s"
    return f"{say.things(abs(number), word)} {'more' if number > 0 else 'fewer'}"
