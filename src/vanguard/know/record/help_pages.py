"""One page of who to help next: what each row has, and what the list can be sorted by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

PAGE = 50
# What a list of people to help can be sorted by, and whether the first click shows high values first.
SORTS: Mapping[str, bool] = {
    "priority": True,
    "name": False,
    "age": True,
    "condition_count": True,
    "hospital_frailty": True,
    "emergency_admissions_12m": True,
    "bed_days_12m": True,
    "emergency_department_12m": True,
    "last_admission": True,
}


@dataclass(frozen=True)
class PersonLine:
    """Who a person is, for one line of a list."""

    person_id: str
    given_name: str
    family_name: str
    nhs_number: str
    birth_date: date | None
    death_date: date | None
    sex: str
    practice: str | None


@dataclass(frozen=True)
class HelpRow:
    """One person of a cohort: `person` for who may know them, else `pseudonym`; `member` has the rest."""

    person: PersonLine | None
    pseudonym: str | None
    member: Mapping[str, object]


@dataclass(frozen=True)
class HelpPage:
    """One page of a list; `practices` and `localities` can be filtered by.

    `total` counts the whole list; towards an analyst about, and None where there are too few to give.
    """

    rows: tuple[HelpRow, ...]
    total: int | None
    page: int
    pages: int
    size: int
    practices: tuple[str, ...]
    localities: tuple[str, ...]


# What the record tells of somebody on the list, beside who they are and where they belong.
TOLD = (
    "conditions", "condition_count", "alerts", "hospital_frailty", "hospital_frailty_band",
    "emergency_admissions_12m", "bed_days_12m", "emergency_department_12m", "falls_12m", "last_admission",
    "care_package",
)  # fmt: skip
WATCHED = "This record is watched: open it, with a reason, to see why they are on the list"
KEY = ("blueprint", "cohort", "person_id")
MEMBER = (
    "blueprint", "version", "cohort", "date", "practice", "locality", "priority", "rank", "reasons", "age",
    "sex", "conditions", "condition_count", "alerts", "hospital_frailty", "hospital_frailty_band",
    "emergency_admissions_12m", "bed_days_12m", "emergency_department_12m", "falls_12m", "last_admission",
    "care_package",
)  # fmt: skip
