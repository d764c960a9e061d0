"""The cohort of a plan in a place: who entered when, how people stood, who may be compared, what is refused."""

from datetime import UTC, date, datetime

import duckdb
import pytest

from vanguard.blueprint import Blueprint, Evaluation, read
from vanguard.errors import BadInput
from vanguard.lake import Lake, tables
from vanguard.learn.evaluate.matched import Cohort, cohort_of_place

NOW = datetime(2020, 12, 5, 12, tzinfo=UTC)
FILES = {
    "blueprint.yaml": """
id: moon
label: Moon care
version: 1.0.0
effective: {from: 2020-01-01}
type: uec
purpose: Anything.
source: {cites: us}
sources: {us: {title: Ours, publisher: Us, published: now}}
roles: {keeper: {label: Keeper, source: {cites: us}}}
tiers: {full: {label: Full, purpose: All, source: {cites: us}}}
""",
    "measures.yaml": """
measures:
  stays: {label: Stays, definition: Stays., direction: down, source: {cites: us}, interval: month,
    count: {where: "setting = 'inpatient'", whom: age >= 18}, per: {number: 1000, of: person_years}}
  nights: {label: Nights, definition: Nights., direction: down, source: {cites: us}, interval: month,
    sum: {what: nights, where: "setting = 'inpatient'"}, per: {number: 1000, of: person_years}}
""",
    "evaluation.yaml": """
evaluations:
  helped: {label: Helped, question: Do stays fall?, outcome: stays, design: matched_cohort, units: person,
    start: 2020-02-10, received: {described: Whoever was visited, where: "setting = 'community'"}, before: P6M,
    after: P3M, comparators: {described: Others, whom: practice = 'K80001'}, checks: [balance], source: {cites: us},
    match: {exactly: [sex], nearest: [age], history: [stays], controls: 2},
    exclusions: [{whom: age >= 90, because: Too old}, {from: 2020-03-01, to: 2020-03-31, because: A month of learning}]}
""",
}
TABLES = {
    "person": """SELECT * FROM (VALUES ('a', DATE '1940-02-20', 'female'), ('b', DATE '1949-01-01', 'male'),
        ('c', DATE '1929-02-15', 'male'), ('d', DATE '1950-01-01', 'female'), ('e', DATE '1950-01-01', 'female'))
        v(person_id, birth_date, sex)""",
    "person_period": """SELECT person_id, DATE '2018-01-01' AS start,
        CASE WHEN person_id = 'b' THEN DATE '2020-05-01' END AS "end",
        CASE WHEN person_id = 'b' THEN 'K80002' ELSE 'K80001' END AS practice
        FROM (VALUES ('a'), ('b'), ('c'), ('d'), ('e')) v(person_id)""",
    "event": """SELECT row_number() OVER () || '' AS event_id, 'Encounter' AS kind, 'finished' AS status, date,
        date AS end_date, date::TIMESTAMP AS start, date::TIMESTAMP AS "end", false AS timed, 1 AS nights, [] AS codes,
        'x' AS source, 'x' AS feed, date::TIMESTAMP AS known_from, person_id, setting
        FROM (VALUES ('a', 'community', DATE '2020-04-10'), ('a', 'community', DATE '2020-02-20'),
            ('c', 'community', DATE '2019-09-01'), ('e', 'community', DATE '2020-03-05'),
            ('a', 'inpatient', DATE '2019-03-01'), ('a', 'inpatient', DATE '2019-01-30'),
            ('a', 'inpatient', DATE '2020-01-31'), ('b', 'inpatient', DATE '2020-03-02'),
            ('d', 'inpatient', DATE '2020-03-02')) v(person_id, setting, date)""",
    "person_feature": """
        SELECT 'a' AS person_id, DATE '2020-11-30' AS month_end, [] AS conditions, [] AS alerts, false AS care_package,
               0 AS condition_count, 0 AS emergency_admissions_12m, 0 AS elective_admissions_12m, 0 AS bed_days_12m,
               0 AS emergency_department_12m, 0 AS primary_care_12m, 0 AS community_12m, 0 AS falls_12m""",
    "restriction": "SELECT 'd' AS person_id, 'share_all' AS sharing, true AS on_lists, false AS planning",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, Blueprint]:
    home = tmp_path_factory.mktemp("place")
    folder = home / "moon"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    lake = Lake(home)
    with lake.write(NOW) as batch, duckdb.connect() as con:
        for name, sql in TABLES.items():
            made = {one[0] for one in con.execute(f"SELECT * FROM ({sql}) LIMIT 0").description}
            missing = [column for column in tables()[name].columns if column.name not in made]
            more = "".join(f', CAST(NULL AS {column.sql_type}) AS "{column.name}"' for column in missing)
            batch.replace(name, con, f"SELECT *{more} FROM ({sql})")
    return lake, read(str(folder))


def cohort(place: tuple[Lake, Blueprint], **changed: object) -> Cohort:
    lake, blueprint = place
    plan = blueprint.evaluations["helped"]
    return cohort_of_place(lake, blueprint, Evaluation.model_validate(plan.model_copy(update=changed)))


def test_who_entered_when_how_they_stood_and_who_may_be_compared(place: tuple[Lake, Blueprint]) -> None:
    found = cohort(place)
    who = {name: number for number, name in enumerate(found.persons.tolist())}
    assert set(who) == {"a", "b", "c", "e"}, "d wants their data used for their own care alone"
    # c was visited within the time before the start, and so is nobody to start with or to compare.
    entered = dict(zip(who, found.entered.astype(str).tolist(), strict=True))
    assert entered == {"a": "2020-02-20", "b": "NaT", "c": "2019-09-01", "e": "2020-03-05"}
    assert found.observed_until.astype(str)[who["b"]] == "2020-05-01"
    assert str(found.month_ends[0]) == "2020-01-31" and str(found.known_until) == "2020-12-01"
    assert found.columns["age"][:2, who["a"]].tolist() == [79, 80]
    past = found.columns["stays_in_the_year_before"]
    assert past[:4, who["a"]].tolist() == [2, 1, 1, 1], "365 days back from each month end"
    assert past[0, who["b"]] == 0
    assert found.events["stays"].day.astype(str).tolist().count("2020-03-02") == 1
    assert found.eligible is not None and found.choosable is not None
    assert found.eligible[0, who["c"]] and not found.eligible[1, who["c"]], "ninety since the fifteenth"
    assert not found.eligible[:, who["e"]].any(), "entered in a month that the plan leaves out"
    assert not found.choosable[0, who["b"]] and found.choosable[0, who["a"]]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"outcome": "nothing"}, "has no measure nothing"),
        ({"outcome": "nights"}, "nights is a sum or a share"),
        ({"start": date(2020, 12, 1)}, "Nothing is known of the time after the start"),
    ],
)
def test_what_a_cohort_cannot_be_made_of_is_refused(
    place: tuple[Lake, Blueprint], changed: dict[str, object], says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        cohort(place, **changed)


def test_a_column_that_is_known_today_alone_is_refused(place: tuple[Lake, Blueprint]) -> None:
    match = place[1].evaluations["helped"].match
    assert match is not None
    with pytest.raises(BadInput, match="emergency_admissions_12m is known at the last month end alone"):
        cohort(place, match=match.model_copy(update={"nearest": ("emergency_admissions_12m",)}))
