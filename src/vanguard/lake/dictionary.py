"""The data dictionary: every lake table and column in words, from the schema files."""

from vanguard.lake.schema_files import Column, Table, tables

INTRODUCTION = """\
# Data dictionary

The tables between the rooms. Each is a set of Parquet files below the `lake` folder of a place; readers
always see one whole generation of all of them. Instants are UTC; dates are local calendar days
(Europe/London).

Tables in the folder `identified` are about persons whom their ids lead to. Their twins in the folder
`pseudonymised` are made at each refresh for analysis. Who opens the pseudonymised folder alone (`Lake.analyse`) finds
the twins under the plain names, so that one query serves both.
"""


def markdown() -> str:
    """The dictionary as one Markdown page, one section a table, tables by name and columns in their order."""
    return "\n".join([INTRODUCTION, *(_section(table) for table in tables().values())])


def _section(table: Table) -> str:
    lines = [
        f"## {table.name}",
        "",
        f"{_cell(table.one_row_is)} Made by `{table.made_by}`; lies in the folder `{table.folder}`."
        + (f" Analysts find it as `{table.shown_as}`." if table.shown_as else ""),
        "",
        "| column | type | may be empty | what it is |",
        "|---|---|---|---|",
    ]
    for column in table.columns:
        may_be_empty = "yes" if column.null else "no"
        lines.append(f"| `{column.name}` | {column.type} | {may_be_empty} | {_cell(_what(column))} |")
    return "\n".join([*lines, ""])


def _what(column: Column) -> str:
    return f"{column.what} One of {', '.join(column.one_of)}." if column.one_of else column.what


def _cell(words: str) -> str:
    """Words as they may stand in a cell: a bar would end it."""
    return words.replace("|", "\\|")
