"""Words that people try in a condition and that it does not have: why not, and what to write instead."""

from vanguard.lake.condition.functions import FUNCTIONS

ALLOWED = (
    "A condition may compare, add, subtract, multiply and divide, use and, or, not, in, between and is null, "
    f"and call {', '.join(FUNCTIONS)}."
)


def _each(words: str, what: str, do: str) -> dict[str, tuple[str, str]]:
    return {word: (what.format(word), do) for word in words.split()}


REFUSED: dict[str, tuple[str, str]] = {
    **_each(
        "select from exists join union intersect except with where having limit order group",
        "A condition may not ask another table or list rows (no {}).",
        "Use a documented column.",
    ),
    **_each(
        "over partition row_number rank lag lead first_value last_value",
        "A condition sees one row, never its neighbours (no {}).",
        "Use a documented column.",
    ),
    **_each(
        "sum count avg mean max min median",
        "There is no function {}: a condition sees one row and cannot reckon over many.",
        "Use a column that counts; of several columns, least and greatest.",
    ),
    **_each("case when then else if iif", "A condition has no {}.", "Join conditions with and, or, not."),
    **_each(
        "like ilike similar regexp rlike glob regexp_matches contains starts_with startswith begins_with",
        "Text cannot be matched against a pattern (no {}).",
        f"Use = or in; for a list, has, or has_prefix: {FUNCTIONS['has_prefix'].usage} is "
        f"{FUNCTIONS['has_prefix'].meaning}",
    ),
    **_each(
        "now today current_date current_timestamp getdate sysdate",
        "A condition does not know the time (no {}).",
        "Use the column that says which day the row describes.",
    ),
    **_each(
        "datediff date_diff date_sub timestampdiff age_in_years interval date_add add_months",
        "There is no {}: engines disagree about it.",
        "Use days_between, months_between, years_between or hours_between.",
    ),
    **_each(
        "year month day hour quarter week extract date_part",
        "There is no {}.",
        "Use years_between, months_between, days_between, hours_between or weekday.",
    ),
    **_each(
        "cast try_cast convert int integer text varchar string number to_date",
        "Types cannot be changed in a condition (no {}).",
        "A day is written DATE '2026-01-31'; whole and round give whole numbers.",
    ),
    **_each(
        "timestamp datetime time",
        "An instant cannot be written in a condition (no {}).",
        "Compare its day: day_of(instant) >= DATE '2026-01-31'.",
    ),
    **_each("log log2", "There is no {}: engines disagree about its base.", "Use log10 or ln."),
    **_each("trunc truncate fix", "There is no function {}.", "Use whole."),
    **_each("mode modal", "There is no function {}.", "Use most_common."),
    **_each("len length size cardinality array_length list_count", "There is no function {}.", "Use how_many."),
    **_each("ifnull nvl isnull", "There is no function {}.", "Use coalesce, or is null."),
    **_each("dayofweek isodow dow weekday_iso", "There is no function {}.", "Use weekday."),
    **_each("ceiling", "There is no function {}.", "Use ceil."),
    **_each("to_local date_of local_date", "There is no function {}.", "Use day_of."),
}
