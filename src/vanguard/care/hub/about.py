"""Who is referred and who refers, as far as it was typed: read into `About`, and what is missing. Pure but for names
of localities, which are passed in."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from vanguard.care.hub.episodes import About
from vanguard.know.record import read_date
from vanguard.nhs_number import digits, valid_nhs_number

# Who is referred, where we have never met them. The names are those of `About`.
UNMET = ("nhs_number", "given_name", "family_name", "birth_date", "sex", "address", "postcode", "phone", "locality")
REFERRER = ("origin", "referrer", "referrer_phone")
# Nobody alive was born before this year.
OLDEST = 1890
# So many letters are kept of each.
MOST = {"given_name": 100, "family_name": 100, "address": 300, "postcode": 8, "phone": 40, "referrer_phone": 40}
SEXES = ("female", "male", "other", "unknown")

Typed = Mapping[str, list[str]]


def one(typed: Typed, name: str) -> str:
    """What was typed into a field of one line."""
    return " ".join((typed.get(name) or [""])[0].split())


def number_said(typed: Typed) -> str:
    """The NHS number that was typed, empty where it cannot be one."""
    number = digits(one(typed, "nhs_number"))
    return number if valid_nhs_number(number) else ""


def about_met(person_id: str, person: Mapping[str, Any], practice: str | None, locality: str | None) -> About:
    """Somebody whose record says who they are."""
    return About(
        person_id=person_id,
        nhs_number=person.get("nhs_number") or "",
        given_name=person.get("given_name") or "",
        family_name=person.get("family_name") or "",
        birth_date=date.fromisoformat(person["birth_date"]) if person.get("birth_date") else None,
        sex=person.get("sex") or "unknown",
        address=person.get("address") or "",
        postcode=person.get("postcode") or "",
        phone=person.get("phone") or "",
        practice=practice,
        locality=locality,
    )


def about_said(person_id: str, typed: Typed) -> About:
    """Somebody of whom only what was typed is known."""
    return About(
        person_id=person_id,
        nhs_number=number_said(typed),
        given_name=_kept(typed, "given_name"),
        family_name=_kept(typed, "family_name"),
        birth_date=read_date(one(typed, "birth_date")),
        sex=one(typed, "sex") if one(typed, "sex") in SEXES else "unknown",
        address=_kept(typed, "address"),
        postcode=_kept(typed, "postcode").upper(),
        phone=_kept(typed, "phone"),
        locality=one(typed, "locality") or None,
    )


def _kept(typed: Typed, name: str) -> str:
    return one(typed, name)[: MOST[name]]


def missing(
    typed: Typed,
    localities: Collection[str],
    origins: Collection[str],
    today: date,
    *,
    met: bool,
    placed: bool,
    names: bool,
) -> dict[str, str]:
    """By field, what a referral cannot do without besides the questions of its form.

    `met`: a record says who it is; `placed`: and where they belong; `names`: who refers must be named.
    """
    asked = ("referrer_phone",) if met else MOST
    problems = {name: f"Enter at most {MOST[name]} letters" for name in asked if len(one(typed, name)) > MOST[name]}
    if one(typed, "origin") not in origins:
        problems["origin"] = "Choose who refers"
    if names and not 0 < len(one(typed, "referrer")) <= 200:
        problems["referrer"] = "Enter the name of the referrer"
    if not met:
        if not one(typed, "family_name"):
            problems["family_name"] = "Enter the family name, or what the person is called"
        born = read_date(one(typed, "birth_date"))
        if one(typed, "birth_date") and (born is None or born.year < OLDEST or born > today):
            problems["birth_date"] = "Enter a real date of birth, like 6 August 1942"
        if one(typed, "nhs_number") and not number_said(typed):
            problems["nhs_number"] = "This NHS number is not valid. It has 10 digits, like 999 123 4567"
    if not placed and one(typed, "locality") not in localities:
        problems["locality"] = "Choose the locality in which the person is"
    return problems
