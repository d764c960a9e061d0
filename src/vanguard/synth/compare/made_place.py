"""A place that was made, as tables to count in."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from vanguard.own_yaml import data_of
from vanguard.synth.extracts import feeds
from vanguard.synth.margins import age_bands, published

AGES = tuple(band.first for band in age_bands())


class MadePlace:
    """The place as tables: `persons`, `problem` (who has which, from the practices' entries) and, of every other
    feed, the newest sound row of each key."""

    def __init__(self, con: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self.con = con
        con.execute(f"create table persons as from read_csv('{folder}/truth/persons.csv')")
        asked = data_of((folder / "truth" / "settings.yaml").read_text(encoding="utf-8"))
        self.start, self.end = str(asked["from"]), str(asked["until"])
        con.execute(
            f"""create table problem as select distinct patient_id, code
                from read_csv('{folder}/gp_events_*.csv', all_varchar = true, header = true)
                where type = 'condition'"""
        )
        for feed, rules in feeds().items():
            if feed == "gp_events":
                continue
            con.execute(
                f"""create table {feed} as select * exclude (filename) from (
                      from read_csv('{folder}/{feed}_*.csv', all_varchar = true, header = true, filename = true)
                      qualify row_number() over (partition by {rules.key} order by filename desc) = 1)
                    where substr({rules.key}, 2, 1) <> 'X'"""
            )
        self.years = self.one(
            f"""select sum(greatest(0, date_diff('day', greatest(came, date '{self.start}'),
                  least(coalesce(death_date, "left", date '{self.end}'), date '{self.end}')))) / 365.2425
                from persons"""
        )
        self.scale = published()["registered"]["value"] / self.years
        con.execute('create view living as from persons where death_date is null and "left" is null')

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.con.execute(sql).fetchall()
        return found

    def one(self, sql: str) -> float:
        return float(self.rows(sql)[0][0] or 0)

    def counts(self, sql: str, keys: list[Any]) -> list[float]:
        """Counts by key, 0 where there is none."""
        found = dict(self.rows(sql))
        return [float(found.get(key, 0)) for key in keys]

    def band(self, birth: str, day: str, begin: Sequence[int] = AGES) -> str:
        """SQL of the age band, from 0, of who was born then on that day; each band begins at an age."""
        firsts = list(begin[1:])
        age = f"date_diff('day', try_cast({birth} as date), {day}) / 365.2425"
        return f"len(list_filter({firsts}, lambda first: first <= {age}))"
