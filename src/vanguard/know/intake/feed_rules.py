"""What must hold between the parts of a feed description, each break of a rule as a sentence."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vanguard.know.intake.feed import FORMATS, SEXES, ColumnType, EventMap, Feed, FeedColumn, PersonMap, Value
from vanguard.lake import tables

Place = tuple[str | int, ...]


def broken_rules(feed: Feed) -> Iterator[tuple[Place, str]]:
    """Each mistake that one object alone cannot see: where in the description, and the sentence."""
    if feed.person is None and feed.event is None:
        yield (), "A feed needs `person`, `event` or both."
        return
    yield from _files(feed)
    try:
        ZoneInfo(feed.zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield ("zone",), f"There is no time zone {feed.zone}; Europe/London is one."
    for number, name in enumerate(feed.key):
        yield from _known(feed, ("key", number), name)
    if feed.person:
        yield from _person(feed, feed.person)
    if feed.event:
        yield from _event(feed, feed.event)
    elif feed.person and feed.key != (feed.person.source_id,):
        yield ("key",), "A feed without events has the person's number as its key."
    if feed.person and feed.event and feed.person.source_id != feed.event.source_id:
        yield ("event", "source_id"), "The person and the event must name the same source_id."


def _files(feed: Feed) -> Iterator[tuple[Place, str]]:
    for name, _ in feed.names:
        if name.count("{date}") > 1 or name.count("{time}") > 1:
            yield ("files",), "`{date}` and `{time}` may each occur once."
        elif "{time}" in name and "{date}" not in name:
            yield ("files",), "`{time}` needs `{date}`."
        elif "{date}" in name and feed.extracted:
            yield ("extracted",), "The name of the file already says when it was extracted."
    if any(sends == "period" for _, sends in feed.names) and not (feed.event and feed.event.start):
        yield ("sends",), "What is sent by period needs `event` with a `start`."
    if feed.extracted:
        yield from _known(feed, ("extracted", "column"), feed.extracted.column)
        if feed.extracted.column in feed.columns and feed.columns[feed.extracted.column].type not in FORMATS:
            yield ("extracted", "column"), f"{feed.extracted.column} must be a date or an instant."
    if feed.removes:
        yield from _known(feed, ("removes", "column"), feed.removes.column)
    for column in sorted({*feed.key, feed.source_id}):
        if column in feed.columns and feed.columns[column].optional:
            yield ("columns", column), "A column of the key, or the person's number, cannot be optional."


def _person(feed: Feed, person: PersonMap) -> Iterator[tuple[Place, str]]:
    yield from _known(feed, ("person", "source_id"), person.source_id)
    needed: dict[str, ColumnType] = {"nhs_number": "nhs_number", "birth_date": "date", "death_date": "date"}
    for fact, column in person.facts.items():
        yield from _known(feed, ("person", fact), column, needed.get(fact))
    if person.sex in feed.columns:
        words = set((feed.columns[person.sex].codes or {}).values())
        if not words or words - SEXES:
            yield ("person", "sex"), f"{person.sex} needs codes that say {', '.join(sorted(SEXES))}."


def _event(feed: Feed, event: EventMap) -> Iterator[tuple[Place, str]]:
    yield from _known(feed, ("event", "source_id"), event.source_id)
    for field in ("kind", "setting", "status", "method", "display", "unit", "text", "place"):
        value: Value | None = getattr(event, field)
        for column in value.columns if value else ():
            yield from _known(feed, ("event", field), column)
    for field in ("kind", "setting", "method"):
        value = getattr(event, field)
        if value and all(column in feed.columns for column in value.columns):
            yield from _in_our_words(feed, ("event", field), value, set(_one_of(field)))
    for field in ("start", "end"):
        column = getattr(event, field)
        if column and column in feed.columns and feed.columns[column].type not in ("date", "instant"):
            yield ("event", field), f"{column} must be a date or an instant."
        elif column:
            yield from _known(feed, ("event", field), column)
    if event.start_time:
        yield from _known(feed, ("event", "start_time"), event.start_time, "text")
        if not event.start or feed.columns.get(event.start, FeedColumn(what="", type="date")).type != "date":
            yield ("event", "start_time"), "A time of day needs a `start` that is a date."
    for number, codes in enumerate(event.codes):
        for column in (*codes.columns, *([codes.together] if codes.together else [])):
            yield from _known(feed, ("event", "codes", number), column)
    if event.value:
        yield from _known(feed, ("event", "value"), event.value, "float")
    if event.cost:
        yield from _known(feed, ("event", "cost"), event.cost, "money")
    if event.area:
        yield from _known(feed, ("event", "area"), event.area)
    for name, item in event.detail.items():
        yield from _known(feed, ("event", "detail", name), item.column)


def _in_our_words(feed: Feed, place: Place, value: Value, known: set[str]) -> Iterator[tuple[Place, str]]:
    """What the value may say must be words that the lake knows."""
    if value.column:
        codes = feed.columns[value.column].codes or {}
        if not codes or set(codes.values()) - known:
            yield place, f"{value.column} needs codes that say {', '.join(sorted(known))}."
        return
    for word in sorted({value.constant, value.then, value.otherwise} - known - {None}, key=str):
        yield place, f"There is no {place[-1]} {word}; there are {', '.join(sorted(known))}."


def _one_of(column: str) -> tuple[str, ...]:
    """The words that a column of the lake's events may hold."""
    return next(one.one_of for one in tables()["event"].columns if one.name == column)


def _known(feed: Feed, place: Place, column: str, needed: ColumnType | None = None) -> Iterator[tuple[Place, str]]:
    if column not in feed.columns:
        yield place, f"`columns` does not describe {column}."
    elif needed and feed.columns[column].type != needed:
        yield place, f"{column} must have type {needed}, not {feed.columns[column].type}."
