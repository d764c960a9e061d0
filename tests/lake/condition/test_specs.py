"""Every spec of the manual holds on every engine: plain Python, DuckDB and Spark."""

from pathlib import Path

import pytest
from tests.lake.condition.engines import in_duckdb, in_spark, table, vocabulary

from vanguard.lake.condition import condition_sql, holds, in_order, order_sql, read_condition
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


@pytest.mark.xdist_group("spark")
def test_spark(spark, tmp_path):
    asked = [([condition_sql(read(spec), "spark")], spec.kinds, spec.rows) for spec in SPECS]
    found = dict(zip([spec.name for spec in SPECS], in_spark(spark, tmp_path, asked), strict=True))
    assert found == {spec.name: [list(spec.holds)] for spec in SPECS}


@pytest.mark.parametrize("spec", ORDERS, ids=lambda spec: spec.name)
def test_order(spec):
    assert in_order(spec.rows, spec.by, spec.first) == list(spec.ordered)
    ranked = in_duckdb(f"row_number() OVER (ORDER BY {order_sql(spec.by, spec.first)})", spec.kinds, spec.rows)
    assert [row for _, row in sorted(zip(ranked, spec.rows, strict=True), key=lambda two: two[0])] == list(spec.ordered)


@pytest.mark.xdist_group("spark")
def test_order_in_spark(spark, tmp_path):
    asked = [
        ([f"row_number() OVER (ORDER BY {order_sql(spec.by, spec.first, 'spark')})"], spec.kinds, spec.rows)
        for spec in ORDERS
    ]
    for spec, (ranked,) in zip(ORDERS, in_spark(spark, tmp_path, asked), strict=True):
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
