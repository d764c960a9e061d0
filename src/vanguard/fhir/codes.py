"""Codes of FHIR as our tables write them, `system:code`, and the words beside them."""

from functools import cache, lru_cache
from typing import Any

from vanguard.fhir.paths import Misshapen, kind, objects, text
from vanguard.fhir.r4 import table


@lru_cache(maxsize=50_000)
def short(system: str, code: str) -> str:
    """`system:code` for systems that have a short name with us, else `system|code`; ICD-10 without its dot.

    >>> short("http://hl7.org/fhir/sid/icd-10", "J44.1")
    'icd10:J441'
    """
    code = code.strip()
    name = _short_names().get(system.strip().lower().partition("/version/")[0].rstrip("/"))
    name = name or _snomed_edition(system)
    if not name:
        return f"{system.strip()}|{code}"
    return f"{name}:{code.replace('.', '').upper()}" if name == "icd10" else f"{name}:{code}"


def concept_codes(concept: Any) -> list[str]:
    """The codes of a CodeableConcept or a Coding, the one that a user chose first. Raises Misshapen."""
    codings = _codings(concept)
    if len(codings) > 1:
        codings = sorted(codings, key=lambda coding: coding.get("userSelected") is not True)
    return [short(text(coding, "system") or "", code) for coding in codings if (code := text(coding, "code"))]


def concept_words(concept: Any) -> str | None:
    """What a CodeableConcept or a Coding is in words: its text, else its first display. Raises Misshapen."""
    if type(concept) is str:
        return concept or None
    codings = _codings(concept)
    words = text(concept, "text") if "text" in concept else None
    return words or next((shown for coding in codings if (shown := text(coding, "display"))), None)


def concept_code(concept: Any) -> str | None:
    """The bare first code of a CodeableConcept or a Coding, or the word itself. Raises Misshapen."""
    if type(concept) is str:
        return concept or None
    if type(concept) is bool:
        return "active" if concept else "inactive"
    return next((code for coding in _codings(concept) if (code := text(coding, "code"))), None)


def _codings(concept: Any) -> list[dict[str, Any]]:
    if type(concept) is not dict:
        raise Misshapen("coding", f"A coded value should be an object, but {kind(concept)} is there.")
    if "coding" in concept:
        return objects(concept, "coding")
    return [concept] if "code" in concept or "display" in concept else []


@cache
def _short_names() -> dict[str, str]:
    return {address: name for name, addresses in table("code_systems").items() for address in addresses}


def _snomed_edition(system: str) -> str:
    return (
        "snomed" if system.strip().lower().startswith(("http://snomed.info/sct/", "https://snomed.info/sct/")) else ""
    )
