"""The margins of a place that was made, measured from its extracts and its truth."""

import calendar
from collections import Counter
from itertools import pairwise
from pathlib import Path

import duckdb

from vanguard.errors import BadInput
from vanguard.synth.compare.made_place import MadePlace
from vanguard.synth.compare.margin import Margin
from vanguard.synth.margins import age_bands, practices, published, small_areas

BANDS = tuple(f"{band.first} to {band.last}" if band.last < 100 else f"{band.first} and over" for band in age_bands())
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = tuple(calendar.month_abbr[1:])


def measure(place: Path) -> list[Margin]:
    """Every margin that the page shows. Raises BadInput where the folder holds no place."""
    if not (place / "truth" / "settings.yaml").exists():
        raise BadInput(
            "There is no synthetic place in the folder.", where=str(place), do="Make one with `vanguard synth`."
        )
    with duckdb.connect() as con:
        seen = MadePlace(con, place)
        return [*_people(seen), *_attendances(seen), *_admissions(seen), _prevalence(seen), _yearly(seen)]


def _people(place: MadePlace) -> list[Margin]:
    sources = published()["sources"]
    areas, lists = small_areas(), practices()
    band = place.band("birth_date", f"date '{place.end}'")
    mine = place.counts(f"select {band} as b, count(*) from living group by 1", list(range(8)))
    theirs = [sum(area.residents[band] for area in areas) for band in range(8)]
    by_area = place.counts("select lsoa, count(*) from living group by 1", [area.code for area in areas])
    residents = [sum(area.residents) for area in areas]
    by_tenth, of_tenth = Counter[int](), Counter[int]()
    for area, count, true in zip(areas, by_area, residents, strict=True):
        by_tenth[area.imd_decile] += int(count)
        of_tenth[area.imd_decile] += true
    tenths = sorted(of_tenth)
    by_list = place.counts("select practice_code, count(*) from living group by 1", [one.code for one in lists])
    per = published()["registered"]["value"] / sum(by_area)
    all_, listed = sum(residents), sum(one.list_size for one in lists)
    old = sum(mine[5:]) / sum(mine)
    return [
        Margin("ages", "People by age", "per cent of people", BANDS, _shares(mine), _shares(theirs), sources["ons"],
               counted=tuple(mine)),
        Margin(
            "older", "People aged 65 and over", "per cent of people", ("65 and over",), (100 * old,),
            (100 * published()["over_65"]["value"],), sources["papers"], "none",
            "The papers say more than 16%; the small-area estimates of mid-2017, which were fitted, 18.3%.",
        ),
        Margin(
            "areas", "People by small area", "people", tuple(area.code for area in areas),
            tuple(count * per for count in by_area),
            tuple(count * published()["registered"]["value"] / all_ for count in residents), sources["ons"], "points",
            "The 320 small areas (LSOAs). Households are formed within an area where they can be, so some move.",
            counted=tuple(by_area),
        ),
        Margin(
            "deprivation", "People by deprivation", "per cent of people", tuple(str(tenth) for tenth in tenths),
            _shares([by_tenth[tenth] for tenth in tenths]), _shares([of_tenth[tenth] for tenth in tenths]),
            sources["ons"], note="Tenths of England's small areas, 1 the most deprived.",
            counted=tuple(by_tenth[tenth] for tenth in tenths),
        ),
        Margin(
            "lists", "People by practice", "people", tuple(one.name for one in lists), tuple(n * per for n in by_list),
            tuple(one.list_size * published()["registered"]["value"] / listed for one in lists), sources["lists"],
            "points",
            "Lists of January 2021, scaled; practices without one then are assumed to have 6,000 people. Fitted "
            "together with the residents of the areas: where a locality has more people than its lists have places, "
            "more of them register in another.", counted=tuple(by_list),
        ),
    ]  # fmt: skip


def _attendances(place: MadePlace) -> list[Margin]:
    facts, sources = published(), published()["sources"]
    rows = "emergency_attendances where try_cast(ARRIVAL_AT as timestamp) is not null"
    at = "ARRIVAL_AT::timestamp"
    hour = place.counts(f"select hour({at}), count(*) from {rows} group by 1", list(range(24)))
    weekday = place.counts(f"select isodow({at}), count(*) from {rows} group by 1", list(range(1, 8)))
    month = _a_day(place, f"select month({at}), count(*) from {rows} group by 1")
    by, ages = facts["attendances_by"], facts["attendances_by_age"]
    age = place.counts(
        f"select {place.band('DOB', f'{at}::date', ages['from_age'])} as b, count(*) from {rows} group by 1",
        list(range(len(ages["attendances"]))),
    )
    small = "The published shape is of 1,000 artificial rows of all England, so it wobbles."
    ours = "The county's own trust; many of its people go to hospitals outside the county."
    return [
        Margin(
            "attendances-month", "A&E attendances by month", "a day, against the year's mean of 1", MONTHS,
            _against_mean(month), _against_mean(facts["attendances_a_day"]["by_month"]), sources["provider"],
            "line", ours,
        ),
        Margin(
            "attendances-weekday", "A&E attendances by day of the week", "per cent", DAYS, _shares(weekday),
            _shares(by["weekday"]), sources["hes"], note=small, counted=tuple(weekday),
            published_counted=tuple(by["weekday"]),
        ),
        Margin(
            "attendances-hour", "A&E attendances by hour of arrival", "per cent",
            tuple(str(hour) for hour in range(24)), _shares(hour), _shares(by["hour"]), sources["hes"], "line", small,
            tuple(hour), tuple(by["hour"]),
        ),
        Margin(
            "attendances-age", "A&E attendances by age", "per cent", _from_ages(ages["from_age"]), _shares(age),
            _shares(ages["attendances"]), sources[ages["source"]], counted=tuple(age),
            note="No figure of the county by age was at hand. These are of 4.2 million attendances elsewhere in "
            "England, where more people are young adults and fewer are of school age than here.",
        ),
    ]  # fmt: skip


def _admissions(place: MadePlace) -> list[Margin]:
    facts, source = published()["admissions"], published()["sources"]["mar"]
    found = []
    for id, title, method, key in (
        ("nonelective-month", "Non-elective admissions by month", "2%", "nonelective_a_day"),
        ("elective-month", "Planned admissions by month", "1%", "elective_a_day"),
    ):
        rows = f"inpatient_spells where ADMIMETH like '{method}' and try_cast(ADMIDATE as date) is not null"
        month = _a_day(place, f"select month(ADMIDATE::date), count(*) from {rows} group by 1")
        note = (
            "Fitted: planned admissions fall in August and December, when hospitals do less."
            if method == "1%"
            else "Published are first finished episodes, transfers among them, without maternity."
        )
        mine, theirs = _against_mean(month), _against_mean(facts[key])
        found.append(
            Margin(id, title, "a day, against the year's mean of 1", MONTHS, mine, theirs, source, "line", note)
        )
    return found


def _prevalence(place: MadePlace) -> Margin:
    table = published()["prevalence"]
    labels, mine, theirs = [], [], []
    place.con.execute(
        f"""create table on_list as select patient_id,
              min(date_diff('day', try_cast(birth_date as date), date '{place.end}') / 365.2425) as age
            from gp_registrations where registered_to is null group by 1"""
    )
    for id, (percent, from_age) in table["conditions"].items():
        share = place.one(
            f"""select 100.0 * count(p.patient_id) / count(*) from on_list l left join problem p
                on p.patient_id = l.patient_id and p.code = '{id}' where l.age >= {from_age}"""
        )
        labels.append(id.replace("_", " ") + (f" ({from_age} and over)" if from_age else ""))
        mine.append(share)
        theirs.append(percent)
    return Margin(
        "prevalence", "People with long-term conditions", "per cent of people on the lists", tuple(labels), tuple(mine),
        tuple(theirs), published()["sources"][table["source"]],
        note="Of England, which is younger and poorer than Buckinghamshire. Registers count what a practice is paid "
        "to count: obesity only where it was measured in the last year, asthma only where it is treated, cancer "
        "only since 2003.",
    )  # fmt: skip


def _yearly(place: MadePlace) -> Margin:
    """Numbers a year for as many registered people as the papers count, and costs."""
    facts = published()
    per, to = place.scale, facts["registered"]["value"]
    stays = facts["admissions"]

    def a_year(sql: str) -> float:
        return place.one(f"select count(*) from {sql}") * float(per)

    values = [
        ("A&E attendances", a_year("emergency_attendances"), facts["attendances"]["value"]),
        ("Non-elective admissions", a_year("inpatient_spells where ADMIMETH like '2%'"),
         stays["nonelective_a_year"] * to / stays["people"]),
        ("Planned admissions", a_year("inpatient_spells where ADMIMETH like '1%'"),
         stays["elective_a_year"] * to / stays["people"]),
        ("Planned admissions without a night, per cent", 100 * place.one(
            "select avg((ADMIDATE = DISDATE)::int) from inpatient_spells where ADMIMETH like '1%'"),
         100 * stays["day_cases"]),
        ("Births in hospital", a_year("inpatient_spells where ADMIMETH like '3%'"), facts["births"]["value"]),
        ("Deaths", a_year(f"persons where death_date >= date '{place.start}'"), None),
        ("Spells of community care", place.one(
            """select count(*) from (select try_cast(contact_at as timestamp) as seen,
                 lag(seen) over (partition by client_id, activity order by seen) as before from community_contacts)
               where before is null or seen > before + interval 45 day""") * per,
         facts["community_referrals"]["value"]),
        ("Requests to the council", a_year(
            f"social_care_events where Event_Type = 'Request' and Event_Start_Date >= '{place.start}'"), None),
        ("Ambulance incidents", a_year("ambulance_incidents"), None),
        ("Calls to 111", a_year("calls_111"), None),
        ("Mental health contacts", a_year("mental_health_contacts"), None),
        ("People in care homes", place.one("select count(*) from care_home_residents where moved_out is null")
         * to / place.one("select count(*) from living"), None),
        ("Mean cost of an attendance, pounds", place.one(
            "select avg(try_cast(COST_GBP as double)) from emergency_attendances"), facts["attendance_cost"]["value"]),
        ("Mean cost of an emergency admission, pounds", place.one(
            "select avg(try_cast(COST_GBP as double)) from inpatient_spells where ADMIMETH like '2%'"),
         facts["emergency_cost"]["value"]),
    ]  # fmt: skip
    return Margin(
        "yearly", "Numbers a year and costs", "a year, or as said", tuple(label for label, *_ in values),
        tuple(mine for _, mine, _ in values), tuple(theirs for *_, theirs in values),
        f"{facts['sources']['papers']}; {facts['sources']['mar']}", "none",
        "Births: those at the county's own trust were published, here are all the county's mothers. Community care: "
        "published are referrals to the adult teams, here spells of contacts. Where nothing stands as published, no "
        "figure was at hand.",
    )  # fmt: skip


def _from_ages(begin: list[int]) -> tuple[str, ...]:
    """Bands of age in words, from the ages at which they begin."""
    words = (f"{first}" if first == after - 1 else f"{first} to {after - 1}" for first, after in pairwise(begin))
    return (*words, f"{begin[-1]} and over")


def _shares(values: list[float] | list[int]) -> tuple[float, ...]:
    """Per cent of their sum."""
    whole = sum(values) or 1
    return tuple(100 * value / whole for value in values)


def _against_mean(values: list[float]) -> tuple[float, ...]:
    mean = sum(values) / len(values) or 1
    return tuple(value / mean for value in values)


def _a_day(place: MadePlace, sql: str) -> list[float]:
    """Counts by calendar month over the days of the window that are in it."""
    days = place.counts(
        f"""select month(day), count(*) from (select unnest(generate_series(date '{place.start}',
              date '{place.end}' - 1, interval 1 day)) as day) group by 1""",
        list(range(1, 13)),
    )
    counts = place.counts(sql, list(range(1, 13)))
    return [count / length if length else 0.0 for count, length in zip(counts, days, strict=True)]
