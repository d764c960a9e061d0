"""DuckDB and Spark give what the slow plain-Python engine gives, nulls, zeros and extremes included."""

from datetime import date

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.lake.condition.engines import in_duckdb, in_spark
from tests.lake.condition.typed import EXAMPLES, HERE, KINDS, condition, row, sayable, sentence

from vanguard.lake.condition import Saying, condition_sql, holds, read_condition, read_saying, saying_sql, words

IN_ONE_QUERY = 30


@settings(max_examples=EXAMPLES, deadline=None)
@given(condition, st.lists(row, min_size=1, max_size=8))
def test_duckdb_agrees_with_the_reference(text, rows):
    read = read_condition(text, HERE)
    assert in_duckdb(condition_sql(read), KINDS, rows) == [holds(read, one) for one in rows]


@settings(
    max_examples=max(2, EXAMPLES // (2 * IN_ONE_QUERY)),
    deadline=None,
    # Shrinking a query of thirty conditions would take hours; the failure names the one condition and the row.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(texts=st.lists(condition, min_size=IN_ONE_QUERY, max_size=IN_ONE_QUERY), rows=st.lists(row, min_size=8))
def test_spark_agrees_with_the_reference(spark, tmp_path_factory, texts, rows):
    read = [read_condition(text, HERE) for text in texts]
    folder = tmp_path_factory.mktemp("given")
    found = in_spark(spark, folder, [condition_sql(one, "spark") for one in read], KINDS, rows)
    for one, values in zip(read, found, strict=True):
        for value, given_row in zip(values, rows, strict=True):
            assert value == holds(one, given_row), (one.text, given_row)


@settings(max_examples=100, deadline=None)
@given(sentence, sentence, st.lists(sayable, min_size=1, max_size=8))
def test_duckdb_says_the_same(many, one, rows):
    saying = Saying(read_saying(many, HERE), read_saying(one, HERE), HERE.columns["a"])
    assert in_duckdb(saying_sql(saying), KINDS, rows) == [words(saying, given) for given in rows]


@settings(max_examples=2, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
@given(sentences=st.lists(sentence, min_size=10, max_size=10), rows=st.lists(sayable, min_size=8))
def test_spark_says_the_same(spark, tmp_path_factory, sentences, rows):
    sayings = [Saying(read_saying(text, HERE), read_saying("one", HERE), HERE.columns["a"]) for text in sentences]
    folder = tmp_path_factory.mktemp("given")
    found = in_spark(spark, folder, [saying_sql(saying, "spark") for saying in sayings], KINDS, rows)
    assert found == [[words(saying, given) for given in rows] for saying in sayings]


def test_how_things_are_said():
    saying = Saying(read_saying("{a} falls, score {x}, last on {d}, {b}", HERE))
    given = dict.fromkeys(KINDS) | {"a": 3, "x": 7.25, "d": date(2018, 8, 6)}
    assert words(saying, given) == "3 falls, score 7.3, last on 6 August 2018, unknown"
