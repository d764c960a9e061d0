"""Code sets with version, source and licence: long-term conditions, primary care, frailty weights, words.
`conditions()` groups codes into long-term conditions; no clinical code occurs elsewhere in the code."""

from vanguard.codes.code_set import CodeSet
from vanguard.codes.frailty import Band, FrailtyWeights, frailty_bands_table, frailty_table, frailty_weights
from vanguard.codes.groupings import (
    Alert,
    Grouping,
    LongTermCondition,
    alert_codes_table,
    alerts,
    alerts_about,
    condition_codes_table,
    conditions,
    conditions_about,
    fall_codes_table,
    falls,
)
from vanguard.codes.primary_care import PrimaryCare, Term, primary_care
from vanguard.codes.words import DisplayWords, display_words, icd10_words, words_key, words_of, words_table

__all__ = [
    "Alert",
    "Band",
    "CodeSet",
    "DisplayWords",
    "FrailtyWeights",
    "Grouping",
    "LongTermCondition",
    "PrimaryCare",
    "Term",
    "alert_codes_table",
    "alerts",
    "alerts_about",
    "condition_codes_table",
    "conditions",
    "conditions_about",
    "display_words",
    "fall_codes_table",
    "falls",
    "frailty_bands_table",
    "frailty_table",
    "frailty_weights",
    "icd10_words",
    "primary_care",
    "words_key",
    "words_of",
    "words_table",
]
