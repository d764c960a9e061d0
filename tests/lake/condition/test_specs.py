"""Every spec of the manual holds on every engine: plain Python, DuckDB and Spark."""

from pathlib import Path

import pytest
from tests.lake.condition.engines import in_duckdb, in_spark, table, vocabulary

from vanguard.lake.condition import Vocabulary, condition_sql, holds, in_order, order_sql, read_condition
from vanguard.lake.condition.functions import FUNCTIONS
from vanguard.lake.condition.manual import markdown, read_specs

TOPICS = read_specs(Path(__file__).parent / "specs")
SPECS = [spec for topic in TOPICS for spec in topic.specs]
ORDERS = [spec for topic in TOPICS for spec in topic.orders]
TRAPS = (
    "Year difference",
    "Month difference",
    "Integer casts",
    "Rounding",
    "Weekday",
    "Logarithms",
    "Division by zero",
    "Null ordering, highest first",
    "Mode ties",
)


def read(spec):
    return read_condition(spec.condition, vocabulary(spec.kinds))


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_reference(spec):
    assert [holds(read(spec), row) for row in spec.rows] == list(spec.holds)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_duckdb(spec):
    assert in_duckdb(condition_sql(read(spec)), spec.kinds, spec.rows) == list(spec.holds)


def beside_each_other(specs):
    """The tables of all specs as one, each column under its own name and its spec's number, short ones filled up."""
    kinds = {f"{name}_{number}": kind for number, spec in enumerate(specs) for name, kind in spec.kinds.items()}
    rows = []
    for at in range(max(len(spec.rows) for spec in specs)):
        row = dict.fromkeys(kinds)
        for number, spec in enumerate(specs):
            if at < len(spec.rows):
                row |= {f"{name}_{number}": value for name, value in spec.rows[at].items()}
        rows.append(row)
    return kinds, rows


def test_spark(spark, tmp_path):
    kinds, rows = beside_each_other(SPECS)
    columns = vocabulary(kinds).columns
    asked = []
    for number, spec in enumerate(SPECS):
        here = Vocabulary({name: columns[f"{name}_{number}"] for name in spec.kinds})
        asked.append(condition_sql(read_condition(spec.condition, here), "spark"))
    found = in_spark(spark, tmp_path, asked, kinds, rows)
    told = {spec.name: values[: len(spec.rows)] for spec, values in zip(SPECS, found, strict=True)}
    assert told == {spec.name: list(spec.holds) for spec in SPECS}


@pytest.mark.parametrize("spec", ORDERS, ids=lambda spec: spec.name)
def test_order(spec):
    assert in_order(spec.rows, spec.by, spec.first) == list(spec.ordered)
    ranked = in_duckdb(f"row_number() OVER (ORDER BY {order_sql(spec.by, spec.first)})", spec.kinds, spec.rows)
    assert [row for _, row in sorted(zip(ranked, spec.rows, strict=True), key=lambda two: two[0])] == list(spec.ordered)


def test_order_in_spark(spark, tmp_path):
    for spec in ORDERS:
        rank = f"row_number() OVER (ORDER BY {order_sql(spec.by, spec.first, 'spark')})"
        (ranked,) = in_spark(spark, tmp_path, [rank], spec.kinds, spec.rows)
        ordered = [row for _, row in sorted(zip(ranked, spec.rows, strict=True), key=lambda two: two[0])]
        assert ordered == list(spec.ordered)


def test_every_trap_has_a_spec_of_its_name():
    assert set(TRAPS) <= {spec.name for spec in [*SPECS, *ORDERS]}


def test_every_function_has_a_spec_and_a_place_in_the_manual():
    manual = markdown(TOPICS)
    for name, function in FUNCTIONS.items():
        assert any(f"{name}(" in spec.condition for spec in SPECS), name
        assert function.usage in manual


def test_no_two_specs_share_a_name():
    names = [spec.name for spec in [*SPECS, *ORDERS]]
    assert len(set(names)) == len(names)
    assert all(table(spec.kinds, spec.rows).num_rows for spec in SPECS)
