"""Whom an NHS number and a date of birth mean, told together, and where they belong."""

from datetime import date


def locality_of(person_id: str) -> str | None:
    """The locality in which the person is registered, by the index; None where it says none."""
    from vanguard.know.record.models import PersonIndex

    return PersonIndex.objects.filter(person_id=person_id).values_list("locality", flat=True).first()


def person_with(nhs_number: str, birth_date: date, *, living: bool = False) -> str:
    """The id of the one person, of the living only where asked; empty where there is not exactly one."""
    from vanguard.know.record.models import PersonIndex

    people = PersonIndex.objects.filter(nhs_number=nhs_number, birth_date=birth_date)
    if living:
        people = people.filter(death_date=None)
    found = list(people.values_list("person_id", flat=True)[:2]) if nhs_number else []
    return found[0] if len(found) == 1 else ""
