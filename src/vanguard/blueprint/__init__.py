"""Reads and checks a blueprint, a care model as a folder of YAML, into frozen typed objects.
`read` gives a Blueprint, or every mistake at once with file, line and column."""

from vanguard.blueprint.elements import (
    Blueprint,
    Cited,
    Cohort,
    Effective,
    Order,
    Reason,
    Review,
    Role,
    Source,
    Tier,
)
from vanguard.blueprint.mistakes import BadBlueprint
from vanguard.blueprint.read import read, shipped

__all__ = [
    "BadBlueprint",
    "Blueprint",
    "Cited",
    "Cohort",
    "Effective",
    "Order",
    "Reason",
    "Review",
    "Role",
    "Source",
    "Tier",
    "read",
    "shipped",
]
