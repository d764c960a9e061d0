"""Building the population's tables from the lake and writing them as one generation."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import duckdb
import pyarrow as pa

from vanguard.blueprint import Blueprint
from vanguard.codes import frailty_weights, supplied_sets
from vanguard.know.population.cohorts import make_members
from vanguard.know.population.features import make_features
from vanguard.know.population.months import windows
from vanguard.lake import Batch, Lake, TableFile, tables

STEP = "population"
READS = ("person", "person_period", "event")
WRITES = ("person_feature", "noted", "cohort_member")
TOUCHED = "SELECT person_id FROM touched"
NOTED = "SELECT * FROM noting ORDER BY ALL"
NOTHING = pa.table({"code": pa.array([], pa.string()), "prefix": pa.array([], pa.bool_())})


@dataclass(frozen=True)
class PopulationResult:
    """How many people have features, and how many rows of cohort membership there are."""

    month_end: date
    people: int
    members: int


def build(
    lake: Lake, blueprints: Iterable[Blueprint], month_end: date, now: datetime, *, sensitive: pa.Table = NOTHING
) -> PopulationResult:
    """Bring person_feature, noted and cohort_member up to date for one month end, from person, person_period and event.

    Features are made of those whose rows are new, and of everybody for another month end. What has a code that is
    `sensitive` (columns code and prefix) counts nowhere. Raises BadInput where
    `month_end` is not the last day of a month or the place's own code sets have mistakes, before anything is written.
    """
    days = windows(month_end, frailty_weights().look_back_years)
    supplied, chosen = supplied_sets(lake.folder.parent), tuple(blueprints)
    recipe = hashlib.sha256(repr((days, supplied, chosen, sensitive.to_pylist())).encode()).hexdigest()[:20]
    with lake.write(now) as batch:
        restricted = batch.mark("restriction")
        news = batch.news(STEP, f"{recipe} {restricted}", READS, WRITES)
        if not news.nothing:
            with lake.connect(only=(*READS, *WRITES, "restriction")) as con:
                if news.added is not None:
                    _narrow(con, batch, news.added)
                make_features(con, days, sensitive, supplied)
                if news.added is None:
                    batch.replace("person_feature", con, "SELECT * FROM feature ORDER BY person_id")
                    batch.replace("noted", con, NOTED)
                else:
                    _lay_over(con, batch)
                make_members(con, chosen)
                batch.replace("cohort_member", con, "SELECT * FROM member ORDER BY blueprint, cohort, rank")
            batch.note(STEP, f"{recipe} {restricted}", READS, WRITES)
    return PopulationResult(month_end, lake.rows("person_feature"), lake.rows("cohort_member"))


def _narrow(con: duckdb.DuckDBPyConnection, batch: Batch, added: Mapping[str, tuple[TableFile, ...]]) -> None:
    """Hide the tables that features are made of behind their rows about `touched`, the persons who have news."""
    persons = batch.persons([file for table in READS for file in added[table]])
    con.execute(f"CREATE TEMP TABLE touched AS SELECT DISTINCT person_id FROM ({persons})")
    for table in READS:
        con.execute(f"CREATE TEMP TABLE {table} AS {batch.about(con, table, added[table], TOUCHED)}")


def _lay_over(con: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """Write the features of `touched`, and make `feature` those of everybody, whom cohorts choose from."""
    query = "SELECT * FROM feature ORDER BY person_id"
    batch.replace_of("person_feature", con, query, TOUCHED)
    batch.replace_of("noted", con, NOTED, TOUCHED)
    columns = ", ".join(tables()["person_feature"].column_names)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE feature AS
        SELECT {columns} FROM feature
        UNION ALL SELECT {columns} FROM memory.main.person_feature ANTI JOIN touched USING (person_id)
    """)
