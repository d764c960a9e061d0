"""A synthetic place is the same every time, true to its margins, and possible as lives."""

import hashlib
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from tests.synth.conftest import FEEDS, Place

from vanguard.cli import cli
from vanguard.codes import band_of, frailty_weights
from vanguard.errors import BadInput
from vanguard.synth import make_place
from vanguard.synth.disorder import failing
from vanguard.synth.margins import small_areas

STARTS = {
    "gp_events": ("patient_id", "event_at", "gp"),
    "inpatient_spells": ("LOPATID", "ADMIDATE", "acute"),
    "emergency_attendances": ("LOPATID", "ARRIVAL_AT", "acute"),
    "community_contacts": ("client_id", "contact_at", "community"),
    "mental_health_contacts": ("LocalPatientId", "CareContactAt", "mental_health"),
    "social_care_events": ("LA_Person_Unique_Identifier", "Event_Start_Date", "social_care"),
    "ambulance_incidents": ("patient_ref", "call_connected_at", "ambulance"),
    "calls_111": ("caller_ref", "call_at", "nhs_111"),
    "care_home_residents": ("resident_ref", "moved_in", "care_home"),
}
ENDS = {
    "gp_events": "end_date",
    "inpatient_spells": "DISDATE",
    "emergency_attendances": "DEPARTURE_AT",
    "community_contacts": "contact_at",
    "mental_health_contacts": "CareContactAt",
    "social_care_events": "Event_End_Date",
    "ambulance_incidents": "closed_at",
    "calls_111": "ended_at",
    "care_home_residents": "moved_out",
}


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def valid(number: str) -> bool:
    total = sum(int(digit) * (10 - position) for position, digit in enumerate(number[:9]))
    return len(number) == 10 and (11 - total % 11) % 11 == int(number[9])


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        make_place(800, seed, date(2018, 8, 6), tmp_path / name)
    first = digests(tmp_path / "a")
    assert first == digests(tmp_path / "b")
    assert len(first) == len(FEEDS) + 8
    other = digests(tmp_path / "c")
    same = {name for name in first if first[name] == other[name]}
    assert same == {"truth/README.md"}


def test_the_summary_counts_the_rows_of_the_files(place: Place) -> None:
    assert place.summary.persons == place.one("select count(*) from persons") > 21_000
    here = 'death_date is null and "left" is null'
    assert place.summary.people == place.one(f"select count(*) from persons where {here}") == 20_000
    on_a_list = "select count(distinct patient_id) from all_gp_registrations where registered_to is null"
    assert place.one(on_a_list) == pytest.approx(20_000, rel=0.02), "patients have twins in the files"
    for feed in FEEDS:
        assert place.summary.files[f"{feed}_20180806.csv"] == place.one(f"select count(*) from all_{feed}")
    mistakes = place.one("select count(*) from planted where kind = 'mistake'")
    rows = sum(place.summary.files.values())
    assert place.summary.planted == mistakes == pytest.approx(0.005 * rows, rel=0.1)


@pytest.mark.parametrize("feed", FEEDS)
def test_the_truth_covers_every_row(place: Place, feed: str) -> None:
    id, source = ("patient_id", "gp") if feed.startswith("gp") else (STARTS[feed][0], STARTS[feed][2])
    unknown = place.one(
        f"""select count(*) from all_{feed} where {id} not in
            (select source_id from links where source = '{source}')"""
    )
    assert unknown == 0
    assert place.one("select count(*) from links where person not in (select person from persons)") == 0
    assert place.one("select count(*) - count(distinct (source, source_id)) from links") == 0


def test_ages_and_areas_follow_the_margins(place: Place) -> None:
    age = "date_diff('day', birth_date::date, date '2018-08-05') / 365.2425"
    here = 'death_date is null and "left" is null'
    over_65 = place.one(f"select avg(({age} >= 65)::int) from persons where {here}")
    band = [area.residents for area in small_areas()]
    published = sum(sum(r[5:]) for r in band) / sum(sum(r) for r in band)
    assert over_65 == pytest.approx(published, abs=0.01)
    over_85 = place.one(f"select avg(({age} >= 85)::int) from persons where {here}")
    assert over_85 == pytest.approx(sum(r[7] for r in band) / sum(sum(r) for r in band), abs=0.005)
    codes = [area.code for area in small_areas() if area.district == "Chiltern"]
    chiltern = place.one(f"select avg((lsoa in {tuple(codes)})::int) from persons where {here}")
    assert chiltern == pytest.approx(95_355 / 538_438, abs=0.02)
    assert place.one("select count(distinct lsoa) from persons") == 320
    assert place.one("select count(distinct practice_code) from persons") == 56


def test_hospital_use_a_head_is_that_of_buckinghamshire(place: Place) -> None:
    years = place.one(
        """select sum(date_diff('day', greatest(came::date, date '2015-08-06'),
                     coalesce(death_date::date, "left"::date, date '2018-08-06'))) / 365.2425
           from persons where coalesce(death_date, "left", '2018-08-06') > '2015-08-06'"""
    )
    attendances = place.one("select count(*) from emergency_attendances") / years
    assert attendances == pytest.approx(108_604 / 536_442, rel=0.06)
    emergency = place.one("select count(*) from inpatient_spells where ADMIMETH like '2%'") / years
    assert emergency == pytest.approx(0.1, rel=0.1)


def test_attendances_peak_in_the_day_and_emergencies_in_winter(place: Place) -> None:
    hours = dict(place.rows("select ARRIVAL_AT[12:13]::int, count(*) from emergency_attendances group by 1"))
    assert min(hours[h] for h in range(9, 21)) > 2 * max(hours[h] for h in range(1, 6))
    months = dict(
        place.rows(
            """select ADMIDATE[6:7]::int, count(*) from inpatient_spells
               where ADMIMETH like '2%' and DIAG_01 like 'J%' group by 1"""
        )
    )
    assert sum(months[m] for m in (12, 1, 2)) > 1.3 * sum(months[m] for m in (6, 7, 8))


def test_frailty_scores_of_people_over_75_spread_over_all_three_bands(place: Place) -> None:
    weights = dict(frailty_weights().tenths)
    columns = ", ".join(f"DIAG_{n:02d}" for n in range(1, 9))
    spells = place.rows(
        f"""select l.person, list_filter([{columns}], lambda x: x is not null)
            from inpatient_spells s join links l on l.source_id = s.LOPATID and l.source = 'acute'
            join persons p using (person)
            where ADMIMETH like '2%' and ADMIDATE > '2016-08-06'
              and date_diff('day', p.birth_date::date, date '2018-08-06') > 75 * 365.25"""
    )
    codes: dict[object, set[str]] = {}
    for person, diagnoses in spells:
        assert isinstance(diagnoses, list)
        codes.setdefault(person, set()).update(code[:3] for code in diagnoses)
    found = (band_of(frailty_weights().bands, sum(weights.get(c, 0) for c in own)) for own in codes.values())
    bands = Counter(band.id for band in found if band)
    low, high = (bands[band] / len(codes) for band in ("low", "high"))
    assert len(codes) > 300
    assert 0.15 < low < 0.55 and 0.1 < high < 0.4, (low, high)


def test_every_nhs_number_is_valid_and_of_the_test_range_unless_planted(place: Place) -> None:
    for feed, column in (
        ("gp_registrations", "nhs_number"),
        ("inpatient_spells", "NEWNHSNO"),
        ("emergency_attendances", "NEWNHSNO"),
        ("community_contacts", "nhs_number"),
        ("mental_health_contacts", "NHSNumber"),
        ("social_care_events", "NHS_Number"),
        ("calls_111", "nhs_number"),
    ):
        numbers = [str(n) for (n,) in place.rows(f"select distinct {column} from {feed} where {column} <> ''")]
        assert numbers and all(valid(n) and n.startswith("999") for n in numbers), feed
    planted = [
        str(value)
        for (value,) in place.rows(
            """select value from planted where kind = 'mistake' and lower(replace("column", '_', '')) in
               ('nhsnumber', 'newnhsno')"""
        )
    ]
    assert len(planted) > 36 and not any(valid(number) for number in planted)
    assert place.one("select count(*) - count(distinct nhs_number) from persons") == 0


@pytest.mark.parametrize("feed", STARTS)
def test_nothing_happens_before_birth_after_death_or_after_the_extract(place: Place, feed: str) -> None:
    id, start, source = STARTS[feed]
    link = f"l.source_id = f.{id} and l.source = '{source}'"
    row = f"{feed} f join links l on {link} join persons p using (person)"
    assert place.one(f"select count(*) from {row} where f.{start}[:10]::date < p.birth_date::date") == 0
    assert place.one(f"select count(*) from {row} where f.{start}[:10]::date > p.death_date::date") == 0
    assert place.one(f"select count(*) from {row} where f.{ENDS[feed]}[:10]::date > p.death_date::date") == 0
    assert place.one(f"select count(*) from {feed} where {start}[:10] >= '2018-08-06'") == 0
    assert place.one(f"select count(*) from {feed} where {ENDS[feed]} < {start}") == 0
    assert place.one(f"select count(*) from {feed} where {ENDS[feed]} >= '2018-08-06'") == 0


def test_some_stays_and_packages_still_go_on(place: Place) -> None:
    assert place.one("select count(*) from inpatient_spells where DISDATE is null") > 0
    assert (
        place.one("select count(*) from social_care_events where Event_Type = 'Service' and Event_End_Date is null")
        > 50
    )


def test_nobody_is_in_two_beds_at_once(place: Place) -> None:
    overlaps = place.one(
        """with s as (select l.person, ADMIDATE a, coalesce(DISDATE, '9') d,
                        lead(ADMIDATE) over (partition by l.person order by ADMIDATE, DISDATE) as next_stay
                     from inpatient_spells s join links l on l.source_id = s.LOPATID and l.source = 'acute')
           select count(*) from s where next_stay < d"""
    )
    assert overlaps == 0


def test_a_hip_fracture_has_its_cause_and_often_leads_to_community_care(place: Place) -> None:
    broken = "inpatient_spells s join links l on l.source_id = s.LOPATID and l.source = 'acute'"
    hips = f"from {broken} where DIAG_01 like 'S72%' and ADMIMETH like '2%' and DISDATE is not null"
    count = place.one(f"select count(*) {hips}")
    assert count > 50
    assert place.one(f"select count(*) {hips} and DIAG_02 like 'W%'") == count
    helped = place.one(
        f"""select count(*) {hips} and exists (
              from community_contacts c join links k on k.source_id = c.client_id and k.source = 'community'
              where k.person = l.person and c.contact_at[:10] between s.DISDATE and
                    strftime(s.DISDATE::date + 21, '%Y-%m-%d'))"""
    )
    assert helped / count > 0.35


def test_a_move_ends_one_registration_and_begins_another(place: Place) -> None:
    gaps = place.rows(
        """with r as (select patient_id, registered_from, registered_to,
                lead(registered_from) over (partition by patient_id order by registered_from) as next_from
              from gp_registrations)
           select date_diff('day', registered_to::date, next_from::date) from r where next_from is not null"""
    )
    assert len(gaps) > 500 and {days for (days,) in gaps} == {1}
    running = place.one("select count(*) from gp_registrations where registered_to is null")
    assert running == place.summary.people


def test_disorder_is_about_what_is_stated(place: Place) -> None:
    missing = place.one("select avg((NEWNHSNO is null)::int) from emergency_attendances")
    assert missing == pytest.approx(0.1, abs=0.015)
    assert place.one("select count(*) from gp_registrations where nhs_number is null") == 0
    mistyped = place.one(
        """select avg((c.birth_date <> p.birth_date)::int)
           from gp_registrations c join links l on l.source_id = c.patient_id and l.source = 'gp'
           join persons p using (person)"""
    )
    assert 0.002 < mistyped < 0.015
    twins = place.one(
        "select count(*) from persons a join persons b using (mother, birth_date) where a.person < b.person"
    )
    assert twins > 5
    namesakes = place.one(
        """select count(*) from persons a join persons b using (household, given_name, family_name)
           where a.person < b.person"""
    )
    assert namesakes > 5


def test_planted_rows_are_where_the_truth_says(place: Place) -> None:
    for feed in FEEDS:
        columns = {
            str(column)
            for (column,) in place.rows(f"""select distinct "column" from planted
            where file = '{feed}_20180806.csv' and kind <> 'duplicate'""")
        }
        for column in columns:
            elsewhere = place.rows(
                f"""select p.line from planted p left join all_{feed} f
                      on f.line = p.line::int and f."{column}" = p.value
                    where p.file = '{feed}_20180806.csv' and p."column" = '{column}' and f.line is null"""
            )
            assert elsewhere == [], (feed, column)


def test_a_duplicate_repeats_its_line_to_the_letter(place: Place) -> None:
    for feed in FEEDS:
        lines = (place.folder / f"{feed}_20180806.csv").read_text(encoding="utf-8").split("\n")
        pairs = place.rows(
            f"""select line::int, of_line::int from planted
                where file = '{feed}_20180806.csv' and kind = 'duplicate'"""
        )
        assert len(pairs) >= 4
        assert all(lines[line - 1] == lines[of - 1] for line, of in pairs), feed  # type: ignore[operator]


@given(st.integers(0, 999_999_999))
def test_a_failing_number_fails(digits: int) -> None:
    nine = f"{digits:09d}"
    total = sum(int(digit) * (10 - position) for position, digit in enumerate(nine))
    check = (11 - total % 11) % 11
    if check < 10:
        assert valid(nine + str(check)) and not valid(failing(nine + str(check)))


def test_impossible_requests_are_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="1 to 9,000,000 people, those who died or left among them"):
        make_place(20_000_000, 1, date(2018, 8, 6), tmp_path)
    (tmp_path / "gp_events_20170101.csv").write_text("x")
    with pytest.raises(BadInput, match=r"gp_events_20170101\.csv"):
        make_place(100, 1, date(2018, 8, 6), tmp_path)


@pytest.mark.parametrize("people", [1, 2, 30])
def test_even_a_handful_of_people_make_a_place(tmp_path: Path, people: int) -> None:
    assert make_place(people, 1, date(2018, 8, 6), tmp_path, months=12).people == people


def test_the_command_reports_as_json(tmp_path: Path) -> None:
    arguments = [
        "synth",
        "--people",
        "200",
        "--seed",
        "1",
        "--until",
        "2018-08-06",
        "--out",
        str(tmp_path / "p"),
    ]
    result = CliRunner().invoke(cli, [*arguments, "--disorder", "harsh", "--compare", "--json"])
    assert result.exit_code == 0, result.output
    assert '"people": 200' in result.output
    assert (tmp_path / "p" / "care_home_residents_20180806.csv").exists()
    assert (tmp_path / "p" / "comparison.html").exists()
