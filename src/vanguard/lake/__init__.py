"""The analytical tables: their schema, and reads and writes of whole generations.
Other rooms name a table, never a file; a crash or a reader always sees one complete generation."""

from typing import TYPE_CHECKING

from vanguard.lazy_door import opens

if TYPE_CHECKING:
    from vanguard.lake.dictionary import markdown
    from vanguard.lake.lake import Batch, Lake
    from vanguard.lake.manifest import TableFile
    from vanguard.lake.news import News, code
    from vanguard.lake.pseudonymised import AGE_BAND, LEAST_PEOPLE, OLDEST, Kept, pseudonymise
    from vanguard.lake.schema_files import Column, Table, tables
    from vanguard.lake.withheld import make_withheld

# Conditions are read without DuckDB and Arrow, which take a quarter of a second to import.
__all__ = [
    "AGE_BAND",
    "LEAST_PEOPLE",
    "OLDEST",
    "Batch",
    "Column",
    "Kept",
    "Lake",
    "News",
    "Table",
    "TableFile",
    "code",
    "make_withheld",
    "markdown",
    "pseudonymise",
    "tables",
]

__getattr__ = opens(
    __name__,
    {
        "AGE_BAND": "pseudonymised",
        "Batch": "lake",
        "Column": "schema_files",
        "Kept": "pseudonymised",
        "LEAST_PEOPLE": "pseudonymised",
        "Lake": "lake",
        "News": "news",
        "OLDEST": "pseudonymised",
        "Table": "schema_files",
        "TableFile": "manifest",
        "code": "news",
        "make_withheld": "withheld",
        "markdown": "dictionary",
        "pseudonymise": "pseudonymised",
        "tables": "schema_files",
    },
)
