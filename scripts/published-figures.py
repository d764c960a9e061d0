"""Print the figures of src/vanguard/synth/margins/published.yaml that are sums over open data.
Reads the folder named by VANGUARD_OPEN_DATA; run it again only when a source changes."""

import calendar
import os
from pathlib import Path
from typing import Any

import duckdb
import yaml

DATA = Path(os.environ.get("VANGUARD_OPEN_DATA", "../shared/data/open"))
CCGS = "('10Y', '10H', '14Y')"


def rows(sql: str) -> list[tuple[Any, ...]]:
    return duckdb.sql(sql).fetchall()


def a_day(months: list[tuple[str, int]]) -> list[float]:
    """Mean a day in each calendar month, January first, from (YYYY-MM, count)."""
    found = []
    for number in range(1, 13):
        mine = [(int(month[:4]), count) for month, count in months if int(month[5:7]) == number]
        days = sum(calendar.monthrange(year, number)[1] for year, _ in mine)
        found.append(round(sum(count for _, count in mine) / days, 1))
    return found


def admissions() -> dict[str, Any]:
    """The county's admissions, August 2015 to July 2018."""
    mar = rows(
        f"""select month, sum(nonelective)::int, sum(el_total)::int, sum(el_daycase)::int
            from '{DATA}/mar_ccg_monthly/mar_commissioner_monthly_2013-04_2019-03.csv.gz'
            where org_code in {CCGS} and month between '2015-08' and '2018-07' group by 1"""
    )
    lists = rows(
        f"""select avg(n) from (select month, sum(registered_patients) as n
              from '{DATA}/population_reference/ccg_registered_list_monthly.csv.gz'
              where ccg_code in {CCGS} and month between '2015-08' and '2018-07' group by 1)"""
    )
    return {
        "people": round(lists[0][0]),
        "nonelective_a_year": round(sum(row[1] for row in mar) / 3),
        "elective_a_year": round(sum(row[2] for row in mar) / 3),
        "day_cases": round(sum(row[3] for row in mar) / sum(row[2] for row in mar), 3),
        "nonelective_a_day": a_day([(row[0], row[1]) for row in mar]),
        "elective_a_day": a_day([(row[0], row[2]) for row in mar]),
    }


def attendances() -> dict[str, Any]:
    """Attendances by month at the county's trust, and by hour, weekday and age in the artificial HES."""
    trust = rows(
        f"""select month, sum(attendances)::int
            from '{DATA}/ae_provider_monthly/ae_attendances_provider_2016-04_2018-03.csv.gz'
            where org_code = 'RXQ' group by 1"""
    )
    hes = f"'{DATA}/hes_artificial/artificial_hes_ae_0708_truncated.parquet'"
    hours = dict(rows(f"select left(ARRIVALTIME::varchar, 2)::int, count(*) from {hes} group by 1"))
    weekdays = dict(rows(f"select isodow(ARRIVALDATE::varchar::date), count(*) from {hes} group by 1"))
    return {
        "by_month": a_day(trust),
        "hour": [hours.get(hour, 0) for hour in range(24)],
        "weekday": [weekdays[day] for day in range(1, 8)],
    }


print(yaml.safe_dump({"admissions": admissions(), "attendances": attendances()}, sort_keys=False, width=160))
