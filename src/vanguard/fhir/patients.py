"""A Patient as a row about a person. What stands in several versions (names, addresses) is taken at its most
current and official; a date of birth given only to the month or year is left empty."""

import re
from dataclasses import dataclass
from typing import Any

from vanguard.fhir.dates import Moment, NoDate, moment
from vanguard.fhir.paths import objects, text
from vanguard.fhir.references import NHS_NUMBER, Index, same_system
from vanguard.fhir.subjects import Unusable
from vanguard.nhs_number import digits, valid_nhs_number

ODS_CODE = "https://fhir.nhs.uk/Id/ods-organization-code"

_UK_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")
_GENDERS = frozenset({"female", "male", "other", "unknown"})
_NAME_USES = ("official", "usual", "", "nickname", "temp", "anonymous", "maiden", "old")
_ADDRESS_USES = ("home", "", "temp", "work", "billing", "old")
_PHONE_USES = ("home", "mobile", "", "temp", "work", "old")


@dataclass(frozen=True, slots=True)
class Limits:
    """The extract: its instant in UTC microseconds, and the latest instant and day that a fact may have."""

    extracted: int
    instant: int
    day: int


Facts = tuple[
    str | None,
    str | None,
    str | None,
    int | None,
    str | None,
    str | None,
    str | None,
    str | None,
    int | None,
    str | None,
]


def patient_facts(patient: dict[str, Any], limits: Limits, index: Index, base: str) -> Facts:
    """nhs_number, given_name, family_name, birth_date, sex, address, postcode, phone, death_date, practice.

    Dates are days since 1970. Raises Unusable, Misshapen.
    """
    given, family = _name(patient, limits)
    address, postcode = _address(patient, limits)
    return (
        nhs_number(patient),
        given,
        family,
        _day(patient, "birthDate", limits),
        _sex(patient),
        address,
        postcode,
        _phone(patient, limits),
        _day(patient, "deceasedDateTime", limits),
        _practice(patient, index, base),
    )


def nhs_number(patient: dict[str, Any]) -> str | None:
    """The Patient's NHS number, ten digits. Raises Unusable for one that fails its check digit."""
    found = [one for one in objects(patient, "identifier") if same_system(text(one, "system"), NHS_NUMBER)]
    found = [one for one in found if one.get("use") != "old" and text(one, "value")]
    found.sort(key=lambda one: one.get("use") != "official")
    if not found:
        return None
    written = text(found[0], "value") or ""
    number = digits(written)
    if not valid_nhs_number(number):
        raise Unusable(
            "identifier",
            f"The NHS number {written} fails its check digit (modulus 11). Check it with the partner.",
        )
    return number


def practice_code(identifiers: list[dict[str, Any]]) -> str | None:
    """The ODS code among identifiers."""
    return next((text(one, "value") for one in identifiers if same_system(text(one, "system"), ODS_CODE)), None)


def _name(patient: dict[str, Any], limits: Limits) -> tuple[str | None, str | None]:
    name = _best(objects(patient, "name"), _NAME_USES, limits)
    if name is None:
        return None, None
    given = _folded(" ".join(part for part in _list(name, "given") if part))
    family = _folded(text(name, "family"))
    whole = _folded(text(name, "text"))
    if not given and not family and whole and "," in whole:
        family, _, given = whole.partition(",")
        return _folded(given), _folded(family)
    return given, family


def _address(patient: dict[str, Any], limits: Limits) -> tuple[str | None, str | None]:
    address = _best(objects(patient, "address"), _ADDRESS_USES, limits)
    if address is None:
        return None, None
    parts = [*_list(address, "line"), *(text(address, name) for name in ("city", "district", "state"))]
    lines = list(dict.fromkeys(folded for part in parts if (folded := _folded(part))))
    return ", ".join(lines) or _folded(text(address, "text")), _postcode(text(address, "postalCode"))


def _postcode(written: str | None) -> str | None:
    folded = _folded((written or "").upper())
    match = _UK_POSTCODE.fullmatch((folded or "").replace(" ", ""))
    return f"{match.group(1)} {match.group(2)}" if match else folded


def _phone(patient: dict[str, Any], limits: Limits) -> str | None:
    phones = [one for one in objects(patient, "telecom") if one.get("system") == "phone" and text(one, "value")]
    best = _best(phones, _PHONE_USES, limits)
    return _folded(text(best, "value")) if best else None


def _sex(patient: dict[str, Any]) -> str | None:
    gender = text(patient, "gender")
    if gender is not None and gender not in _GENDERS:
        raise Unusable("gender", f"The gender {gender} is none of female, male, other and unknown.")
    return gender


def _practice(patient: dict[str, Any], index: Index, base: str) -> str | None:
    for reference in objects(patient, "generalPractitioner"):
        identifier = reference.get("identifier")
        code = practice_code([identifier]) if type(identifier) is dict else None
        if not code:
            known = index.resolve(reference, base, patient).known
            code = practice_code(objects(known.resource, "identifier")) if known else None
        if code:
            return code
    return None


def _day(patient: dict[str, Any], name: str, limits: Limits) -> int | None:
    written = text(patient, name)
    if written is None:
        return None
    try:
        found: Moment = moment(written)
    except NoDate as error:
        raise Unusable(name, f"{name} {written} is no date that exists. Ask the partner to put it right.") from error
    if found.day > limits.day:
        raise Unusable(name, f"{name} {written} lies after the day of the extract. Ask the partner to put it right.")
    return None if found.partial else found.day


def _best(items: list[dict[str, Any]], uses: tuple[str, ...], limits: Limits) -> dict[str, Any] | None:
    """The item most worth having: one that still holds, then by its use as `uses` orders them."""
    if len(items) < 2:
        return items[0] if items else None
    order = {use: place for place, use in enumerate(uses)}
    return min(items, key=lambda item: (_ended(item, limits), order.get(item.get("use") or "", len(uses))))


def _ended(item: dict[str, Any], limits: Limits) -> bool:
    period = item.get("period")
    end = period.get("end") if type(period) is dict else None
    try:
        return type(end) is str and moment(end).last_at < limits.extracted
    except NoDate:
        return False


def _list(item: dict[str, Any], name: str) -> list[str]:
    value = item.get(name)
    found = value if type(value) is list else [value]
    return [part for part in found if type(part) is str]


def _folded(words: str | None) -> str | None:
    return " ".join(words.split()) or None if words else None
