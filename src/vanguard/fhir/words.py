"""Any FHIR data type as a short plain value: for the details beside an event and for results in words."""

from typing import Any

from vanguard.fhir.codes import concept_code, concept_words
from vanguard.fhir.paths import kind, text


def brief(value: Any) -> Any:
    """A coded value as its words, a quantity as "5 mg", a reference as its address; else as it is."""
    if type(value) is not dict:
        return value
    if "coding" in value:
        return concept_words(value) or concept_code(value)
    if "reference" in value:
        return text(value, "reference")
    if "currency" in value:
        return f"{value.get('value')} {value['currency']}"
    if "value" in value and "system" in value and not {"unit", "code", "comparator"} & value.keys():
        return value["value"]
    if "value" in value:
        return quantity_words(value)
    if "text" in value:
        return text(value, "text")
    if "display" in value or "code" in value:
        return concept_words(value) or concept_code(value)
    if "numerator" in value or "denominator" in value:
        return f"{brief(value.get('numerator'))} / {brief(value.get('denominator'))}"
    if "low" in value or "high" in value:
        low, high = (brief(value.get(side)) for side in ("low", "high"))
        if high is None:
            return f"at least {low}"
        return f"at most {high}" if low is None else f"{low} to {high}"
    return value or None


def briefs(found: list[Any]) -> Any:
    """One value plain, several as a list, without repeats; None for none."""
    plain: list[Any] = []
    for value in found:
        shown = brief(value)
        if shown is not None and shown not in plain:
            plain.append(shown)
    if len(plain) > 1:
        return plain
    return plain[0] if plain else None


def quantity_words(quantity: dict[str, Any]) -> str | None:
    """A Quantity as people write it: <5 mmol/L."""
    number = quantity.get("value")
    if number is None:
        return None
    shown = str(number) if type(number) is not bool else kind(number)
    return f"{quantity.get('comparator') or ''}{shown} {quantity_unit(quantity) or ''}".strip()


def quantity_unit(quantity: dict[str, Any]) -> str | None:
    """The unit of a Quantity: its UCUM code where it has one, else its words."""
    if "unitsofmeasure.org" in (text(quantity, "system") or ""):
        return text(quantity, "code") or text(quantity, "unit")
    return text(quantity, "unit") or text(quantity, "code")
