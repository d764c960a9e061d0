"""Which pairs are worth comparing: keys that two rows must share, chosen by how many pairs each makes.
A key that would make too many pairs on these data (a birth date among 500,000 people) is left out or
narrowed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import duckdb

# A key is used while it makes at most so many pairs: that keeps the work in step with the rows.
PAIRS_PER_ROW = 3
PAIRS_ANYWAY = 100_000
MOST_RULES = 14
# Keys are chosen anew when one makes so many times more pairs.
OUTGROWN = 2


@dataclass(frozen=True)
class Key:
    """Expressions over a row, `{}` standing for the row's name; two rows meet when all are equal.

    `crossed` gives what the second row is asked instead, for values that may be swapped.
    """

    parts: tuple[str, ...]
    columns: frozenset[str]
    crossed: tuple[str, ...] = ()

    def rule(self) -> str:
        """The Splink blocking rule. At least one of the two rows has no NHS number: the rest is settled."""
        other = self.crossed or self.parts
        equal = " AND ".join(
            f"{left.format('l')} = {right.format('r')}" for left, right in zip(self.parts, other, strict=True)
        )
        return f"{equal} AND NOT (l.numbered AND r.numbered)"

    def met_in(self, table: str) -> str:
        """SQL that is true of a row r that meets some row of a small table, and by chance of another."""
        theirs = ", ".join(part.format("l") for part in self.parts)
        ours = ", ".join(part.format("r") for part in self.crossed or self.parts)
        known = " AND ".join(f"{part.format('l')} IS NOT NULL" for part in self.parts)
        return f"hash({ours}) IN (SELECT hash({theirs}) FROM {table} AS l WHERE {known})"


def keys_for(columns: Sequence[str]) -> list[Key]:
    """Candidates for the columns at hand, the most telling first."""
    have = set(columns)
    named = [
        _key("birth"),
        *(_key(column) for column in columns if column.startswith("x")),
        _key("postcode"),
        _key("family"),
        _key("given"),
        _key("birth", "family"),
        _key("birth", "given_root"),
        _key("birth", "postcode"),
        _key("given", "family", "postcode"),
        _key("given", "family"),
        _key("birth_sorted", "family"),
        Key(
            ("{}.given", "{}.family", "{}.birth"),
            frozenset({"given", "family", "birth"}),
            ("{}.family", "{}.given", "{}.birth"),
        ),
        Key(("{}.family[1:4]", "{}.given[1:2]", "{}.birth[1:4]"), frozenset({"given", "family", "birth"})),
        Key(("{}.family", "{}.given_root", "{}.birth[1:7]"), frozenset({"given", "family", "birth"})),
        Key(("{}.family[1:4]", "{}.given[1:2]", "{}.birth[6:10]"), frozenset({"given", "family", "birth"})),
        Key(("{}.family", "{}.given[1:1]", "{}.district"), frozenset({"given", "family", "postcode"})),
        Key(("{}.given_root", "{}.birth[1:7]", "{}.district"), frozenset({"given", "birth", "postcode"})),
    ]
    further = [column for column in columns if column.startswith("x")]
    pairs = [
        _key(a, b)
        for a, b in combinations(["given", "family", "birth", "postcode", *further], 2)
        if a in further or b in further
    ]
    wanted = [*named, *pairs, _key("given", "postcode"), _key("family", "postcode")]
    return [key for key in wanted if key.columns <= have]


def choose_keys(con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]) -> dict[Key, int]:
    """The candidates whose pairs on `table` stay within the budget, with how many pairs each makes.

    What another key already covers is left out. One that makes no pair yet may make some later.
    """
    budget = _budget(con, table)
    chosen: dict[Key, int] = {}
    for key in keys_for(columns):
        if any(set(taken.parts) <= set(key.parts) and not key.crossed for taken in chosen):
            continue
        pairs = pairs_made(con, table, key)
        if pairs <= budget:
            chosen[key] = pairs
        if sum(map(bool, chosen.values())) == MOST_RULES:
            break
    return chosen


def kept_keys(con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], rules: Sequence[str]) -> list[Key]:
    """The candidates with these rules; none if there are no such any more, or one makes far too many pairs by now."""
    keys = keys_of(columns, rules)
    most = OUTGROWN * _budget(con, table)
    return keys if all(pairs_made(con, table, key) <= most for key in keys) else []


def keys_of(columns: Sequence[str], rules: Sequence[str]) -> list[Key]:
    """The candidates with these rules, in their order; none if there are no such any more."""
    by_rule = {key.rule(): key for key in keys_for(columns)}
    return [by_rule[rule] for rule in rules] if set(rules) <= set(by_rule) else []


def _budget(con: duckdb.DuckDBPyConnection, table: str) -> int:
    rows = int(con.execute(f"SELECT count(*) FROM {table} WHERE NOT numbered").fetchall()[0][0])
    return PAIRS_PER_ROW * rows + PAIRS_ANYWAY


def pairs_made(con: duckdb.DuckDBPyConnection, table: str, key: Key) -> int:
    """How many pairs of `table`, not both numbered, share the key. A crossed key is counted as if it were
    not."""
    parts = [part.format("t") for part in key.parts]
    known = " AND ".join(f"{part} IS NOT NULL" for part in parts)
    counted = con.execute(
        f"""
        SELECT sum(n * (n - 1) // 2 - k * (k - 1) // 2) FROM (
            SELECT count(*) AS n, count(*) FILTER (WHERE numbered) AS k
            FROM {table} AS t WHERE {known} GROUP BY {", ".join(parts)}
        )
        """
    ).fetchall()
    return int(counted[0][0] or 0)


def _key(*columns: str) -> Key:
    names = {"given_root": "given", "birth_sorted": "birth"}
    return Key(
        tuple(f"{{}}.{column}" for column in columns),
        frozenset(names.get(column, column) for column in columns),
    )
