"""What each code that occurs means in each list of groupings, worked out once a code."""

from collections.abc import Iterable, Mapping

import duckdb
import pyarrow as pa

from vanguard.codes import Grouping, grouping_table

# An ICD-10 code meets the prefixes of a grouping as one of its own beginnings: a join of equals, however many codes.
MEANS = """
CREATE TEMP TABLE means AS
WITH known AS (SELECT list, "grouping", split_part(code, ':', 1) AS system, split_part(code, ':', 2) AS part, prefix
               FROM grouping_code),
     beginning AS (SELECT cid, icd10, unnest([icd10[:1], icd10[:2], icd10[:3], icd10[:4], icd10[:5]]) AS part
                   FROM code WHERE icd10 IS NOT NULL)
SELECT DISTINCT cid, list, "grouping" FROM beginning JOIN known USING (part)
WHERE system = 'icd10' AND (prefix OR part = icd10)
UNION
SELECT DISTINCT cid, list, "grouping" FROM code JOIN known ON part = sctid WHERE system IN ('snomed', 'dmd')
"""


def make_meanings(con: duckdb.DuckDBPyConnection, lists: Mapping[str, Iterable[Grouping]]) -> None:
    """Make the temporary table `means`: cid, list (a key of `lists`) and grouping (an id in it)."""
    tables = []
    for name, groupings in lists.items():
        table = grouping_table(groupings)
        tables.append(table.append_column("list", pa.array([name] * len(table), pa.string())))
    con.register("grouping_code", pa.concat_tables(tables))
    con.execute(MEANS)
