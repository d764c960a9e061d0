"""One ordered history for each person, and the time each was registered where.
`build` makes the lake's `event` and `person_period`; `records` yields persons' whole records as JSON, `marks` what
tells whether one has changed, `changed_since` whose may have."""

from vanguard.know.timeline.build import build
from vanguard.know.timeline.record_batches import marks, records
from vanguard.know.timeline.since import changed_since

__all__ = ["build", "changed_since", "marks", "records"]
