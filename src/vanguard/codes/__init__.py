"""Code sets with version, source and licence: conditions, scores and their weights, sensitive sets, words.
`code_sets()` lists them all; no clinical code occurs elsewhere in the code."""

from vanguard.codes.admission import admission_methods_table
from vanguard.codes.avoidable import AvoidableAdmissions, AvoidableCondition, avoidable_admissions
from vanguard.codes.bands import Band, band_of
from vanguard.codes.catalogue import code_sets
from vanguard.codes.charlson import CharlsonCoding, CharlsonVariant, charlson
from vanguard.codes.code_set import CodeSet
from vanguard.codes.frailty import FrailtyWeights, frailty_bands_table, frailty_table, frailty_weights
from vanguard.codes.groupings import (
    Alert,
    Grouping,
    LongTermCondition,
    SensitiveSet,
    alerts,
    alerts_about,
    code_matches,
    conditions,
    conditions_about,
    fall_codes_table,
    falls,
    grouping_table,
    groupings,
    sensitive,
    sensitive_about,
)
from vanguard.codes.icd10 import icd10, icd10_sql
from vanguard.codes.lace import LaceIndex, lace_index
from vanguard.codes.primary_care import PrimaryCare, Term, primary_care
from vanguard.codes.sctid import is_sctid
from vanguard.codes.supplied import SuppliedSet, extended, supplied_sets
from vanguard.codes.weighted import WeightedCondition, WeightedScore, cambridge_score, electronic_frailty_index
from vanguard.codes.words import DisplayWords, display_words, icd10_words, words_key, words_table

__all__ = [
    "Alert",
    "AvoidableAdmissions",
    "AvoidableCondition",
    "Band",
    "CharlsonCoding",
    "CharlsonVariant",
    "CodeSet",
    "DisplayWords",
    "FrailtyWeights",
    "Grouping",
    "LaceIndex",
    "LongTermCondition",
    "PrimaryCare",
    "SensitiveSet",
    "SuppliedSet",
    "Term",
    "WeightedCondition",
    "WeightedScore",
    "admission_methods_table",
    "alerts",
    "alerts_about",
    "avoidable_admissions",
    "band_of",
    "cambridge_score",
    "charlson",
    "code_matches",
    "code_sets",
    "conditions",
    "conditions_about",
    "display_words",
    "electronic_frailty_index",
    "extended",
    "fall_codes_table",
    "falls",
    "frailty_bands_table",
    "frailty_table",
    "frailty_weights",
    "grouping_table",
    "groupings",
    "icd10",
    "icd10_sql",
    "icd10_words",
    "is_sctid",
    "lace_index",
    "primary_care",
    "sensitive",
    "sensitive_about",
    "supplied_sets",
    "words_key",
    "words_table",
]
