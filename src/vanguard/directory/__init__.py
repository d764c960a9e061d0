"""Organisations, localities, practices and teams: who is who among the partners of a place.
Filled from any source of plain objects; other rooms read its models."""

from vanguard.directory.fill import fill
from vanguard.directory.told import write_practices

__all__ = ["fill", "write_practices"]
