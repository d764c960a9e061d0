"""Every code set that is shipped, for a page and for whoever must answer for one."""

from functools import cache

from vanguard.codes.code_set import CodeSet, load

NAMES = (
    "conditions",
    "alerts",
    "sensitive",
    "primary_care",
    "charlson_quan_2005",
    "charlson_shmi",
    "hospital_frailty",
    "ambulatory_care_sensitive",
    "lace",
    "cambridge_multimorbidity",
    "electronic_frailty_index",
    "admission_methods",
    "icd10_words",
    "settings",
)


@cache
def code_sets() -> tuple[CodeSet, ...]:
    """Where every shipped set comes from: version, source, licence and caveats."""
    return tuple(load(name)[0] for name in NAMES)
