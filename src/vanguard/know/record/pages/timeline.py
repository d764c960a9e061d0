"""The timeline of a record: entries filtered, counted, cut into pages and said in words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from vanguard.web import presenters as say

PAGE = 50
# What people look for by name; every other setting shares one colour.
COLOURED = frozenset({"primary_care", "community", "social_care", "emergency_department", "inpatient"})
NOT_GIVEN = {
    "entered-in-error": "Entered in error",
    "cancelled": "Cancelled",
    "not-done": "Not done",
    "refuted": "Ruled out",
}


@dataclass(frozen=True)
class Entry:
    """One line of the timeline, ready to be read."""

    day: str
    time: str
    what: str
    details: tuple[str, ...]
    text: str
    setting: str
    colour: str
    source: str
    known: str
    tag: str
    new: bool


@dataclass(frozen=True)
class Choice:
    """One box of a filter: how many entries it stands for if no other filter is used."""

    value: str
    text: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Timeline:
    """One page of the timeline. `groups` are months with their entries, newest first."""

    groups: tuple[tuple[str, tuple[Entry, ...]], ...]
    settings: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    total: int
    found: int
    new: int
    page: int
    pages: int

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE + 1 if self.found else 0

    @property
    def last(self) -> int:
        return min(self.page * PAGE, self.found)

    @property
    def filtered(self) -> bool:
        return any(choice.chosen for choice in (*self.settings, *self.kinds))


def timeline(
    entries: Sequence[Mapping[str, Any]],
    *,
    settings: Sequence[str],
    kinds: Sequence[str],
    only_new: bool,
    page: int,
    last_look: datetime | None,
    places: Mapping[str, str],
) -> Timeline:
    """One page of the entries that pass the filters; none means all. A page beyond the last is the last."""
    wanted_settings, wanted_kinds = set(settings), set(kinds)
    found = [
        entry
        for entry in entries
        if (not wanted_settings or entry.get("setting", "") in wanted_settings)
        and (not wanted_kinds or entry["kind"] in wanted_kinds)
        and (not only_new or _is_new(entry, last_look))
    ]
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(page, 1), pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    return Timeline(
        groups=tuple(
            (month, tuple(_said(entry, last_look, places) for entry in group))
            for month, group in groupby(shown, key=_month)
        ),
        settings=_choices(Counter(entry.get("setting", "") for entry in entries), wanted_settings, say.setting),
        kinds=_choices(Counter(entry["kind"] for entry in entries), wanted_kinds, say.kind),
        total=len(entries),
        found=len(found),
        new=sum(_is_new(entry, last_look) for entry in entries),
        page=page,
        pages=pages,
    )


def _choices(counts: Counter[str], chosen: set[str], words: Any) -> tuple[Choice, ...]:
    return tuple(
        Choice(value, words(value) if value else "No setting given", count, value in chosen)
        for value, count in counts.most_common()
    )


def _is_new(entry: Mapping[str, Any], last_look: datetime | None) -> bool:
    """Whether we learned of it after the last look; on a first look nothing is called new."""
    known = entry.get("known_from")
    return last_look is not None and known is not None and datetime.fromisoformat(known) > last_look


def _month(entry: Mapping[str, Any]) -> str:
    day = entry.get("date")
    return say.month(date.fromisoformat(day)) if day else "No date given"


def _said(entry: Mapping[str, Any], last_look: datetime | None, places: Mapping[str, str]) -> Entry:
    setting = entry.get("setting", "")
    start = entry.get("start")
    day = entry.get("date")
    place = entry.get("place")
    return Entry(
        day=say.day(date.fromisoformat(day)) if day else "No date given",
        time=say.clock_time(datetime.fromisoformat(start)) if start and entry.get("timed") else "",
        what=entry.get("display") or ", ".join(entry.get("codes", ())) or say.kind(entry["kind"]),
        details=tuple(_details(entry)),
        text=entry.get("text", ""),
        setting=say.setting(setting) if setting else say.kind(entry["kind"]),
        colour=setting if setting in COLOURED else "other",
        source=f"{say.source(entry['source'])}{f', {places.get(place, place)}' if place else ''}",
        known=say.day(datetime.fromisoformat(entry["known_from"])) if entry.get("known_from") else "",
        tag=NOT_GIVEN.get(entry.get("status", ""), ""),
        new=_is_new(entry, last_look),
    )


def _details(entry: Mapping[str, Any]) -> list[str]:
    """What the line says beside its name: the value, how it came about, how long it lasted."""
    said = []
    if entry.get("value") is not None:
        said.append(say.quantity(entry["value"], entry.get("unit")))
    if entry["kind"] != "Encounter":
        return said
    method = "" if entry.get("method") in (None, "other") else say.method(entry["method"])
    if method and method.lower() not in entry.get("display", "").lower():
        said.append(method)
    if entry.get("setting") == "inpatient" and entry.get("date"):
        end = entry.get("end_date")
        if end:
            nights = (date.fromisoformat(end) - date.fromisoformat(entry["date"])).days
            said.append(f"{say.things(nights, 'night')}, left {say.day(date.fromisoformat(end))}")
        else:
            said.append("Still in hospital at the last extract")
    elif entry.get("setting") == "social_care":
        end = entry.get("end_date")
        said.append(f"ended {say.day(date.fromisoformat(end))}" if end else "continues")
    return said
