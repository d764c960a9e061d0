"""The timeline: filters, pages, what is new, and what a line says."""

from datetime import UTC, datetime
from typing import Any

from vanguard.know.record.pages.timeline import PAGE, Timeline, timeline

LOOK = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
STAY = {
    "id": "1", "kind": "Encounter", "setting": "inpatient", "status": "finished", "method": "emergency",
    "start": "2026-08-09T23:00:00Z", "date": "2026-08-10", "end_date": "2026-08-17", "timed": False,
    "codes": ["icd10:I50"], "display": "Heart failure", "source": "acute",
    "known_from": "2026-11-15T02:00:00Z", "place": "K1",
}  # fmt: skip
PRESSURE = {
    "id": "2", "kind": "Observation", "setting": "primary_care", "status": "final",
    "start": "2026-07-28T15:30:00Z", "date": "2026-07-28", "timed": True, "codes": [],
    "display": "Systolic blood pressure", "value": 132.0,
    "unit": "mm[Hg]", "source": "gp", "known_from": "2026-10-15T02:00:00Z",
}  # fmt: skip
UNDATED = {
    "id": "3",
    "kind": "Condition",
    "status": "entered-in-error",
    "codes": ["vgp:copd"],
    "source": "gp",
}
ALL = (STAY, PRESSURE, UNDATED)


def shown(entries: Any = ALL, **asked: Any) -> Timeline:
    usual = {
        "settings": (),
        "kinds": (),
        "only_new": False,
        "page": 1,
        "last_look": LOOK,
        "places": {"K1": "The Mill"},
    }
    return timeline(entries, **(usual | asked))


def names(made: Timeline) -> list[str]:
    return [entry.what for _, entries in made.groups for entry in entries]


def test_a_line_says_what_when_where_and_who_told_us() -> None:
    [stay] = shown(kinds=["Encounter"]).groups[0][1]
    assert (stay.day, stay.time, stay.what) == ("10 August 2026", "", "Heart failure")
    assert stay.details == ("Emergency", "7 nights, left 17 August 2026")
    assert (stay.setting, stay.source) == ("Hospital stay", "Hospital record, The Mill")
    [pressure] = shown(kinds=["Observation"]).groups[0][1]
    assert (pressure.time, pressure.details) == ("4.30pm", ("132 mmHg",))


def test_how_it_came_about_is_not_said_twice() -> None:
    [line] = shown([STAY | {"display": "Emergency admission: heart failure"}]).groups[0][1]
    assert line.details == ("7 nights, left 17 August 2026",)
    [line] = shown([{key: value for key, value in STAY.items() if key != "end_date"}]).groups[0][1]
    assert line.details[-1] == "Still in hospital at the last extract"


def test_what_has_no_date_or_name_is_still_shown() -> None:
    groups = shown().groups
    assert groups[-1][0] == "No date given"
    assert (groups[-1][1][0].what, groups[-1][1][0].tag) == ("vgp:copd", "Entered in error")


def test_new_is_what_we_learned_since_the_last_look() -> None:
    assert shown().new == 1
    assert names(shown(only_new=True)) == ["Heart failure"]
    assert shown(last_look=None).new == 0


def test_filters_count_all_and_show_some() -> None:
    made = shown(settings=["primary_care"])
    assert (made.total, made.found, names(made)) == (3, 1, ["Systolic blood pressure"])
    assert {choice.value: (choice.count, choice.chosen) for choice in made.settings} == {
        "inpatient": (1, False),
        "primary_care": (1, True),
        "": (1, False),
    }
    assert shown(settings=["primary_care"], kinds=["Encounter"]).groups == ()
    assert shown(settings=["moon"]).found == 0


def test_pages_hold_every_entry_once() -> None:
    entries = [PRESSURE | {"display": str(number)} for number in range(2 * PAGE + 7)]
    pages = [shown(entries, page=number) for number in (1, 2, 3)]
    assert [name for page in pages for name in names(page)] == [str(number) for number in range(2 * PAGE + 7)]
    assert [(page.first, page.last, page.pages) for page in pages] == [
        (1, 50, 3),
        (51, 100, 3),
        (101, 107, 3),
    ]
    assert names(shown(entries, page=99)) == names(pages[2])
    assert (shown([]).first, shown([]).last, shown([]).pages) == (0, 0, 1)
