"""What each item of the policy shows of a record, without the entries kept back. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

# Identity is these of the person's fields; summary all of them and what matters most; full everything.
IDENTITY = (
    "person_id",
    "nhs_number",
    "given_name",
    "family_name",
    "birth_date",
    "death_date",
    "sex",
    "practice",
)
NOTED = ("conditions", "medicines", "alerts")


def seen(data: Mapping[str, Any], item: str, kept_back: Callable[[str], bool]) -> dict[str, Any]:
    """The record's JSON as far as `item` shows it. A list that is not there was not shown, which is not empty.

    What holds a code that is kept back is left out whole.
    """
    if item == "identity":
        return {"person": {name: data["person"][name] for name in IDENTITY if name in data["person"]}}
    shown = {name: data[name] for name in ("person", "practice_since") if name in data}
    for section in NOTED:
        shown[section] = [one for one in data.get(section, ()) if not kept_back(one.get("code") or "")]
    if "plans" in data:
        shown["plans"] = data["plans"]
    if item == "full":
        shown["entries"] = [one for one in data.get("entries", ()) if not any(map(kept_back, one.get("codes", ())))]
    return shown
