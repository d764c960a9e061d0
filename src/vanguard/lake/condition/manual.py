"""The manual of conditions, from the functions' own words and from specs: a table, a condition, and what holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from vanguard.lake.condition.functions import FUNCTIONS
from vanguard.own_yaml import data_of

INTRODUCTION = """\
# Conditions

A blueprint says who, when and what counts in conditions such as

```sql
age >= 75 and (has(conditions, 'copd') or emergency_admissions_12m / 12 > 0.5)
```

They look like SQL and are a small closed part of it: comparison (`=`, `<>`, `<`, `<=`, `>`, `>=`, `between`, `in`,
`is null`), arithmetic (`+`, `-`, `*`, `/`), `and`, `or`, `not`, brackets, and the functions below. Text stands in
single quotes, a day is written `DATE '2026-01-31'`, names of columns stand bare. Anything else is refused with its
place and the reason. A condition has at most 4,000 characters and 20 brackets within each other.

Each condition means the same on every engine that runs it: plain Python, DuckDB and Apache Spark. The examples on
this page are the tests that prove it; they run on all three.

## Functions

| function | is |
|---|---|
"""


@dataclass(frozen=True)
class Spec:
    """A condition over a table: `rows` by column, `holds` for each row. `kinds` are the columns' types by name."""

    name: str
    why: str
    kinds: Mapping[str, str]
    condition: str
    rows: tuple[Mapping[str, Any], ...]
    holds: tuple[bool | None, ...]


@dataclass(frozen=True)
class OrderSpec:
    """A table's rows as given, and in the order of a column."""

    name: str
    why: str
    kinds: Mapping[str, str]
    by: str
    first: Literal["highest", "lowest"]
    rows: tuple[Mapping[str, Any], ...]
    ordered: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Topic:
    """One file of specs: one section of the manual."""

    title: str
    about: str
    specs: tuple[Spec, ...]
    orders: tuple[OrderSpec, ...]


def read_specs(folder: Path) -> tuple[Topic, ...]:
    """The topics of a folder, by the names of their files."""
    return tuple(_topic(data_of(file.read_text("utf-8"))) for file in sorted(folder.glob("*.yaml")))


def _topic(data: dict[str, Any]) -> Topic:
    return Topic(
        data["title"],
        data["about"],
        tuple(_spec(spec) for spec in data.get("specs", ())),
        tuple(_order(spec) for spec in data.get("orders", ())),
    )


def _spec(data: dict[str, Any]) -> Spec:
    kinds = data["columns"]
    return Spec(
        data["name"],
        data.get("why", ""),
        kinds,
        data["condition"],
        _rows(kinds, [row[:-1] for row in data["table"]]),
        tuple(row[-1] for row in data["table"]),
    )


def _order(data: dict[str, Any]) -> OrderSpec:
    kinds = data["columns"]
    rows, ordered = _rows(kinds, data["table"]), _rows(kinds, data["ordered"])
    return OrderSpec(data["name"], data.get("why", ""), kinds, data["by"], data["first"], rows, ordered)


def _rows(kinds: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> tuple[Mapping[str, Any], ...]:
    return tuple(dict(zip(kinds, row, strict=True)) for row in rows)


def markdown(topics: Sequence[Topic]) -> str:
    """The manual as one Markdown page: the vocabulary, then a section a topic with its specs as small tables."""
    functions = [f"| `{function.usage}` | {function.meaning} |" for function in FUNCTIONS.values()]
    return INTRODUCTION + "\n".join([*functions, "", *(_section(topic) for topic in topics)])


def _section(topic: Topic) -> str:
    shown = [_shown_spec(spec) for spec in topic.specs] + [_shown_order(spec) for spec in topic.orders]
    return "\n".join([f"## {topic.title}", "", topic.about, "", *shown])


def _shown_spec(spec: Spec) -> str:
    rows = [[*row.values(), holds] for row, holds in zip(spec.rows, spec.holds, strict=True)]
    table = _table([*spec.kinds, "holds"], rows)
    return "\n".join([*_heading(spec.name, spec.why), "```sql", spec.condition, "```", "", table, ""])


def _shown_order(spec: OrderSpec) -> str:
    given = _table(list(spec.kinds), [list(row.values()) for row in spec.rows])
    ordered = _table(list(spec.kinds), [list(row.values()) for row in spec.ordered])
    said = f"By `{spec.by}`, {spec.first} first,"
    return "\n".join([*_heading(spec.name, spec.why), said, "", given, "", "becomes", "", ordered, ""])


def _heading(name: str, why: str) -> list[str]:
    return [f"### {name}", "", *([why, ""] if why else [])]


def _table(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    return "\n".join(lines + ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows])


def _cell(value: Any) -> str:
    if value is None:
        return "*null*"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(_cell(word) for word in value) or "*an empty list*"
    return f"`{value}`" if isinstance(value, str) else str(value)
