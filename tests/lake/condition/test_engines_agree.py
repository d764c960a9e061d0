"""DuckDB gives what the slow plain-Python engine gives, nulls, zeros and overflow included."""

from datetime import date

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vanguard.lake import Column
from vanguard.lake.condition import (
    Saying,
    Vocabulary,
    condition_sql,
    holds,
    read_condition,
    read_saying,
    saying_sql,
    words,
)

TYPES = {
    "a": "int",
    "b": "int",
    "x": "float",
    "y": "float",
    "s": "text",
    "t": "text",
    "p": "bool",
    "q": "bool",
    "d": "date",
    "e": "date",
    "many": "list of text",
}
WORDS = ["copd", "it's", "", "É"]
VALUES = {
    "int": st.integers(-3, 3) | st.integers(-(2**53), 2**53),
    "float": st.sampled_from([0.0, -0.0, 0.1, 2.5, 1e308, -1e308, 5e-324])
    | st.floats(allow_nan=False, allow_infinity=False),
    "text": st.sampled_from(WORDS),
    "bool": st.booleans(),
    "date": st.dates(date(1900, 1, 1), date(2100, 12, 31)) | st.just(date(2020, 2, 29)),
    "list of text": st.lists(st.sampled_from(WORDS) | st.none(), max_size=3),
}
ARROW = {
    "int": pa.int64(),
    "float": pa.float64(),
    "text": pa.string(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "list of text": pa.list_(pa.string()),
}
HERE = Vocabulary.over(Column(name, kind, True, "") for name, kind in TYPES.items())

row = st.fixed_dictionaries({name: st.none() | VALUES[kind] for name, kind in TYPES.items()})
quoted = st.sampled_from(WORDS).map(lambda text: "'" + text.replace("'", "''") + "'")
day = st.sampled_from(["d", "e", "DATE '2020-02-29'", "DATE '1999-12-31'", "coalesce(d, e)"])
text = st.sampled_from(["s", "t"]) | quoted
plain = st.sampled_from(["a", "b", "x", "y", "0", "1", "2.5", "0.1", "1e300", "how_many(many)"])
sign = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])


def _sums(inner):
    pair = st.tuples(inner, inner)
    return st.one_of(
        pair.flatmap(lambda two: st.sampled_from("+-*").map(lambda sum_sign: f"({two[0]} {sum_sign} {two[1]})")),
        st.tuples(inner, plain).map(lambda two: f"({two[0]} / {two[1]})"),
        st.tuples(inner, plain).map(lambda two: f"({two[0]} / ({two[1]} - a))"),
        inner.map("(- {})".format),
        pair.map(lambda two: f"coalesce({two[0]}, {two[1]})"),
        st.tuples(day, day).map(lambda two: f"days_between({two[0]}, {two[1]})"),
    )


number = st.recursive(plain, _sums, max_leaves=4)
simple = st.one_of(
    st.tuples(number, sign, number).map(" ".join),
    st.tuples(number, number, number).map(lambda n: f"{n[0]} between {n[1]} and {n[2]}"),
    st.tuples(number, sign, number).map(lambda n: f"not {n[0]} {n[1]} {n[2]}"),
    st.tuples(number, st.sampled_from(["in", "not in"])).map(lambda n: f"{n[0]} {n[1]} (0, 1, 2.5, -1e300)"),
    st.tuples(number | text | day, st.sampled_from(["is null", "is not null"])).map(" ".join),
    st.tuples(text, st.sampled_from(["=", "<>"]), text).map(" ".join),
    st.tuples(text, quoted, quoted).map(lambda t: f"{t[0]} in ({t[1]}, {t[2]})"),
    st.tuples(day, sign, day).map(" ".join),
    quoted.map("has(many, {})".format),
    st.tuples(quoted, quoted).map(lambda t: f"has_any(many, {t[0]}, {t[1]})"),
    st.sampled_from(["p", "q", "true", "false", "p = q", "p <> q", "coalesce(p, q)"]),
)
condition = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" and ", " or "]), inner).map(lambda c: f"({c[0]}{c[1]}{c[2]})"),
        inner.map("(not {})".format),
        st.tuples(inner, inner).map(lambda c: f"(({c[0]}) = ({c[1]}))"),
    ),
    max_leaves=5,
)


def table(rows):
    return pa.table({name: pa.array([one[name] for one in rows], ARROW[kind]) for name, kind in TYPES.items()})


def in_duckdb(sql, rows):
    con = duckdb.connect()
    con.register("given", table(rows))
    return [found for (found,) in con.execute(f"SELECT {sql} FROM given").fetchall()]


@settings(max_examples=300, deadline=None)
@given(condition, st.lists(row, min_size=1, max_size=8))
def test_duckdb_agrees_with_the_reference(text, rows):
    read = read_condition(text, HERE)
    assert in_duckdb(condition_sql(read), rows) == [holds(read, one) for one in rows]


EMPTY = dict.fromkeys(TYPES)


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("a / b > 1", {"a": 5, "b": 0}, None),
        ("a / b is null", {"a": 5, "b": 0}, True),
        ("a / b > 1", {"a": 3, "b": 2}, True),
        ("x * 1e300 > 0", {"x": 1e300}, None),
        ("a > 1 or p", {"p": True}, True),
        ("a > 1 and p", {"p": False}, False),
        ("a > 1 and p", {"p": True}, None),
        ("not a > 1", {}, None),
        ("a in (1, 2)", {}, None),
        ("has(many, 'copd')", {}, None),
        ("has(many, 'copd')", {"many": [None]}, False),
        ("how_many(many) = 2", {"many": [None, ""]}, True),
        ("s = ''", {"s": ""}, True),
        ("days_between(d, e) = 366", {"d": date(2020, 1, 1), "e": date(2021, 1, 1)}, True),
        ("x = 0.1 + 0.2", {"x": 0.3}, False),
        ("x < 2.5", {"x": 2.4999999999999996}, True),
    ],
)
def test_traps(text, values, expected):
    read = read_condition(text, HERE)
    assert holds(read, EMPTY | values) is expected
    assert in_duckdb(condition_sql(read), [EMPTY | values]) == [expected]


piece = st.sampled_from(["{a}", "{x}", "{s}", "{d}", " it's ", "£", "% d ", "''"])
sentence = st.lists(piece, min_size=1, max_size=5).map("".join).filter(str.strip)


sayable = st.fixed_dictionaries(
    {name: st.none() | VALUES[kind] for name, kind in TYPES.items() if kind != "float"}
    | {name: st.none() | st.floats(-1e9, 1e9) for name in ("x", "y")}
)


@settings(max_examples=100, deadline=None)
@given(sentence, sentence, st.lists(sayable, min_size=1, max_size=8))
def test_sayings_agree(many, one, rows):
    saying = Saying(read_saying(many, HERE), read_saying(one, HERE), HERE.columns["a"])
    assert in_duckdb(saying_sql(saying), rows) == [words(saying, given) for given in rows]


def test_how_things_are_said():
    saying = Saying(read_saying("{a} falls, score {x}, last on {d}, {b}", HERE))
    given = EMPTY | {"a": 3, "x": 7.25, "d": date(2018, 8, 6)}
    assert words(saying, given) == "3 falls, score 7.3, last on 6 August 2018, unknown"
