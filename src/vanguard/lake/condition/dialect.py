"""What every engine is asked for: one method for each function, and the few words that engines spell their own way.

Methods take and give SQL. Numbers come in double precision, finite or null; `column` gives lists by their name.
"""

from abc import ABC, abstractmethod


class Dialect(ABC):
    """An engine's SQL where it differs; what engines write alike stands here."""

    words_type: str
    """The type that a value is cast to so as to be said."""

    @abstractmethod
    def column(self, name: str) -> str: ...

    @abstractmethod
    def text(self, text: str) -> str: ...

    @abstractmethod
    def said_day(self, day: str) -> str:
        """A day in words: 6 August 2018."""

    @abstractmethod
    def said_number(self, number: str) -> str:
        """A number, already rounded so, with one decimal."""

    @abstractmethod
    def has_any(self, held: str, *words: str) -> str: ...

    @abstractmethod
    def has_prefix(self, held: str, *prefixes: str) -> str: ...

    @abstractmethod
    def how_many(self, held: str) -> str: ...

    @abstractmethod
    def most_common(self, held: str) -> str: ...

    @abstractmethod
    def floor(self, number: str) -> str: ...

    @abstractmethod
    def ceil(self, number: str) -> str: ...

    @abstractmethod
    def whole(self, number: str) -> str: ...

    @abstractmethod
    def towards_zero(self, top: str, bottom: int) -> str:
        """A whole number divided by another, what is left over dropped."""

    @abstractmethod
    def days_between(self, first: str, second: str) -> str: ...

    @abstractmethod
    def hours_between(self, first: str, second: str) -> str: ...

    @abstractmethod
    def weekday(self, day: str) -> str: ...

    @abstractmethod
    def day_of(self, instant: str) -> str: ...

    def has(self, held: str, word: str) -> str:
        return self.has_any(held, word)

    def coalesce(self, *values: str) -> str:
        return f"coalesce({', '.join(values)})"

    def least(self, *values: str) -> str:
        return f"least({', '.join(values)})"

    def greatest(self, *values: str) -> str:
        return f"greatest({', '.join(values)})"

    def abs(self, number: str) -> str:
        return f"abs({number})"

    def round(self, number: str, places: str = "0") -> str:
        if places == "0":
            return f"round({number})"
        return f"(round({number} * 1e{places}) / 1e{places})"

    def log10(self, number: str) -> str:
        return f"(CASE WHEN {number} > 0 THEN {self.round(f'log10({number})', '9')} END)"

    def ln(self, number: str) -> str:
        return f"(CASE WHEN {number} > 0 THEN {self.round(f'ln({number})', '9')} END)"

    def years_between(self, first: str, second: str) -> str:
        def number(day: str) -> str:
            return f"(year({day}) * 10000 + month({day}) * 100 + day({day}))"

        return self.towards_zero(f"({number(second)} - {number(first)})", 10_000)

    def months_between(self, first: str, second: str) -> str:
        def number(day: str) -> str:
            return f"((year({day}) * 12 + month({day})) * 100 + day({day}))"

        return self.towards_zero(f"({number(second)} - {number(first)})", 100)
