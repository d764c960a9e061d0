"""What codes mean, as tables that SQL can join: their words, and the long-term conditions."""

from collections.abc import Iterable
from importlib import resources

import duckdb
import pyarrow as pa

from vanguard.codes import (
    SuppliedSet,
    conditions,
    conditions_about,
    display_words,
    extended,
    grouping_table,
    words_key,
    words_table,
)
from vanguard.own_yaml import data_of


def prepare_meanings(con: duckdb.DuckDBPyConnection, supplied: Iterable[SuppliedSet]) -> None:
    """Make `meaning` (code, words), `condition_code` (code, condition, label), `occasion` (setting, method,
    words) and `kind_words` (kind, words) on `con`, of the codes that occur in `event`.

    `supplied` are the place's own code sets, which add to the conditions."""
    con.register("words_given", words_table())
    con.register("conditions_given", grouping_table(extended(conditions_about().id, conditions(), supplied)))
    con.execute("CREATE TEMP TABLE code_seen AS SELECT DISTINCT unnest(codes) AS code FROM event")
    con.execute(f"""
        CREATE TEMP TABLE meaning AS
        SELECT s.code, w.words FROM code_seen s JOIN words_given w ON w.key = {words_key("s.code")}
    """)
    con.execute("""
        CREATE TEMP TABLE condition_code AS
        SELECT DISTINCT s.code, c."grouping" AS condition, c.label
        FROM code_seen s JOIN conditions_given c
          ON s.code = c.code OR (c.prefix AND starts_with(s.code, c.code))
    """)
    occasions = data_of((resources.files(__package__) / "occasions.yaml").read_text("utf-8"))
    con.register(
        "occasion",
        pa.Table.from_pylist(
            [
                {"setting": setting, "method": method, "words": words}
                for setting, by_method in occasions.items()
                for method, words in by_method.items()
            ]
        ),
    )
    kinds = display_words().kinds
    con.register("kind_words", pa.table({"kind": list(kinds), "words": list(kinds.values())}))
