"""FHIR R4 in any of its files → rows of our tables, with every resource's bytes as received.
What cannot be used comes back with its reason; which JSON fields mean what is in `tables/*.yaml`."""

from vanguard.fhir.reading import Reading, read
from vanguard.fhir.references import DEFAULT_SOURCE
from vanguard.fhir.rows import Tables

__all__ = ["DEFAULT_SOURCE", "Reading", "Tables", "read"]
