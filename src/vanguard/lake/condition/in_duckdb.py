"""What DuckDB writes in its own way."""

from vanguard.lake.condition.dialect import Dialect


class DuckDB(Dialect):
    """Instants are TIMESTAMP, in UTC without a zone."""

    words_type = "VARCHAR"

    def column(self, name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    def text(self, text: str) -> str:
        return "'" + text.replace("'", "''") + "'"

    def said_day(self, day: str) -> str:
        return f"strftime({day}, '%-d %B %Y')"

    def said_number(self, number: str) -> str:
        return f"printf('%.1f', {number})"

    def has_any(self, held: str, *words: str) -> str:
        return "(" + " OR ".join(f"list_contains({held}, {word})" for word in words) + ")"

    def has_prefix(self, held: str, *prefixes: str) -> str:
        begins = " OR ".join(f"starts_with(_word, {prefix})" for prefix in prefixes)
        return f"(len(list_filter({held}, lambda _word: {begins})) > 0)"

    def how_many(self, held: str) -> str:
        return f"len({held})"

    def most_common(self, held: str) -> str:
        # A histogram's keys come in order, so the first of the greatest counts is the first in the order of letters.
        # The histogram costs most, so it is made once, and not for lists that need none.
        first = "map_keys(_of)[list_position(map_values(_of), list_max(map_values(_of)))]"
        counted = f"list_transform([list_histogram({held})], lambda _of: {first})[1]"
        return f"(CASE WHEN len({held}) < 2 THEN {held}[1] ELSE {counted} END)"

    def floor(self, number: str) -> str:
        return f"floor({number})"

    def ceil(self, number: str) -> str:
        return f"ceil({number})"

    def whole(self, number: str) -> str:
        return f"trunc({number})"

    def towards_zero(self, top: str, bottom: int) -> str:
        return f"({top} // {bottom})"

    def months_between(self, first: str, second: str) -> str:
        return self.towards_zero(self._months_and_days(first, second), 100)

    def years_between(self, first: str, second: str) -> str:
        # Completed years are twelve completed months; taking a day apart costs most, so it is done as seldom as can be.
        return self.towards_zero(self._months_and_days(first, second), 1200)

    def _months_and_days(self, first: str, second: str) -> str:
        """A hundred for each month on the calendar between two days, and the difference of their numbers in it."""
        return f"(date_diff('month', {first}, {second}) * 100 + day({second}) - day({first}))"

    def days_between(self, first: str, second: str) -> str:
        return f"({second} - {first})"

    def hours_between(self, first: str, second: str) -> str:
        return f"(CAST(epoch_us({second}) - epoch_us({first}) AS DOUBLE) / 3.6e9)"

    def weekday(self, day: str) -> str:
        return f"isodow({day})"

    def day_of(self, instant: str) -> str:
        return f"CAST(timezone('Europe/London', timezone('UTC', {instant})) AS DATE)"
