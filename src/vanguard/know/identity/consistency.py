"""When what two rows say about a person cannot both be true of one person.
A misspelling, a short name, a swapped day and month or a new surname is no contradiction; a second person
is."""

from collections.abc import Sequence

# Below this Jaro-Winkler similarity two names are clearly different (Margaret/Margret 0.98, Olivia/Amelia
# 0.61).
NAMES_ALIKE = 0.75
# Fewer years than this do not separate a parent from a child.
PARENT_YEARS = 13


def given_differs_sql(left: str, right: str) -> str:
    """Both given names are known and clearly different: no short form, initial, misspelling or swap with
    family."""
    a, b = f"{left}.given", f"{right}.given"
    return (
        f"coalesce({a} <> {b} AND {left}.given_root <> {right}.given_root"
        f" AND NOT starts_with({a}, {b}) AND NOT starts_with({b}, {a})"
        f" AND jaro_winkler_similarity({a}, {b}) < {NAMES_ALIKE}"
        f" AND NOT list_has_any(split({a}, ' '), split({b}, ' '))"
        f" AND NOT coalesce({a} = {right}.family OR {b} = {left}.family, false), false)"
    )


def family_differs_sql(left: str, right: str) -> str:
    """Both family names are known and clearly different; part of a double name is not."""
    a, b = f"{left}.family", f"{right}.family"
    return (
        f"coalesce({a} <> {b} AND jaro_winkler_similarity({a}, {b}) < {NAMES_ALIKE}"
        f" AND NOT list_has_any(split({a}, ' '), split({b}, ' '))"
        f" AND NOT coalesce({a} = {right}.given OR {b} = {left}.given, false), false)"
    )


def birth_differs_sql(left: str, right: str) -> str:
    """Both birth dates are known and two of year, month and day differ, day and month not merely swapped."""
    a, b = f"{left}.birth", f"{right}.birth"
    parts = " + ".join(f"({a}[{s}] <> {b}[{s}])::INT" for s in ("1:4", "6:7", "9:10"))
    return f"coalesce({a} <> {b} AND {left}.birth_sorted <> {right}.birth_sorted AND {parts} >= 2, false)"


def number_contradicted_sql(left: str, right: str) -> str:
    """Two rows with one valid NHS number are not of one person.

    The number itself is strong evidence, so one difference is not enough. Given name, birth date and sex
    count 1 when they clearly differ, family name a half because people change it; an equal birth date
    takes a half away. At 1.5 the rows stay apart.
    """
    points = (
        f"{given_differs_sql(left, right)}::INT + {birth_differs_sql(left, right)}::INT"
        f" + coalesce({left}.sex <> {right}.sex, false)::INT + 0.5 * {family_differs_sql(left, right)}::INT"
        f" - 0.5 * coalesce({left}.birth = {right}.birth, false)::INT"
    )
    return f"({points} >= 1.5)"


def pair_contradicted_sql(left: str, right: str, personal: Sequence[str]) -> str:
    """Two rows without a common NHS number are not joined, however alike the rest is, if a family
    explains it.

    Twins: clearly different given names, or another sex and given names that are not the same. Parent and
    child of one name: birth dates that clearly differ, by PARENT_YEARS or more. Brothers and sisters:
    birth dates that clearly differ, and given names unknown or unlike. Agreement on a column of
    `personal`, which a family does not share, refutes all three.
    """
    one_name = (
        f"coalesce({left}.given_root = {right}.given_root"
        f" OR jaro_winkler_similarity({left}.given, {right}.given) >= 0.9"
        f" OR ({left}.given = {right}.family AND {right}.given = {left}.family), false)"
    )
    years = f"abs({left}.birth[1:4]::INT - {right}.birth[1:4]::INT)"
    family = (
        f"({given_differs_sql(left, right)}"
        f" OR ({birth_differs_sql(left, right)} AND ({years} >= {PARENT_YEARS} OR NOT {one_name}))"
        f" OR coalesce({left}.sex <> {right}.sex AND {left}.given <> {right}.given, false))"
    )
    agreed = " OR ".join(f"{left}.{column} = {right}.{column}" for column in personal) or "false"
    return f"({family} AND NOT coalesce({agreed}, false))"
