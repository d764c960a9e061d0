"""The unit table: one row for each (source, source_id) with its values as they are compared."""

from collections.abc import Sequence

import duckdb

from vanguard.know.identity.normal import (
    birth_sorted_sql,
    birth_sql,
    compact_sql,
    district_sql,
    name_sql,
    postcode_sql,
    sex_sql,
)
from vanguard.know.identity.settings import settings
from vanguard.nhs_number import digits_sql, valid_sql
from vanguard.table_file import quoted

KNOWN = ("given", "family", "birth", "sex", "postcode")


def make_units(con: duckdb.DuckDBPyConnection, people: str, further: Sequence[str] = ()) -> None:
    """Make the table `unit` from the relation `people`.

    `people` has row (distinct numbers), nhs_number, given_name, family_name, birth_date (a date), sex and
    postcode, and the columns of `further`, all text. `unit` has row, nhs (ten digits, valid, or null),
    given, given_root, family, birth (ISO text), birth_sorted, sex (F, M), postcode, district, and x0, x1
    … for `further`.
    """
    con.execute(
        f"CREATE OR REPLACE TABLE name AS SELECT raw, {name_sql('raw')} AS plain FROM "
        f"(SELECT given_name AS raw FROM {people} UNION SELECT family_name FROM {people})"
        " WHERE raw IS NOT NULL"
    )
    con.execute("CREATE OR REPLACE TABLE root (short VARCHAR, root VARCHAR)")
    con.execute(
        "INSERT INTO root SELECT unnest($1::VARCHAR[]), unnest($2::VARCHAR[])",
        [list(settings().given_roots), list(settings().given_roots.values())],
    )
    extras = "".join(f", {compact_sql(quoted(column))} AS x{n}" for n, column in enumerate(further))
    con.execute(
        f"""
        CREATE OR REPLACE TABLE unit AS
        WITH plain AS (
            SELECT p.row, {digits_sql("p.nhs_number")} AS digits, g.plain AS given, f.plain AS family,
                {birth_sql("p.birth_date")} AS birth, {sex_sql("p.sex")} AS sex,
                {postcode_sql("p.postcode")} AS postcode{extras}
            FROM {people} AS p
            LEFT JOIN name AS g ON g.raw = p.given_name
            LEFT JOIN name AS f ON f.raw = p.family_name
        )
        SELECT plain.* EXCLUDE (digits), CASE WHEN {valid_sql("digits")} THEN digits END AS nhs,
            coalesce(root.root, split_part(given, ' ', 1)) AS given_root,
            {birth_sorted_sql("birth")} AS birth_sorted, {district_sql("postcode")} AS district
        FROM plain LEFT JOIN root ON root.short = split_part(given, ' ', 1)
        ORDER BY plain.row
        """
    )
