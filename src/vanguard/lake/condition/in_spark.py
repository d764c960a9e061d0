"""What Apache Spark (4, in its standard ANSI mode) writes in its own way."""

from vanguard.lake.condition.dialect import Dialect

ALL_WHOLE = "4503599627370496e0"
"""From here on (2 to the 52) every double is whole; Spark's own floor gives a BIGINT, which ends at 2 to the 63."""


class Spark(Dialect):
    """Instants are TIMESTAMP_NTZ in UTC, as Spark reads them from the lake's files."""

    words_type = "STRING"

    def column(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def text(self, text: str) -> str:
        # A backslash escapes in Spark's texts, and ${name} would be replaced before the SQL is read.
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("$", "\\u0024") + "'"

    def said_day(self, day: str) -> str:
        return f"date_format({day}, 'd MMMM yyyy')"

    def said_number(self, number: str) -> str:
        # Of nothing, Java would say the first letter of "null".
        return f"(CASE WHEN ({number}) IS NOT NULL THEN format_string('%.1f', {number}) END)"

    def has_any(self, held: str, *words: str) -> str:
        # array_contains would be null where the word is not found and the list holds a null.
        return f"exists({held}, _word -> {' OR '.join(f'_word <=> {word}' for word in words)})"

    def has_prefix(self, held: str, *prefixes: str) -> str:
        begins = " OR ".join(f"startswith(_word, {prefix})" for prefix in prefixes)
        return f"exists({held}, _word -> coalesce({begins}, false))"

    def how_many(self, held: str) -> str:
        return f"array_size({held})"

    def most_common(self, held: str) -> str:
        words = f"array_distinct(array_compact({held}))"
        count = f"size(filter({held}, _other -> _other = _word))"
        return f"(array_min(transform({words}, _word -> named_struct('fewest', -{count}, 'word', _word))).word)"

    def floor(self, number: str) -> str:
        return self._whole(number, f"floor({number})")

    def ceil(self, number: str) -> str:
        return self._whole(number, f"ceil({number})")

    def whole(self, number: str) -> str:
        return self._whole(number, f"CAST({number} AS BIGINT)")

    def _whole(self, number: str, made: str) -> str:
        return f"(CASE WHEN abs({number}) < {ALL_WHOLE} THEN CAST({made} AS DOUBLE) ELSE {number} END)"

    def towards_zero(self, top: str, bottom: int) -> str:
        return f"({top} div {bottom})"

    def days_between(self, first: str, second: str) -> str:
        return f"datediff({second}, {first})"

    def hours_between(self, first: str, second: str) -> str:
        return f"(CAST(timestampdiff(MICROSECOND, {first}, {second}) AS DOUBLE) / 3.6e9)"

    def weekday(self, day: str) -> str:
        return f"(weekday({day}) + 1)"

    def day_of(self, instant: str) -> str:
        return f"CAST(convert_timezone('UTC', 'Europe/London', {instant}) AS DATE)"
