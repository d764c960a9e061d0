"""Which of the codes that occur are sensitive: worked out once a code instead of once an event."""

import duckdb
import pyarrow as pa

WITHHELD = """
CREATE OR REPLACE TEMP TABLE withheld AS
SELECT coalesce(list(DISTINCT held.code), []) AS codes
FROM (SELECT DISTINCT unnest(codes) AS code FROM event) held JOIN sensitive_code
  ON held.code = sensitive_code.code OR (sensitive_code.prefix AND starts_with(held.code, sensitive_code.code))
"""


def make_withheld(con: duckdb.DuckDBPyConnection, sensitive: pa.Table) -> None:
    """Make the temporary table `withheld`, one row: `codes` is the list of the sensitive ones among those of `event`.

    `sensitive` has the columns code (system:code) and prefix (whether longer codes count too).
    """
    con.register("sensitive_code", sensitive)
    con.execute(WITHHELD)
