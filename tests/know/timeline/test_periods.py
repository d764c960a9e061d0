from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.know.timeline.told import NOW, day, extract, link, package, person, read, registered, store, told

from vanguard.know import timeline
from vanguard.lake import Lake

LINKS = [link("gp", "17", "P1"), link("social_care", "S4", "P1")]


def periods(lake: Lake, *rows: dict[str, Any], **known: Any) -> list[dict[str, Any]]:
    store(lake, person=[person("P1", **known)], person_link=LINKS, source_event=rows)
    timeline.build(lake, NOW)
    return read(lake, "SELECT * FROM person_period")


def spans(found: Sequence[dict[str, Any]]) -> list[tuple[date, date | None]]:
    return [(period["start"], period["end"]) for period in found]


def test_a_registration_goes_on_until_it_is_said_to_end(lake: Lake) -> None:
    assert periods(lake, registered("17", day(0), place="K82001", area="E01017600")) == [
        {
            "person_id": "P1",
            "start": day(0),
            "end": None,
            "practice": "K82001",
            "area": "E01017600",
            "care_home": None,
        }
    ]


def test_the_last_day_of_a_registration_counts_and_a_gap_stays_a_gap(lake: Lake) -> None:
    found = periods(lake, registered("17", day(0), day(9)), registered("17", day(20), day(20)))
    assert spans(found) == [(day(0), day(10)), (day(20), day(21))]


def test_the_later_registration_ends_the_earlier(lake: Lake) -> None:
    found = periods(
        lake,
        registered("17", day(0), place="K82001"),
        registered("17", day(100), day(199), place="K82002"),
    )
    assert spans(found) == [(day(0), day(100)), (day(100), day(200))]
    assert [period["practice"] for period in found] == ["K82001", "K82002"]


def test_registrations_with_one_practice_that_follow_on_are_one_period(lake: Lake) -> None:
    found = periods(lake, registered("17", day(0), day(9)), registered("17", day(10)))
    assert spans(found) == [(day(0), None)]


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "planned"])
def test_what_never_was_is_no_registration(lake: Lake, status: str) -> None:
    assert periods(lake, registered("17", day(0), status=status)) == []


def test_only_the_version_that_stands_counts(lake: Lake) -> None:
    found = periods(
        lake,
        registered("17", day(0), key="r", extracted_at=extract(date(2026, 7, 1))),
        registered("17", day(5), key="r"),
    )
    assert spans(found) == [(day(5), None)]


def test_a_registration_that_turned_out_to_be_something_else_is_none(lake: Lake) -> None:
    first = registered("17", day(0), key="r", extracted_at=extract(date(2026, 7, 1)))
    assert periods(lake, first, {**first, "row_id": "x", "setting": "community", "line": 3}) == []


def test_without_a_first_day_it_begins_when_we_heard_of_it(lake: Lake) -> None:
    found = periods(lake, {**registered("17", day(0)), "date": None})
    assert spans(found) == [(date(2026, 8, 1), None)]


def test_the_day_of_death_is_the_last(lake: Lake) -> None:
    assert spans(periods(lake, registered("17", day(0)), death_date=day(30))) == [(day(0), day(31))]


def test_a_death_that_any_partner_now_tells_of_ends_it(lake: Lake) -> None:
    def of(source: str, death: date | None, extracted: int) -> dict[str, Any]:
        return {
            "row_id": f"{source}{extracted}",
            "feed": source,
            "source": source,
            "source_id": {"gp": "17", "social_care": "S4"}[source],
            "file": f"{source}.csv",
            "line": 2,
            "load_id": "L1",
            "extracted_at": extract(date(2026, 7, extracted)),
            "death_date": death,
        }

    store(lake, source_person=[of("gp", day(10), 1), of("gp", None, 2), of("social_care", day(40), 1)])
    assert spans(periods(lake, registered("17", day(0)))) == [(day(0), day(41))]


def test_nobody_is_registered_before_birth(lake: Lake) -> None:
    found = periods(
        lake,
        registered("17", day(0), place="K82002"),
        registered("17", day(3), place="K82001"),
        birth_date=day(9),
    )
    assert [(p["start"], p["practice"]) for p in found] == [(day(9), "K82001")]


def test_somebody_known_to_other_partners_only_has_no_period(lake: Lake) -> None:
    rows = [package("S4", "residential", day(0)), told("17", "e1", date=day(3))]
    assert periods(lake, *rows) == []


def test_a_stay_in_a_care_home_cuts_the_period(lake: Lake) -> None:
    found = periods(
        lake,
        registered("17", day(0)),
        package("S4", "home_care", day(10)),
        package("S4", "residential", day(100), day(149), place="Elm House"),
        package("S4", "nursing", day(150), place="Oak Lodge"),
    )
    assert [(p["start"], p["end"], p["care_home"]) for p in found] == [
        (day(0), day(100), None),
        (day(100), day(150), "Elm House"),
        (day(150), None, "Oak Lodge"),
    ]


def test_a_care_home_without_a_name_is_still_one(lake: Lake) -> None:
    found = periods(lake, registered("17", day(0)), package("S4", "nursing", day(0), place=None))
    assert [period["care_home"] for period in found] == ["not named"]


# The slow reference: day by day, who was registered where, and in which home.
Spell = tuple[int, int | None, str]
spells = st.lists(
    st.tuples(st.integers(0, 60), st.one_of(st.none(), st.integers(-2, 40)), st.sampled_from(["A", "B", "C"])).map(
        lambda spell: (spell[0], None if spell[1] is None else spell[0] + spell[1], spell[2])
    ),
    max_size=6,
)
HORIZON = 150


def on_day(said: list[Spell], number: int) -> str | None:
    """Of the spells that begin by that day and do not end before they begin, the latest, if it goes on."""
    begun = [
        (start, order, end, name)
        for order, (start, end, name) in enumerate(said)
        if start <= number and (end is None or end >= start)
    ]
    if not begun:
        return None
    _, _, end, name = max(begun, key=lambda spell: spell[:2])
    return name if end is None or number <= end else None


def expected(
    registrations: list[Spell], homes: list[Spell], birth: int, death: int | None
) -> dict[int, tuple[str, str | None]]:
    found: dict[int, tuple[str, str | None]] = {}
    for number in range(birth, HORIZON if death is None else death + 1):
        practice = on_day(registrations, number)
        if practice is not None:
            found[number] = (practice, on_day(homes, number))
    return found


def life(registrations: list[Spell], homes: list[Spell]) -> list[dict[str, Any]]:
    """The rows; among spells that begin on one day the later extract comes later, as in the reference."""
    rows = []
    for order, (start, end, name) in enumerate(registrations):
        rows.append(
            registered(
                "17",
                day(start),
                None if end is None else day(end),
                key=f"r{order}",
                place=name,
                extracted_at=extract(day(1000 + order)),
            )
        )
    for order, (start, end, name) in enumerate(homes):
        rows.append(
            package(
                "S4",
                "residential",
                day(start),
                None if end is None else day(end),
                key=f"h{order}",
                place=name,
                extracted_at=extract(day(1000 + order)),
            )
        )
    return rows


@settings(max_examples=20, deadline=None)
@given(
    registrations=spells,
    homes=spells,
    birth=st.integers(-100, 50),
    death=st.one_of(st.none(), st.integers(0, 100)),
    order=st.randoms(use_true_random=False),
)
def test_every_day_is_counted_as_day_by_day(
    registrations: list[Spell], homes: list[Spell], birth: int, death: int | None, order: Random
) -> None:
    rows = life(registrations, homes)
    order.shuffle(rows)
    with TemporaryDirectory() as home:
        lake = Lake(Path(home))
        known = {"birth_date": day(birth), "death_date": None if death is None else day(death)}
        found = periods(lake, *rows, **known)
        first = lake.manifest()
        timeline.build(lake, NOW)
        assert lake.manifest() == first

    counted: dict[int, tuple[str, str | None]] = {}
    for period in found:
        assert period["end"] is None or period["start"] < period["end"]
        end = day(HORIZON) if period["end"] is None else period["end"]
        on = period["start"]
        while on < end:
            number = (on - day(0)).days
            assert number not in counted, "two periods hold one day"
            counted[number] = (period["practice"], period["care_home"])
            on += timedelta(days=1)
    assert counted == expected(registrations, homes, birth, death)
    for before, after in pairwise(found):
        same = all(before[name] == after[name] for name in ("practice", "area", "care_home"))
        assert not (same and before["end"] == after["start"]), "one period in two pieces"
