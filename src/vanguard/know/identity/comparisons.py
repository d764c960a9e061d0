"""How two rows are compared, column by column, as Splink comparisons with fixed starting probabilities.
m: how often a level is met among rows of one person; u: among rows of two persons. Used as they stand
where the data are too few to train them."""

from typing import Any

from vanguard.know.identity.units import KNOWN


def one_edit_sql(left: str, right: str) -> str:
    """One letter changed, left out or added, or two neighbours swapped. The cheap test first: 40 times
    faster."""
    return f"(jaro_winkler_similarity({left}, {right}) >= 0.75 AND damerau_levenshtein({left}, {right}) <= 1)"


# Starting values are plain judgement for British administrative data: (condition, m, u), the last is "all
# other".
_GIVEN = (
    ("given_l = given_r", 0.82, 0.01),
    ("given_root_l = given_root_r", 0.05, 0.002),
    ("jaro_winkler_similarity(given_l, given_r) >= 0.9", 0.06, 0.004),
    ("given_l = family_r OR given_r = family_l", 0.01, 0.0005),
    ("starts_with(given_l, given_r) OR starts_with(given_r, given_l)", 0.02, 0.01),
    ("jaro_winkler_similarity(given_l, given_r) >= 0.75", 0.02, 0.03),
    ("", 0.02, 0.9435),
)
_FAMILY = (
    ("family_l = family_r", 0.84, 0.002),
    ("jaro_winkler_similarity(family_l, family_r) >= 0.9", 0.07, 0.002),
    ("family_l = given_r OR family_r = given_l", 0.01, 0.0005),
    ("jaro_winkler_similarity(family_l, family_r) >= 0.75", 0.02, 0.02),
    ("", 0.06, 0.9755),
)
_BIRTH = (
    ("birth_l = birth_r", 0.9, 0.00004),
    ("birth_sorted_l = birth_sorted_r", 0.01, 0.00002),
    ("hamming(birth_l, birth_r) <= 1", 0.05, 0.0008),
    ("hamming(birth_l, birth_r) <= 2", 0.02, 0.01),
    ("", 0.02, 0.98914),
)
_SEX = (("sex_l = sex_r", 0.985, 0.5), ("", 0.015, 0.5))
_POSTCODE = (
    ("postcode_l = postcode_r", 0.75, 0.0001),
    (one_edit_sql("postcode_l", "postcode_r"), 0.05, 0.0005),
    ("district_l = district_r", 0.1, 0.05),
    ("", 0.1, 0.9494),
)
_LEVELS = {"given": _GIVEN, "family": _FAMILY, "birth": _BIRTH, "sex": _SEX, "postcode": _POSTCODE}


def comparison(column: str) -> dict[str, Any]:
    """The Splink comparison of a column of `unit`: one of KNOWN, or a further column x0, x1 …"""
    levels = _LEVELS[column] if column in KNOWN else _further(column)
    return {
        "output_column_name": column,
        "comparison_levels": [
            {
                "sql_condition": f"{column}_l IS NULL OR {column}_r IS NULL",
                "label_for_charts": "unknown",
                "is_null_level": True,
            },
            *(
                {
                    "sql_condition": condition or "ELSE",
                    "label_for_charts": condition or "all other",
                    "m_probability": m,
                    "u_probability": u,
                }
                for condition, m, u in levels
            ),
        ],
    }


def _further(column: str) -> tuple[tuple[str, float, float], ...]:
    return (
        (f"{column}_l = {column}_r", 0.75, 0.01),
        (
            f"jaro_winkler_similarity({column}_l, {column}_r) >= 0.92 OR {one_edit_sql(f'{column}_l', f'{column}_r')}",
            0.1,
            0.005,
        ),
        (f"jaro_winkler_similarity({column}_l, {column}_r) >= 0.8", 0.05, 0.05),
        ("", 0.1, 0.935),
    )
