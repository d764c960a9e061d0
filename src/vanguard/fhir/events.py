"""A resource about a person as a row about what happened, by the tables of `tables/types.yaml`."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any, NamedTuple

import orjson

from vanguard.fhir.codes import concept_code, concept_codes, concept_words
from vanguard.fhir.dates import Moment, NoDate, moment
from vanguard.fhir.paths import Misshapen, Steps, kind, objects, text, values
from vanguard.fhir.patients import Limits, practice_code
from vanguard.fhir.r4 import Shape, planned, shape, table
from vanguard.fhir.references import Index, Target
from vanguard.fhir.subjects import Unusable
from vanguard.fhir.words import brief, briefs, quantity_unit, quantity_words

_PLANNED_AHEAD = 10 * 366 * 86_400 * 1_000_000
_OPEN_END = 253_370_764_800_000_000  # the year 9999, which systems write for "no end"
_RESULTS = (
    *("Quantity", "CodeableConcept", "String", "Boolean", "Integer", "Range", "Ratio", "SampledData", "Time"),
    *("DateTime", "Period"),
)
_NOT_PLACES = frozenset({"Patient", "Practitioner", "PractitionerRole", "RelatedPerson", "Device"})


class Happening(NamedTuple):
    """What the resource gives to a row of source_event. Instants in UTC microseconds, days since 1970."""

    setting: str | None
    status: str | None
    method: str | None
    start: int | None
    end: int | None
    date: int | None
    end_date: int | None
    timed: bool
    codes: list[str]
    display: str | None
    value: float | None
    unit: str | None
    text: str | None
    place: str | None
    cost_pence: int | None
    detail: str | None


def happening(resource: dict[str, Any], limits: Limits, index: Index, base: str) -> Happening:
    """Read a resource that concerns a person. Raises Unusable, Misshapen."""
    known = shape(resource["resourceType"])
    reader = _Reader(resource, known, index, base)
    status = reader.status()
    start, end = reader.period(limits, status)
    codes, display = reader.codes()
    value, unit, words, more = reader.value()
    detail = reader.detail()
    detail.update(more)
    if start and start.partial:
        detail["date"] = _partial(start)
    return Happening(
        setting=reader.setting(),
        status=status,
        method=reader.method(),
        start=start.at if start else None,
        end=end.last_at if end else None,
        date=start.day if start else None,
        end_date=end.last_day if end else None,
        timed=bool(start and start.timed),
        codes=codes,
        display=display,
        value=value,
        unit=unit,
        text=words,
        place=reader.place(),
        cost_pence=reader.cost(),
        detail=_json(detail) if detail else None,
    )


@dataclass(slots=True)
class _Reader:
    resource: dict[str, Any]
    shape: Shape
    index: Index
    base: str

    def status(self) -> str | None:
        for place in self.shape.status:
            for found in values(self.resource, place.way):
                code = concept_code(found)
                if code and (not place.only or code in place.only):
                    return code
        return None

    def period(self, limits: Limits, status: str | None) -> tuple[Moment | None, Moment | None]:
        """The first start that is given with its end; every date given is checked."""
        future = "start" if status in planned() else self.shape.future
        start: Moment | None = None
        end: Moment | None = None
        for path, way in self.shape.when:
            if way[0][0] not in self.resource and len(way[0]) == 1:
                continue
            for found in values(self.resource, way):
                began, ended = _span(path, found)
                _check(path, began, ended, future, limits)
                if start is None and began:
                    start, end = began, ended or end
                elif start is None and ended:
                    end = ended
        for path, way in self.shape.end:
            for found in values(self.resource, way):
                ended = _span(path, found)[0]
                _check(path, None, ended, future, limits)
                end = ended or end
        if end and end.last_at >= _OPEN_END:
            end = None
        if start and end and (end.last_day < start.day or (start.timed and end.timed and end.at < start.at)):
            raise Unusable(self.shape.when[0][0], "It ends before it begins. Ask the partner to put it right.")
        return start, end

    def codes(self) -> tuple[list[str], str | None]:
        codes: list[str] = []
        display: str | None = None
        for place in self.shape.codes:
            if place.name not in self.resource and len(place.way[0]) == 1:
                continue
            for found in values(self.resource, place.way):
                for concept in self._followed(found, place.then) if place.then else (found,):
                    if type(concept) is dict and "reference" in concept:
                        continue
                    display = display or concept_words(concept)
                    if type(concept) is dict:
                        codes += [code for code in concept_codes(concept) if code not in codes]
        if display is None:
            display = next((shown for way in self.shape.title for shown in _words(self.resource, way)), None)
        return codes, display

    def value(self) -> tuple[float | None, str | None, str | None, dict[str, Any]]:
        """value, unit, text, and what else belongs to the result."""
        more: dict[str, Any] = {}
        number, unit, words = None, None, None
        if self.shape.value:
            number, unit, words, more = _result(self.resource, self.shape.value)
            parts = [self._component(part) for part in objects(self.resource, "component")]
            if parts:
                more["components"] = parts
                words = words or "; ".join(_component_words(part) for part in parts)
        notes = (shown for way in self.shape.note for shown in _words(self.resource, way))
        return number, unit, words or next(notes, None), more

    def _component(self, part: dict[str, Any]) -> dict[str, Any]:
        concept = part.get("code")
        number, unit, words, more = _result(part, self.shape.value)
        shown = {
            "codes": concept_codes(concept) if concept is not None else None,
            "display": concept_words(concept) if concept is not None else None,
            "value": number,
            "unit": unit,
            "text": words,
            "not_known_because": briefs(values(part, (("dataAbsentReason",),))),
            **more,
        }
        return {name: given for name, given in shown.items() if given is not None}

    def setting(self) -> str | None:
        if self.shape.setting:
            return setting_of(self.resource)
        reference = self.resource.get("encounter") or self.resource.get("context")
        if type(reference) is not dict or "reference" not in reference:
            return None
        known = self.index.resolve(reference, self.base, self.resource).known
        return setting_of(known.resource) if known else None

    def method(self) -> str | None:
        if not self.shape.method:
            return None
        words = table("settings")
        for extension in (
            *objects(self.resource, "extension"),
            *(one for stay in objects(self.resource, "hospitalization") for one in objects(stay, "extension")),
        ):
            if extension.get("url") == words["admission_method_extension"]:
                for concept in values(extension, (("valueCodeableConcept",),)):
                    found = words["method"].get(concept_code(concept) or "")
                    if found:
                        return str(found)
        for concept in values(self.resource, ((self.shape.method,),)):
            found = words["method"].get(concept_code(concept) or "")
            if found:
                return str(found)
        return None

    def place(self) -> str | None:
        for way in self.shape.place:
            for found in values(self.resource, way):
                shown = self._place(found)
                if shown:
                    return shown
        return None

    def _place(self, found: Any) -> str | None:
        if type(found) is not dict:
            return found if type(found) is str else None
        identifier = found.get("identifier")
        if type(identifier) is dict and (code := practice_code([identifier])):
            return code
        target = self.index.resolve(found, self.base, self.resource)
        if target.type in _NOT_PLACES:
            return None
        inner = _at_hand(target)
        if inner is not None:
            code = practice_code(objects(inner, "identifier"))
            name = inner.get("name")
            if code or type(name) is str:
                return code or name
        return text(found, "display")

    def cost(self) -> int | None:
        """The first amount in pounds, in pence."""
        for money in values(self.resource, self.shape.cost) if self.shape.cost else ():
            if type(money) is not dict:
                raise Misshapen("total", f"An amount of money should be an object, but {kind(money)} is there.")
            if money.get("currency") == "GBP" and type(money.get("value")) in (int, float):
                try:
                    pence = (Decimal(str(money["value"])) * 100).quantize(Decimal(1), ROUND_HALF_EVEN)
                except InvalidOperation as error:
                    raise Misshapen("total", "The amount of money is too large.") from error
                return int(pence)
        return None

    def detail(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, first, way in self.shape.detail:
            if first not in self.resource and len(way[0]) == 1:
                continue
            given = briefs(values(self.resource, way))
            if given is not None:
                found[name] = given
        return found

    def _followed(self, reference: Any, then: Steps) -> list[Any]:
        inner = _at_hand(self.index.resolve(reference, self.base, self.resource))
        return values(inner, then) if inner is not None else []


def setting_of(encounter: dict[str, Any]) -> str | None:
    """Where care was given, by the class of an Encounter."""
    codes = table("settings")["setting"]
    for found in values(encounter, (("class",),)):
        setting = codes.get(concept_code(found) or "")
        if setting:
            return str(setting)
    return None


def _at_hand(target: Target) -> dict[str, Any] | None:
    return target.contained if target.contained is not None else target.known.resource if target.known else None


def _span(path: str, found: Any) -> tuple[Moment | None, Moment | None]:
    """Start and end that a date, a Period or a Timing gives; nothing for an age or a range."""
    if type(found) is str:
        if not found[:1].isdigit() and path.endswith("[x]"):
            return None, None
        return _moment(path, found), None
    if type(found) is not dict:
        raise Misshapen(path, f"{path} should be a date, but {kind(found)} is there.")
    if "event" in found or "repeat" in found:
        events = [event for event in values(found, (("event",),)) if type(event) is str]
        if events:
            return _moment(path, events[0]), None
        bounds = values(found, (("repeat",), ("boundsPeriod",)))
        found = bounds[0] if bounds else {}
    start, end = text(found, "start"), text(found, "end")
    return _moment(path, start) if start else None, _moment(path, end) if end else None


def _moment(path: str, written: str) -> Moment:
    try:
        return moment(written)
    except NoDate as error:
        field = path.removesuffix("[x]")
        raise Unusable(field, f"{field} {written} is no date that exists. Ask the partner to put it right.") from error


def _check(path: str, start: Moment | None, end: Moment | None, future: str, limits: Limits) -> None:
    latest = limits.instant + (_PLANNED_AHEAD if future == "start" else 0)
    late = start if start and start.at > latest else None
    if future == "none" and end and limits.instant < end.at < _OPEN_END:
        late = end
    if late:
        field = path.removesuffix("[x]")
        raise Unusable(field, f"{field} {_partial(late)} lies after the extract. Ask the partner to put it right.")


def _partial(at: Moment) -> str:
    """The date as far as it was given."""
    first = date(1970, 1, 1) + timedelta(days=at.day)
    if not at.partial:
        return first.isoformat()
    return f"{first:%Y}" if at.last_day - at.day > 31 else f"{first:%Y-%m}"


def _result(holder: dict[str, Any], stem: str) -> tuple[float | None, str | None, str | None, dict[str, Any]]:
    """The result of a `stem[x]`: value, unit, text, and codes or samples where it is those."""
    name = next((stem + choice for choice in _RESULTS if stem + choice in holder), "")
    given = holder.get(name)
    if given is None:
        return None, None, None, {}
    if type(given) is bool:
        return None, None, "yes" if given else "no", {}
    if type(given) in (int, float):
        return float(given), None, None, {}
    if type(given) is str:
        return None, None, given, {}
    if type(given) is not dict:
        raise Misshapen(name, f"{name} should not be {kind(given)}.")
    if name.endswith("Quantity"):
        number = given.get("value")
        if number is not None and type(number) not in (int, float):
            raise Misshapen(name, f"The value of {name} should be a number, but {kind(number)} is there.")
        if given.get("comparator"):
            # "<5" is a bound, not a result that sums and means may use.
            return None, quantity_unit(given), quantity_words(given), {}
        return (None if number is None else float(number)), quantity_unit(given), None, {}
    if name.endswith("CodeableConcept"):
        codes = concept_codes(given)
        return (
            None,
            None,
            concept_words(given) or concept_code(given),
            {"value_codes": codes} if codes else {},
        )
    if name.endswith("SampledData"):
        return None, None, None, {"samples": given}
    if name.endswith("Period"):
        return None, None, f"{given.get('start') or '…'} to {given.get('end') or '…'}", {}
    shown = brief(given)
    return None, None, shown if type(shown) is str else _json(shown), {}


def _json(value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError as error:
        raise Misshapen("detail", "What it says is nested too deep to keep beside the event.") from error


def _component_words(part: dict[str, Any]) -> str:
    value, unit = part.get("value"), part.get("unit")
    number = None if value is None else f"{value:g} {unit or ''}".strip()
    found = part.get("text") or number or part.get("not_known_because") or ""
    return f"{part.get('display') or ', '.join(part.get('codes', ()))} {found}".strip()


def _words(resource: dict[str, Any], way: Steps) -> list[str]:
    found = [brief(value) for value in values(resource, way)]
    return [shown for shown in found if type(shown) is str and shown]
