"""Values as they are compared: folded, stripped and without placeholders. DuckDB expressions over a column.
What is stored and shown stays as received; only the comparison sees these."""

from datetime import date

from vanguard.know.identity.settings import settings
from vanguard.table_file import date_sql, text

EARLIEST_BIRTH = date(1880, 1, 1)


def name_sql(column: str) -> str:
    """A name in upper-case Latin letters: no accents, look-alikes, titles or punctuation; null if a
    placeholder."""
    strangers, letters = settings().look_alikes
    folded = f"replace(replace(replace(upper(strip_accents({column})), 'ß', 'SS'), 'Æ', 'AE'), 'Œ', 'OE')"
    plain = f"regexp_replace(translate({folded}, {text(strangers)}, {text(letters)}), '[''\u2019`]', '', 'g')"
    spaced = f"trim(regexp_replace({plain}, '[^\\p{{L}}]+', ' ', 'g'))"
    untitled = f"regexp_replace({spaced}, '^({'|'.join(settings().titles)}) ', '')"
    placeholders = ", ".join(text(name) for name in sorted(settings().placeholder_names))
    return f"CASE WHEN {untitled} IN ('', {placeholders}) THEN NULL ELSE {untitled} END"


def birth_sql(column: str) -> str:
    """A date of birth as ISO text; null if it is a placeholder."""
    placeholders = ", ".join(text(day) for day in sorted(settings().placeholder_birth_dates))
    iso = f"CAST({column} AS VARCHAR)"
    return f"CASE WHEN {iso} IN ({placeholders}) THEN NULL ELSE {iso} END"


def birth_sorted_sql(iso: str) -> str:
    """Year, then the lesser and the greater of day and month: the same when the two are swapped."""
    return f"left({iso}, 5) || least({iso}[6:7], {iso}[9:10]) || '-' || greatest({iso}[6:7], {iso}[9:10])"


def read_date_sql(column: str, today: date) -> str:
    """A date in one of the ways that `date_sql` reads; null if it is no day of the calendar or no birth date."""
    read = date_sql(column)
    return f"CASE WHEN {read} BETWEEN DATE '{EARLIEST_BIRTH}' AND DATE '{today}' THEN {read} END"


def sex_sql(column: str) -> str:
    """F or M from a word, a letter or an NHS person-gender code (1 male, 2 female); otherwise null."""
    first = f"upper(left({column}, 1))"
    return f"CASE WHEN {first} IN ('F', '2') THEN 'F' WHEN {first} IN ('M', '1') THEN 'M' END"


def postcode_sql(column: str) -> str:
    """Letters and digits only, upper case; null if it begins like a placeholder."""
    plain = compact_sql(column)
    unknown = " OR ".join(f"starts_with({plain}, {text(beginning)})" for beginning in settings().placeholder_postcodes)
    return f"CASE WHEN {unknown} THEN NULL ELSE {plain} END"


def district_sql(postcode: str) -> str:
    """The outward half of a compact British postcode; null if it is not one."""
    return f"nullif(regexp_extract({postcode}, '^([A-Z]{{1,2}}[0-9][A-Z0-9]?)[0-9][A-Z]{{2}}$', 1), '')"


def compact_sql(column: str) -> str:
    """Letters and digits only, upper case, without accents; null if nothing is left."""
    return f"nullif(regexp_replace(upper(strip_accents({column})), '[^\\p{{L}}0-9]+', '', 'g'), '')"
