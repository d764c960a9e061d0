"""A place of 3,100 people and two years of stays in hospital, with a blueprint of its own, its measures worked out."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from django.conf import settings
from django.test import Client
from tests.small_place import LOCALITIES, PRACTICES

from vanguard.blueprint import adopted
from vanguard.directory import fill
from vanguard.lake import Lake
from vanguard.learn.evaluate import keep_evaluations
from vanguard.learn.measure import build
from vanguard.web.demo_users import DEMO_PASSWORD, make_demo_users

NOW = datetime(2026, 6, 5, 12, tzinfo=UTC)
LAST = date(2026, 5, 31)
MAIN = """\
id: moon
label: Moon care
version: 2.0.0
effective: {from: 2026-01-01}
type: uec
purpose: Anything.
source: {cites: us}
sources:
  us: {title: Ours, publisher: Us, published: now}
roles:
  keeper: {label: Keeper, source: {cites: us}}
tiers:
  full: {label: Full, purpose: All, source: {cites: us}}
"""
MEASURES = """\
measures:
  stays: {label: Stays, definition: Stays in hospital., direction: down, source: {cites: us}, interval: month,
    by: [practice, locality, deprivation, age_band, sex], target: {value: 20, source: {cites: us}},
    standardise: {method: direct, by: [sex]}, review_after: [P3M, P1Y],
    rebased: [{from: 2025-03-01, because: A ward closed}],
    count: {where: "setting = 'inpatient'"}, per: {number: 1000, of: person_years}}
  back: {label: Back again, definition: Back within 90 days., direction: down, source: {cites: us}, interval: month,
    by: [practice, locality], count: {where: "setting = 'inpatient'"},
    followed_by: {where: "setting = 'inpatient'", within: P90D}, per: {number: 100, of: all_counted}}
  nights: {label: Nights, definition: Nights in hospital., direction: neither, source: {cites: us}, interval: quarter,
    by: [locality], sum: {what: nights, where: "setting = 'inpatient'"}, per: {number: 1000, of: people}}
  falls: {label: Falls, definition: Rare falls., direction: down, source: {cites: us}, interval: month,
    count: {where: "setting = 'emergency_department'"}}
  never: {label: Never told, definition: Nothing., direction: up, source: {cites: us}, interval: week,
    count: {where: "setting = 'virtual'"}}
  told_stays: {label: Stays again, definition: Stays that took an emergency., direction: down, source: {cites: us},
    interval: month, count: {where: "method = 'emergency'"}, per: {number: 1000, of: person_years}}
side_by_side:
  two_tellers: {label: Stays as two tell it, definition: Stays., first: {measure: stays, by: The wards},
    second: {measure: told_stays, by: The gate}, may_differ: The gate sees more.,
    source: {cites: us}}
"""
PLANS = """\
evaluations:
  fewer_stays: {label: Are there fewer stays?, question: Do stays fall where the keeper came?, outcome: stays,
    design: interrupted_time_series, units: practice, start: 2025-11-01, treated: [K80001], before: P2Y, after: P1Y,
    checks: [placebo_in_time, autocorrelation], source: {cites: us},
    exclusions: [{from: 2025-11-01, to: 2025-11-30, because: The keeper was still learning}]}
  in_the_smallest: {label: And in the smallest?, question: Do stays fall in the smallest?, outcome: stays,
    design: interrupted_time_series, units: practice, start: 2026-02-01, treated: [K80009], before: P2Y, after: P4M,
    checks: [autocorrelation], source: {cites: us}}
  against_the_others: {label: Against the others?, question: Do stays fall against the others?, outcome: stays,
    design: difference_in_differences, units: practice, start: 2025-05-01, treated: [K80001], before: P1Y, after: P1Y,
    comparators: {described: The other practices}, checks: [pre_trend], source: {cites: us}}
  next_year: {label: Did nights change?, question: Will nights fall?, outcome: nights,
    design: interrupted_time_series, units: place, start: 2027-01-01, before: P2Y, after: P1Y, checks: [season],
    source: {cites: us}}
  seen_in_a_hurry: {label: Do those seen in a hurry stay less?, question: Do they stay less often than others?,
    outcome: stays, design: matched_cohort, units: person, start: 2024-11-01, before: P3M, after: P6M,
    received: {described: Whoever came in a hurry, where: "setting = 'emergency_department'"},
    comparators: {described: Others of their age}, match: {exactly: [sex], nearest: [age], history: [stays]},
    exclusions: [{whom: age < 20, because: The keeper sees nobody so young}],
    checks: [balance, pre_trend], source: {cites: us}}
"""
TABLES = {
    "person": """
        SELECT 'p' || i AS person_id, DATE '1935-01-01' + CAST(i * 37 % 20000 AS INTEGER) AS birth_date,
               CASE WHEN i % 2 = 0 THEN 'female' ELSE 'male' END AS sex FROM range(3100) t(i)""",
    "person_period": """
        SELECT 'p' || i AS person_id, DATE '2024-01-01' AS start, 'E' || i % 5 AS area,
               CASE WHEN i < 3060 THEN 'K8000' || i % 3 + 1 ELSE 'K80009' END AS practice FROM range(3100) t(i)""",
    "event": """
        SELECT 'e' || i AS event_id, 'p' || i * 7919 % 3100 AS person_id, 'Encounter' AS kind, 'finished' AS status,
               CASE WHEN i % 40 = 0 THEN 'emergency_department' ELSE 'inpatient' END AS setting, 'emergency' AS method,
               date, date + 2 AS end_date, date::TIMESTAMP AS start, (date + 2)::TIMESTAMP AS "end", false AS timed,
               2 AS nights, [] AS codes, 'hospital' AS source, 'spells' AS feed, date::TIMESTAMP AS known_from
        FROM (SELECT i, DATE '2024-05-01' + CAST(i * 131 % 761 AS INTEGER) AS date FROM range(2400) t(i))""",
    "person_feature": """
        SELECT 'p1' AS person_id, DATE '2026-05-31' AS month_end, [] AS conditions, [] AS alerts, false AS care_package,
               0 AS condition_count, 0 AS emergency_admissions_12m, 0 AS elective_admissions_12m, 0 AS bed_days_12m,
               0 AS emergency_department_12m, 0 AS primary_care_12m, 0 AS community_12m, 0 AS falls_12m""",
    "restriction": "SELECT 'p5' AS person_id, 'share_all' AS sharing, true AS on_lists, false AS planning",
    "practice": """
        SELECT * FROM (VALUES ('K80001', 'The Mill Surgery', 'north', 'North Vale'),
               ('K80002', 'Vale Medical Centre', 'mid', 'Mid Vale'),
               ('K80003', 'Hilltop Practice', 'south', 'Chiltern South'),
               ('K80009', 'The Smallest', 'south', 'Chiltern South')) v(practice, name, locality, locality_name)""",
    "small_area": "SELECT 'E' || i AS area, i + 1 AS deprivation FROM range(5) t(i)",
}


@pytest.fixture(scope="session")
def moon(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The place's folder."""
    home = tmp_path_factory.mktemp("moon")
    folder = home / "blueprints" / "moon"
    folder.mkdir(parents=True)
    (folder / "blueprint.yaml").write_text(MAIN)
    (folder / "measures.yaml").write_text(MEASURES)
    (folder / "evaluation.yaml").write_text(PLANS)
    fill_lake(home)
    return home


def fill_lake(home: Path) -> None:
    from vanguard.lake import tables

    lake = Lake(home)
    with lake.write(NOW) as batch, duckdb.connect() as con:
        for name, sql in TABLES.items():
            made = con.execute(f"SELECT * FROM ({sql}) LIMIT 0").description
            missing = [c for c in tables()[name].columns if c.name not in {one[0] for one in made}]
            more = "".join(f', CAST(NULL AS {c.sql_type}) AS "{c.name}"' for c in missing)
            batch.replace(name, con, f"SELECT *{more} FROM ({sql})")
    build(lake, adopted(home), LAST, NOW)
    assert list(keep_evaluations(lake, adopted(home), NOW))


@pytest.fixture
def signed_in(db: None, moon: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Client]:
    """A browser signed in as one of the demo users, at the place; nobody without a name."""
    monkeypatch.setattr(settings, "PLACE", moon)
    fill(LOCALITIES, PRACTICES)
    make_demo_users()

    def sign_in(username: str = "") -> Client:
        client = Client()
        if username:
            answer = client.post("/sign-in", {"username": username, "password": DEMO_PASSWORD})
            assert answer.status_code == 302
        return client

    return sign_in
