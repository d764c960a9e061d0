"""What DuckDB and Spark spell differently in the queries of measures, beyond what conditions are made of."""

from abc import ABC, abstractmethod
from collections.abc import Iterable

from vanguard.lake.condition import DIALECTS, Engine
from vanguard.lake.condition import Dialect as OfConditions


class Dialect(ABC):
    """An engine's SQL where it differs; methods take and give SQL."""

    engine: Engine
    no_words: str
    """An empty list of texts."""

    @property
    def of_conditions(self) -> OfConditions:
        """How the engine writes what conditions are made of: names, texts, differences of days."""
        return DIALECTS[self.engine]

    @abstractmethod
    def start_of(self, kind: str, day: str) -> str:
        """The first day of the day, week (from Monday), month, quarter or year in which a day lies."""

    @abstractmethod
    def days_after(self, day: str, days: int) -> str: ...

    @abstractmethod
    def words_where(self, word: str, condition: str) -> str:
        """Of a group in which no word comes twice, the list of its words of rows that meet a condition, in order."""

    @abstractmethod
    def first_alone(self, held: str) -> str:
        """A list with the first entry of a list, or with none."""

    def month_end_before(self, day: str) -> str:
        """The last day of the month before that of a day."""
        return self.days_after(self.start_of("month", day), -1)

    def has_code(self, held: str, whole: Iterable[str], prefixes: Iterable[str]) -> str:
        """Whether a list has one of some codes, or one that begins with one of the prefixes."""
        of = self.of_conditions
        codes, begins = [of.text(code) for code in whole], [of.text(prefix) for prefix in prefixes]
        tests = [of.has_any(held, *codes)] if codes else []
        tests += [of.has_prefix(held, *begins)] if begins else []
        return f"({' OR '.join(tests)})"


class DuckDB(Dialect):
    engine: Engine = "duckdb"
    no_words = "CAST([] AS VARCHAR[])"

    def start_of(self, kind: str, day: str) -> str:
        return day if kind == "day" else f"CAST(date_trunc('{kind}', {day}) AS DATE)"

    def days_after(self, day: str, days: int) -> str:
        return f"({day} + {days})"

    def words_where(self, word: str, condition: str) -> str:
        return f"list_sort(list({word}) FILTER (WHERE {condition}))"

    def first_alone(self, held: str) -> str:
        return f"{held}[1:1]"


class Spark(Dialect):
    engine: Engine = "spark"
    no_words = "CAST(array() AS ARRAY<STRING>)"

    def start_of(self, kind: str, day: str) -> str:
        return day if kind == "day" else f"trunc({day}, '{kind}')"

    def days_after(self, day: str, days: int) -> str:
        return f"date_add({day}, {days})"

    def words_where(self, word: str, condition: str) -> str:
        return f"array_sort(collect_list({word}) FILTER (WHERE {condition}))"

    def first_alone(self, held: str) -> str:
        return f"slice({held}, 1, 1)"
