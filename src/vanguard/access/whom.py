"""Whom an NHS number and a date of birth mean, told together: nobody where either is wrong, or two share them."""

from datetime import date


def person_with(nhs_number: str, birth_date: date, *, living: bool = False) -> str:
    """The id of the one person, of the living only where asked; empty where there is not exactly one."""
    from vanguard.know.record.models import PersonIndex

    people = PersonIndex.objects.filter(nhs_number=nhs_number, birth_date=birth_date)
    if living:
        people = people.filter(death_date=None)
    found = list(people.values_list("person_id", flat=True)[:2]) if nhs_number else []
    return found[0] if len(found) == 1 else ""
