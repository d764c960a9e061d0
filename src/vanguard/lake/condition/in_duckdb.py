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
        counts = f"map_entries(list_histogram({held}))"
        counted = f"list_transform({counts}, lambda _of: {{'fewest': -CAST(_of.value AS BIGINT), 'word': _of.key}})"
        return f"(list_min({counted}).word)"

    def floor(self, number: str) -> str:
        return f"floor({number})"

    def ceil(self, number: str) -> str:
        return f"ceil({number})"

    def whole(self, number: str) -> str:
        return f"trunc({number})"

    def towards_zero(self, top: str, bottom: int) -> str:
        return f"({top} // {bottom})"

    def days_between(self, first: str, second: str) -> str:
        return f"({second} - {first})"

    def hours_between(self, first: str, second: str) -> str:
        return f"(CAST(epoch_us({second}) - epoch_us({first}) AS DOUBLE) / 3.6e9)"

    def weekday(self, day: str) -> str:
        return f"isodow({day})"

    def day_of(self, instant: str) -> str:
        return f"CAST(timezone('Europe/London', timezone('UTC', {instant})) AS DATE)"
