"""Conditions and rows for Hypothesis: typed, of every function, with nulls and extremes and without not-a-number."""

import os
from datetime import date, datetime

from hypothesis import strategies as st
from tests.lake.condition.engines import vocabulary

EXAMPLES = int(os.environ.get("VANGUARD_EXAMPLES", "300"))
"""How many conditions each engine is asked; by hand 10,000."""

KINDS = {
    "a": "int",
    "b": "int",
    "x": "float",
    "y": "float",
    "z": "float",
    "s": "text",
    "t": "text",
    "p": "bool",
    "q": "bool",
    "d": "date",
    "e": "date",
    "i": "instant",
    "j": "instant",
    "many": "list of text",
    "more": "list of text",
}
WORDS = ["copd", "copied", "it's", "", "É", "B", "a\\b", "${x}"]
HERE = vocabulary(KINDS, at_most={"z": 1000.0})

FIRST, LAST = datetime(1900, 1, 1), datetime(2100, 12, 31, 23, 59, 59, 999_999)
VALUES = {
    "int": st.integers(-3, 3) | st.integers(-(2**53), 2**53),
    "float": st.sampled_from([0.0, -0.0, 0.1, 0.5, 2.5, -2.5, 0.49999999999999994, 1e308, -1e308, 5e-324, 2.0**63])
    | st.floats(-100, 100)
    | st.floats(allow_nan=False, allow_infinity=False),
    "text": st.sampled_from(WORDS),
    "bool": st.booleans(),
    "date": st.dates(date(1900, 1, 1), date(2100, 12, 31))
    | st.sampled_from([date(2020, 2, 29), date(2019, 2, 28), date(2019, 3, 1), date(2019, 12, 31), date(1, 1, 1)]),
    "instant": st.datetimes(FIRST, LAST)
    | st.sampled_from([datetime(2018, 10, 28, 0, 30), datetime(2018, 7, 31, 23), datetime(1970, 1, 1), FIRST, LAST]),
    "list of text": st.lists(st.sampled_from(WORDS) | st.none(), max_size=5),
}
GIVEN = {name: VALUES[kind] for name, kind in KINDS.items()} | {"z": st.floats(-1000, 1000)}
row = st.fixed_dictionaries({name: st.none() | values for name, values in GIVEN.items()})

quoted = st.sampled_from(WORDS).map(lambda text: "'" + text.replace("'", "''") + "'")
held = st.sampled_from(["many", "more"])
sign = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])


@st.composite
def _call(draw, name, *arguments):
    return f"{name}({', '.join(draw(argument) for argument in arguments)})"


@st.composite
def _some(draw, name, argument):
    return f"{name}({', '.join(draw(st.lists(argument, min_size=2, max_size=3)))})"


instant = st.recursive(
    st.sampled_from(["i", "j"]),
    lambda inner: st.sampled_from(["coalesce", "least", "greatest"]).flatmap(lambda name: _some(name, inner)),
    max_leaves=3,
)
day = st.recursive(
    st.sampled_from(["d", "e", "DATE '2020-02-29'", "DATE '1999-12-31'"]) | _call("day_of", instant),
    lambda inner: st.sampled_from(["coalesce", "least", "greatest"]).flatmap(lambda name: _some(name, inner)),
    max_leaves=3,
)
given_day = st.sampled_from(["d", "e", "DATE '2020-02-29'", "day_of(i)", "coalesce(d, e)"])
text = st.sampled_from(["s", "t", "coalesce(s, t)"]) | quoted | _call("most_common", held)
plain = st.one_of(
    st.sampled_from(["a", "b", "x", "y", "z", "0", "1", "2.5", "0.1", "1e300", "4503599627370497"]),
    _call("how_many", held),
    _call("weekday", given_day),
    _call("days_between", given_day, given_day),
    _call("months_between", given_day, given_day),
    _call("years_between", given_day, given_day),
    _call("hours_between", st.sampled_from(["i", "least(i, j)"]), st.sampled_from(["j", "greatest(i, j)"])),
)


def _sums(inner):
    return st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda three: f"({three[0]} {three[1]} {three[2]})"),
        inner.map("(- {})".format),
        st.sampled_from(["coalesce", "least", "greatest"]).flatmap(lambda name: _some(name, inner)),
        st.sampled_from(["abs", "round", "floor", "ceil", "whole", "log10", "ln"]).flatmap(
            lambda name: _call(name, inner)
        ),
        _call("round", inner, st.sampled_from("0126")),
    )


number = st.recursive(plain, _sums, max_leaves=4)
simple = st.one_of(
    st.tuples(number, sign, number).map(" ".join),
    st.tuples(number, number, number).map(lambda n: f"{n[0]} between {n[1]} and {n[2]}"),
    st.tuples(number, sign, number).map(lambda n: f"not {n[0]} {n[1]} {n[2]}"),
    st.tuples(number, st.sampled_from(["in", "not in"])).map(lambda n: f"{n[0]} {n[1]} (0, 1, 2.5, -1e300)"),
    number.map(lambda n: f"{n} in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)"),
    st.tuples(number | text | day | instant, st.sampled_from(["is null", "is not null"])).map(" ".join),
    st.tuples(text, st.sampled_from(["=", "<>"]), text).map(" ".join),
    st.tuples(text, quoted, quoted).map(lambda t: f"{t[0]} in ({t[1]}, {t[2]})"),
    st.tuples(day, sign, day).map(" ".join),
    st.tuples(day, day, day).map(lambda d: f"{d[0]} between {d[1]} and {d[2]}"),
    st.tuples(instant, sign, instant).map(" ".join),
    _call("has", held, quoted),
    _call("has_any", held, quoted, quoted),
    _call("has_prefix", held, quoted),
    _call("has_prefix", held, st.just("'cop'"), quoted),
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

piece = st.sampled_from(["{a}", "{x}", "{s}", "{d}", " it's ", "£", "% d ", "''", "\\", "${a}"])
sentence = st.lists(piece, min_size=1, max_size=5).map("".join).filter(str.strip)
sayable = st.fixed_dictionaries(
    {name: st.none() | VALUES[kind] for name, kind in KINDS.items() if kind != "float"}
    | {name: st.none() | st.floats(-1e12, 1e12) | st.sampled_from([7.25, -0.04, -0.0]) for name in ("x", "y", "z")}
)
