"""What several files of a table say together: some stand instead of what the files before them say of some persons."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from vanguard.lake.manifest import TableFile
from vanguard.lake.schema_files import Table


def together(folder: Path, table: Table, files: Sequence[TableFile]) -> str:
    """SQL of the rows of the table that lies in these files, in their order, below the lake's folder."""
    columns = ", ".join(f'"{c.name}"' for c in table.columns)
    if not files:
        nulls = ", ".join(f'CAST(NULL AS {c.sql_type}) AS "{c.name}"' for c in table.columns)
        return f"SELECT {nulls} WHERE false"
    parts: list[list[TableFile]] = [[]]
    for file in files:
        if file.instead:
            parts.append([])
        parts[-1].append(file)
    said = []
    for number, part in enumerate(parts):
        later = [some[0].instead for some in parts[number + 1 :]]
        hidden = f" ANTI JOIN (SELECT person_id FROM {_read(folder, later)}) USING (person_id)" if later else ""
        if part:
            said.append(f"SELECT {columns} FROM {_read(folder, (file.path for file in part))}{hidden}")
    return " UNION ALL ".join(said)


def persons_of(folder: Path, files: Sequence[TableFile]) -> str:
    """SQL of the persons (person_id) of whom these files, all laid over others, say everything."""
    if not files:
        return "SELECT CAST(NULL AS VARCHAR) AS person_id WHERE false"
    return f"SELECT person_id FROM {_read(folder, (file.instead for file in files))}"


def about(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    table: Table,
    files: Sequence[TableFile],
    added: Sequence[TableFile],
    persons: str,
) -> str:
    """SQL of the rows of the table about `persons`, SQL of (person_id).

    It lies in `files`, of which `added` are the last, all laid over others. What those say is read from them alone:
    a look for few persons in a whole table costs nearly as much as reading it.
    """
    told = f"SELECT * FROM ({together(folder, table, added)}) SEMI JOIN ({persons}) USING (person_id)"
    rest = f"SELECT person_id FROM ({persons}) ANTI JOIN ({persons_of(folder, added)}) USING (person_id)"
    if not con.execute(f"SELECT count(*) FROM ({rest})").fetchall()[0][0]:
        return told
    others = f"SELECT * FROM ({together(folder, table, files)}) SEMI JOIN ({rest}) USING (person_id)"
    return f"{told} UNION ALL {others}" if added else others


def quoted(text: str) -> str:
    """SQL of a text."""
    return "'" + text.replace("'", "''") + "'"


def _read(folder: Path, paths: Iterable[str]) -> str:
    return f"read_parquet([{', '.join(quoted(str(folder / path)) for path in paths)}])"
