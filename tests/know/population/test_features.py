"""Features against a slow reference in plain Python, and the edges of each window by hand."""

import random
from datetime import UTC, date, datetime, timedelta

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vanguard.codes import alerts, band_of, conditions, falls, frailty_weights
from vanguard.errors import BadInput
from vanguard.know.population import last_month_end
from vanguard.know.population.build import NOTHING
from vanguard.know.population.features import make_features
from vanguard.know.population.months import windows
from vanguard.lake import tables

MONTH_END = date(2026, 2, 28)
YEAR_FROM = date(2025, 3, 1)
FRAILTY_FROM = date(2024, 3, 1)
LEARNED = datetime(2026, 4, 1, tzinfo=UTC)
ARROW = {
    "text": pa.string(),
    "date": pa.date32(),
    "instant": pa.timestamp("us"),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "list of text": pa.list_(pa.string()),
}
PERSON = {"person_id": "p", "birth_date": date(1940, 5, 1), "sex": "female", "death_date": None}
PERIOD = {"person_id": "p", "start": date(2000, 1, 1), "end": None, "practice": "K1", "area": "E1"}
EVENT = {
    "person_id": "p",
    "kind": "Encounter",
    "setting": "inpatient",
    "status": "finished",
    "method": "emergency",
    "date": date(2026, 1, 10),
    "end_date": date(2026, 1, 12),
    "codes": [],
    "known_from": datetime(2026, 2, 1, tzinfo=UTC),
    "known_to": None,
}


def arrow(table, rows):
    columns = tables()[table].columns
    return pa.table({c.name: pa.array([row.get(c.name) for row in rows], ARROW[c.type]) for c in columns})


def features(persons, periods, events, month_end=MONTH_END, sensitive=NOTHING):
    """The features by person, as the SQL makes them."""
    con = duckdb.connect(config={"threads": 1})
    for table, rows in (("person", persons), ("person_period", periods), ("event", events)):
        con.register(table, arrow(table, rows))
    make_features(con, windows(month_end, frailty_weights().look_back_years), sensitive)
    names = tables()["person_feature"].column_names
    listed = ", ".join(f'"{name}"' for name in names)
    rows = con.execute(f"SELECT {listed} FROM feature").fetchall()
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows}


def one(*events, person=None, month_end=MONTH_END):
    """The features of one person with these events, each a change to an emergency admission."""
    made = features([PERSON | (person or {})], [PERIOD], [EVENT | event for event in events], month_end)
    return made["p"]


def test_what_is_kept_back_counts_nowhere():
    kept_back = {"codes": ["icd10:I10", "icd10:O04"], "method": "elective"}
    problem = {"kind": "Condition", "codes": ["icd10:B20"], "setting": None, "method": None}
    events = [EVENT | {"event_id": f"e{n}"} | more for n, more in enumerate([{}, kept_back, problem])]
    sensitive = pa.table({"code": ["icd10:O04", "icd10:B2"], "prefix": [False, True]})
    without = features([PERSON], [PERIOD], events[:1])
    assert features([PERSON], [PERIOD], events, sensitive=sensitive) == without
    assert features([PERSON], [PERIOD], events) != without


# The slow reference.


def reference(persons, periods, events, month_end, year_from, frailty_from):
    known = {person["person_id"]: person for person in persons}
    found = {}
    for person_id, person in known.items():
        here = [
            period
            for period in periods
            if period["person_id"] == person_id
            and period["start"] <= month_end
            and (period["end"] is None or period["end"] > month_end)
        ]
        if here and (person["death_date"] is None or person["death_date"] > month_end):
            latest = max(period["start"] for period in here)
            chosen = min(
                (period for period in here if period["start"] == latest),
                key=lambda p: (
                    p["practice"] is None,
                    p["practice"] or "",
                    p["area"] is None,
                    p["area"] or "",
                ),
            )
            own = [event for event in events if event["person_id"] == person_id]
            found[person_id] = describe(person, chosen, own, month_end, year_from, frailty_from)
    return found


def describe(person, period, events, month_end, year_from, frailty_from):
    happened = []
    for event in events:
        day = event["date"]
        if day is None and event["kind"] == "Condition":
            day = event["known_from"].date()
        wrong = event["status"] in ("planned", "cancelled", "not-done", "refuted", "entered-in-error")
        if event["known_to"] is None and day is not None and day <= month_end and not wrong:
            happened.append(event | {"date": day})
    contacts = [event for event in happened if event["kind"] == "Encounter"]
    problems = [event for event in happened if event["kind"] == "Condition"]
    standing = [
        event
        for event in problems
        if not (event["end_date"] <= month_end if event["end_date"] else event["status"] in ("resolved", "inactive"))
    ]
    stays = [event for event in contacts if event["setting"] == "inpatient"]
    held = sorted(c.id for c in conditions() if any(c.holds(code) for e in standing + contacts for code in e["codes"]))
    tenths, band = score(person, stays, month_end, frailty_from)

    def recent(setting, method=None):
        return sum(
            event["date"] >= year_from and event["setting"] == setting and method in (None, event["method"])
            for event in contacts
        )

    return {
        "person_id": person["person_id"],
        "month_end": month_end,
        "age": years(person["birth_date"], month_end),
        "sex": person["sex"],
        "practice": period["practice"],
        "area": period["area"],
        "conditions": held,
        "condition_count": len(held),
        "alerts": sorted(a.id for a in alerts() if any(a.holds(code) for e in standing for code in e["codes"])),
        "hospital_frailty": None if tenths is None else tenths / 10,
        "hospital_frailty_band": band,
        "emergency_admissions_12m": recent("inpatient", "emergency"),
        "elective_admissions_12m": recent("inpatient", "elective"),
        "bed_days_12m": len(nights(stays, month_end, year_from)),
        "emergency_department_12m": recent("emergency_department"),
        "primary_care_12m": recent("primary_care"),
        "community_12m": recent("community"),
        "falls_12m": len(
            {
                event["date"]
                for event in problems + contacts
                if event["date"] >= year_from and any(falls().holds(code) for code in event["codes"])
            }
        ),
        "last_admission": max((stay["date"] for stay in stays), default=None),
        "care_package": any(
            event["setting"] == "social_care"
            and (event["end_date"] >= month_end if event["end_date"] else event["status"] != "finished")
            for event in contacts
        ),
    }


def years(birth, day):
    if birth is None or birth > day:
        return None
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def score(person, stays, month_end, frailty_from):
    looked_at = [stay for stay in stays if stay["date"] >= frailty_from]
    age = years(person["birth_date"], month_end)
    if age is None or age < 75 or not any(stay["method"] == "emergency" for stay in looked_at):
        return None, None
    seen = {code[6:9] for stay in looked_at for code in stay["codes"] if code.startswith("icd10:")}
    tenths = sum(weight for category, weight in frailty_weights().tenths if category in seen)
    return tenths, band_of(frailty_weights().bands, tenths).id


def nights(stays, month_end, year_from):
    slept = set()
    for stay in stays:
        end = stay["end_date"]
        if end is None:
            end = stay["date"] if stay["status"] == "finished" else month_end + timedelta(days=1)
        day = stay["date"]
        while day < end and day <= month_end:
            slept |= {day} if day >= year_from else set()
            day += timedelta(days=1)
    return slept


EDGES = [
    MONTH_END,
    MONTH_END + timedelta(days=1),
    MONTH_END - timedelta(days=1),
    YEAR_FROM,
    YEAR_FROM - timedelta(days=1),
    FRAILTY_FROM,
    FRAILTY_FROM - timedelta(days=1),
    date(2024, 2, 29),
]
ICD10 = ["J441", "J44", "F03", "F059", "W19X", "R296", "I110", "N390", "N394", "Z602"]
VGP = ["copd", "fall", "lives_alone", "frailty_severe"]
CODES = [*(f"icd10:{code}" for code in ICD10), *(f"vgp:{code}" for code in VGP), "snomed:1"]
SETTINGS = ["inpatient", "inpatient", "emergency_department", "primary_care", "community", "social_care", None]
STATUSES = ["finished", "in-progress", None, "cancelled", "active", "resolved"]
BIRTHS = [date(1951, 2, 28), date(1951, 3, 1), date(1948, 2, 29), date(1930, 1, 1), None]
PEOPLE, EVENTS = 150, 2_000


def town(seed):
    """People, their registrations and events, of which many days lie at the edges of the windows."""
    rng = random.Random(seed)
    pick = rng.choice

    def day():
        return pick(EDGES) if rng.random() < 0.4 else date(2023, 6, 1) + timedelta(days=rng.randrange(1_065))

    def perhaps(share):
        return day() if rng.random() < share else None

    persons = [
        {
            "person_id": f"p{number}",
            "birth_date": pick(BIRTHS) if rng.random() < 0.8 else day(),
            "sex": pick(["female", "male", None]),
            "death_date": perhaps(0.15),
        }
        for number in range(PEOPLE)
    ]
    periods = [
        {
            "person_id": person["person_id"],
            "start": day(),
            "end": perhaps(0.4),
            "practice": pick(["K1", "K2", None]),
            "area": pick(["E1", "E2", None]),
        }
        for person in persons
        for _ in range(rng.randrange(4))
    ]
    events = [
        {
            "person_id": f"p{rng.randrange(PEOPLE)}",
            "kind": pick(["Encounter", "Encounter", "Condition", "Observation"]),
            "setting": pick(SETTINGS),
            "status": pick(STATUSES),
            "method": pick(["emergency", "elective", "other", None]),
            "date": perhaps(0.9),
            "end_date": perhaps(0.6),
            "codes": [pick(CODES) for _ in range(rng.randrange(5))],
            "known_from": LEARNED - timedelta(days=rng.randrange(400)),
            "known_to": pick([None, None, None, datetime(2026, 3, 1, tzinfo=UTC)]),
        }
        for _ in range(EVENTS)
    ]
    return persons, periods, events


@settings(max_examples=5)
@given(st.integers(0, 10**6))
def test_sql_agrees_with_the_slow_reference(seed):
    """A few towns of many people: of five people at a time, hardly one was alive, registered and at an edge."""
    people, periods, events = town(seed)
    made = features(people, periods, events)
    assert len(made) > PEOPLE / 4
    assert made == reference(people, periods, events, MONTH_END, YEAR_FROM, FRAILTY_FROM)


# By hand.


@pytest.mark.parametrize(
    ("day", "counted"),
    [(date(2025, 2, 28), 0), (date(2025, 3, 1), 1), (date(2026, 2, 28), 1), (date(2026, 3, 1), 0)],
)
def test_twelve_months_begin_after_the_same_month_last_year_and_end_with_the_month(day, counted):
    assert one({"date": day, "end_date": day})["emergency_admissions_12m"] == counted


@pytest.mark.parametrize(("day", "counted"), [(date(2024, 2, 29), 0), (date(2024, 3, 1), 1)])
def test_a_leap_day_belongs_to_one_year_only(day, counted):
    row = one({"date": day, "end_date": day}, month_end=date(2025, 2, 28))
    assert row["emergency_admissions_12m"] == counted
    before = one({"date": day, "end_date": day}, month_end=date(2024, 2, 29))
    assert before["emergency_admissions_12m"] == 1 - counted


@pytest.mark.parametrize(
    ("birth", "age"),
    [
        (date(1951, 2, 28), 75),
        (date(1951, 3, 1), 74),
        (date(1948, 2, 29), 77),
        (None, None),
        (date(2026, 3, 1), None),
    ],
)
def test_age_in_completed_years(birth, age):
    row = one({"codes": ["icd10:F03"]}, person={"birth_date": birth})
    assert row["age"] == age
    assert (row["hospital_frailty"] is not None) == (age is not None and age >= 75)


def test_frailty_counts_each_category_once_over_the_admissions_of_two_years():
    row = one(
        {"date": date(2024, 3, 1), "codes": ["icd10:N390", "icd10:F03"], "method": "elective"},
        {"codes": ["icd10:N394", "icd10:W19"]},
        {"date": date(2024, 2, 29), "codes": ["icd10:F00"]},
        {"setting": "emergency_department", "codes": ["icd10:G81"]},
    )
    assert row["hospital_frailty"] == pytest.approx((32 + 21 + 32) / 10)
    assert row["hospital_frailty_band"] == "intermediate"


def test_frailty_of_an_emergency_admission_without_such_codes_is_nought_and_low():
    row = one({"codes": ["icd10:Z380"]})
    assert (row["hospital_frailty"], row["hospital_frailty_band"]) == (0.0, "low")


def test_frailty_needs_an_emergency_admission():
    assert one({"method": "elective", "codes": ["icd10:F00"]})["hospital_frailty"] is None


@pytest.mark.parametrize(
    ("stays", "expected"),
    [
        ([(date(2026, 1, 10), date(2026, 1, 12))], 2),
        ([(date(2026, 1, 10), date(2026, 1, 10))], 0),
        ([(date(2025, 2, 20), date(2025, 3, 3))], 2),
        ([(date(2026, 2, 27), date(2026, 3, 9))], 2),
        ([(date(2026, 1, 10), date(2026, 1, 15)), (date(2026, 1, 12), date(2026, 1, 14))], 5),
        ([(date(2026, 1, 10), date(2026, 1, 12)), (date(2026, 1, 12), date(2026, 1, 13))], 3),
    ],
)
def test_nights_are_those_within_the_year_each_once(stays, expected):
    assert one(*({"date": first, "end_date": last} for first, last in stays))["bed_days_12m"] == expected


def test_someone_still_in_hospital_slept_there_to_the_end_of_the_month():
    row = one({"date": date(2026, 2, 20), "end_date": None, "status": "in-progress"})
    assert row["bed_days_12m"] == 9


@pytest.mark.parametrize(
    ("change", "has"),
    [
        ({}, True),
        ({"end_date": date(2026, 2, 28)}, False),
        ({"end_date": date(2026, 3, 1)}, True),
        ({"status": "resolved"}, False),
        ({"status": "entered-in-error"}, False),
        ({"known_to": datetime(2026, 2, 10, tzinfo=UTC)}, False),
        ({"date": date(2026, 3, 1)}, False),
        ({"date": None}, True),
        ({"kind": "Encounter", "end_date": date(2026, 1, 1)}, True),
        ({"kind": "MedicationRequest"}, False),
    ],
)
def test_a_problem_counts_while_it_stands(change, has):
    problem = {"kind": "Condition", "setting": None, "status": "active", "end_date": None}
    assert one(problem | {"codes": ["icd10:J441"]} | change)["conditions"] == (["copd"] if has else [])


def test_people_who_died_or_left_have_no_row():
    people = [PERSON | {"person_id": name} for name in "abcd"]
    people[0]["death_date"] = MONTH_END
    people[1]["death_date"] = MONTH_END + timedelta(days=1)
    periods = [PERIOD | {"person_id": name} for name in "abcd"]
    periods[2]["end"] = MONTH_END
    periods[3]["end"] = MONTH_END + timedelta(days=1)
    assert set(features(people, periods, [])) == {"b", "d"}


def test_a_month_end_must_be_one():
    with pytest.raises(BadInput, match="27 February 2026 is not the last day of a month"):
        windows(date(2026, 2, 27), 2)


@given(st.datetimes().map(lambda instant: instant.replace(tzinfo=UTC).date()).filter(lambda d: d.year > 2))
def test_the_last_month_end_lies_before_today_and_within_31_days(today):
    found = last_month_end(today)
    assert found < today <= found + timedelta(days=31)
    assert windows(found, 2).day_after.day == 1
