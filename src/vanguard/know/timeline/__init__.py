"""One ordered history for each person, and the time each was registered where.
`build` makes the lake's `event` and `person_period`; `records` yields each person's whole record as JSON."""

from vanguard.know.timeline.build import build
from vanguard.know.timeline.record_batches import records

__all__ = ["build", "records"]
