"""People as staff read them: name, NHS number, age, sex. The one place that decides how a name is written."""

from datetime import date

from vanguard.nhs_number import formatted
from vanguard.web.presenters.times import months_between

_SEXES = {"female": "Female", "male": "Male", "other": "Other"}


def banner_name(given_name: str | None, family_name: str | None) -> str:
    """SURNAME, Given: how every staff page names a person. What is missing is left out."""
    parts = [family_name.upper() if family_name else "", given_name or ""]
    return ", ".join(part for part in parts if part) or "Name not known"


def nhs_number(number: str | None) -> str:
    """999 123 4567, or "Not known". The page keeps it on one line."""
    return formatted(number) if number else "Not known"


def age(birth_date: date | None, on: date) -> int | None:
    """Completed years on a day; born on 29 February counts from 1 March. None if unknown or not yet born."""
    if birth_date is None or birth_date > on:
        return None
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def age_in_words(birth_date: date | None, on: date) -> str:
    """84 years; 18 months under two years; 3 weeks under three months; 5 days under four weeks."""
    years = age(birth_date, on)
    if birth_date is None or years is None:
        return "age not known"
    if years >= 2:
        return f"{years} years"
    days = (on - birth_date).days
    months = months_between(birth_date, on)
    if months >= 3:
        return f"{months} months"
    number, unit = (days // 7, "week") if days >= 28 else (days, "day")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def sex(code: str | None) -> str:
    """Female, Male, Other or "Not known"."""
    return _SEXES.get(code or "", "Not known")
