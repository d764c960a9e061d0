"""Conditions over documented columns, and sentences with columns in them: a small closed part of SQL.
Read into trees of our own, or refused with place and reason; DuckDB and Spark run them, plain Python is the truth."""

from vanguard.lake.condition.columns import columns_of, turning_points
from vanguard.lake.condition.dialect import Dialect
from vanguard.lake.condition.evaluate import holds, in_order, words
from vanguard.lake.condition.problem import BadCondition, Problem, nearest
from vanguard.lake.condition.read import read_condition
from vanguard.lake.condition.saying import Saying, Sentence, read_saying
from vanguard.lake.condition.sql import DIALECTS, Engine, condition_sql, order_sql, saying_sql
from vanguard.lake.condition.tree import Condition, Type
from vanguard.lake.condition.vocabulary import Vocabulary

__all__ = [
    "DIALECTS",
    "BadCondition",
    "Condition",
    "Dialect",
    "Engine",
    "Problem",
    "Saying",
    "Sentence",
    "Type",
    "Vocabulary",
    "columns_of",
    "condition_sql",
    "holds",
    "in_order",
    "nearest",
    "order_sql",
    "read_condition",
    "read_saying",
    "saying_sql",
    "turning_points",
    "words",
]
