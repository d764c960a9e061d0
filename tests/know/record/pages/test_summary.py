"""The top of the person's page and the picture of contacts."""

from datetime import date

from vanguard.know.record.pages.picture import HEIGHT, picture
from vanguard.know.record.pages.summary import SHOWN, banner, summary

TODAY = date(2026, 11, 22)
PERSON = {
    "given_name": "Ann", "family_name": "Shah", "birth_date": "1942-08-06", "nhs_number": "9991234567",
    "sex": "female", "address": "1 Mill Lane", "postcode": "HP20 1AA", "practice": "K1",
}  # fmt: skip


def test_who_the_page_is_about() -> None:
    made = banner({"person": PERSON, "practice_since": "2009-04-01"}, {"K1": "The Mill Surgery"}, TODAY)
    assert (made.name, made.born, made.age) == ("SHAH, Ann", "6 August 1942", "84 years")
    assert (made.nhs_number, made.address) == ("999 123 4567", "1 Mill Lane, HP20 1AA")
    assert (made.practice, made.practice_since, made.died) == ("The Mill Surgery", "1 April 2009", "")


def test_the_age_of_the_dead_is_that_at_death() -> None:
    made = banner({"person": PERSON | {"death_date": "2020-08-05"}}, {}, TODAY)
    assert (made.died, made.age, made.practice) == ("5 August 2020", "77 years", "K1")


def test_nothing_known_is_said_so() -> None:
    made = banner({"person": {}}, {}, TODAY)
    assert (made.name, made.born, made.age) == ("Name not known", "Not known", "age not known")
    assert (made.nhs_number, made.address, made.practice) == ("Not known", "Not known", "Not registered")


def test_long_lists_are_cut_but_lose_nothing() -> None:
    noted = [{"label": str(number), "since": "2020-01-01", "source": "gp"} for number in range(SHOWN + 5)]
    data = {"person": PERSON, "conditions": noted, "medicines": noted[: SHOWN + 1], "alerts": noted}
    made = summary(data, TODAY)
    assert [line.label for line in (*made.conditions.first, *made.conditions.rest)] == [n["label"] for n in noted]
    assert (len(made.conditions.first), len(made.conditions.rest)) == (SHOWN, 5)
    assert made.medicines.rest == ()
    assert [line.label for line in made.alerts.first] == [n["label"] for n in noted], "alerts are never cut"


def contact(day: str, setting: str) -> dict[str, str]:
    return {"kind": "Encounter", "date": day, "setting": setting, "source": "gp"}


def test_recent_contacts_are_encounters() -> None:
    entries = [
        contact("2026-11-18", "primary_care") | {"display": "Visit"},
        {"kind": "Condition", "date": "2026-11-19"},
    ]
    made = summary({"person": PERSON, "entries": entries}, TODAY)
    assert [(one.label, one.ago, one.source) for one in made.contacts.first] == [("Visit", "4 days ago", "GP surgery")]


def test_the_picture_says_what_its_table_says() -> None:
    days = ("2024-11-30", "2024-12-01", "2026-11-22", "2026-11-01", "2026-12-01")
    made = picture([contact(day, "primary_care") for day in days] + [contact("2026-11-02", "hospice")], TODAY)
    assert [(words, count) for _, words, count in made.settings] == [("GP surgery", 3), ("Other", 1)]
    assert sum(sum(row.counts) for row in made.rows) == 4
    assert (made.rows[0].month, made.rows[0].counts, made.rows[-1].month) == (
        "November 2026",
        (2, 1),
        "December 2024",
    )
    assert (made.first, made.middle, made.last, made.most) == (
        "December 2024",
        "December 2025",
        "November 2026",
        3,
    )
    assert made.sentence == "4 contacts since December 2024: GP surgery 3; Other 1."
    assert max(bar.height for bar in made.bars) <= HEIGHT
    assert min(bar.y for bar in made.bars) >= 0


def test_no_contacts_is_said_in_words() -> None:
    made = picture([], TODAY)
    assert (made.settings, made.sentence) == ((), "No contacts since December 2024.")
