"""What matters most about a person, before the timeline: who they are, plans, alerts, conditions, contacts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from vanguard.web import presenters as say

SHOWN = 6
RECENT = 5


@dataclass(frozen=True)
class Banner:
    """Who the page is about, ready to be read. `died` is empty for the living."""

    name: str
    born: str
    age: str
    nhs_number: str
    sex: str
    address: str
    phone: str
    practice: str
    practice_since: str
    died: str


@dataclass(frozen=True)
class Line:
    """One condition, medicine, alert or contact: what, since when or on which day, and who told us."""

    label: str
    when: str
    ago: str
    source: str


@dataclass(frozen=True)
class Lines:
    """A short list and what did not fit in it."""

    first: tuple[Line, ...]
    rest: tuple[Line, ...]

    @property
    def count(self) -> int:
        return len(self.first) + len(self.rest)


@dataclass(frozen=True)
class Plan:
    """A plan made with the person that holds: what it says, part by part, who wrote it, whether it is out of date.

    `blueprint` and `template` are its kind, by which it is found; `because` says what else must be known of it.
    """

    entry: str
    label: str
    blueprint: str
    template: str
    version: int
    by: str
    written: str
    look_again: str
    late: bool
    because: tuple[str, ...]
    parts: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True)
class Summary:
    """The top of the person's page."""

    plans: tuple[Plan, ...]
    alerts: Lines
    conditions: Lines
    medicines: Lines
    contacts: Lines


def banner(data: Mapping[str, Any], places: Mapping[str, str], today: date) -> Banner:
    """The banner of a record. `places` gives names for the codes of practices."""
    person = data["person"]
    born, died = _date(person.get("birth_date")), _date(person.get("death_date"))
    practice = person.get("practice")
    return Banner(
        name=say.banner_name(person.get("given_name"), person.get("family_name")),
        born=say.day(born),
        age=say.age_in_words(born, died or today),
        nhs_number=say.nhs_number(person.get("nhs_number")),
        sex=say.sex(person.get("sex")),
        address=", ".join(part for part in (person.get("address"), person.get("postcode")) if part) or "Not known",
        phone=person.get("phone") or "",
        practice=places.get(practice, practice) if practice else "Not registered",
        practice_since=say.day(_date(data.get("practice_since"))) if data.get("practice_since") else "",
        died=say.day(died) if died else "",
    )


def summary(data: Mapping[str, Any], today: date) -> Summary:
    """Alerts in full, and the newest few conditions, medicines and contacts."""
    return Summary(
        plans=tuple(_plan(one, today) for one in data.get("plans", ())),
        alerts=Lines(tuple(_noted(one, today) for one in data.get("alerts", ())), ()),
        conditions=_short([_noted(one, today) for one in data.get("conditions", ())]),
        medicines=_short([_noted(one, today) for one in data.get("medicines", ())]),
        contacts=Lines(tuple(_contact(entry, today) for entry in _contacts(data)[:RECENT]), ()),
    )


def _plan(one: Mapping[str, Any], today: date) -> Plan:
    again = date.fromisoformat(one["look_again_on"])
    return Plan(
        **{name: one[name] for name in ("entry", "label", "blueprint", "template", "version", "by")},
        written=say.day(date.fromisoformat(one["written"])),
        look_again=say.day(again),
        late=again < today,
        because=tuple(one.get("because", ())),
        parts=tuple(
            (part["label"], tuple((said["question"], said["answer"]) for said in part["answers"]))
            for part in one["parts"]
        ),
    )


def _short(lines: list[Line]) -> Lines:
    # One more than fits costs no more room than saying that there is one more.
    shown = SHOWN if len(lines) > SHOWN + 1 else len(lines)
    return Lines(tuple(lines[:shown]), tuple(lines[shown:]))


def _noted(one: Mapping[str, Any], today: date) -> Line:
    since = _date(one.get("since"))
    return Line(
        label=one.get("label") or one.get("code") or "Not named",
        when=say.day(since) if since else "",
        ago=say.ago(since, today) if since else "",
        source=say.source(one.get("source")),
    )


def _contacts(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [entry for entry in data.get("entries", ()) if entry.get("kind") == "Encounter" and entry.get("date")]


def _contact(entry: Mapping[str, Any], today: date) -> Line:
    day, where = _date(entry.get("date")), say.setting(entry.get("setting"))
    what = entry.get("display") or where
    method = say.method(entry["method"]) if entry.get("method") in {"emergency", "elective"} else ""
    if method and method.lower() not in what.lower():
        what = f"{what} ({method.lower()})"
    return Line(
        label=what,
        when=say.day(day),
        ago=say.ago(day, today) if day else "",
        source=where if where.lower() not in what.lower() else say.source(entry.get("source")),
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None
