"""One ordered history for each person, and the time each was registered where.
`build` makes the lake's `event` and `person_period`; `Records` are persons' whole records as JSON, with marks that tell
whether one has changed, `records` those of everybody, `changed_since` whose may have."""

from vanguard.know.timeline.build import build
from vanguard.know.timeline.record_batches import Records, records
from vanguard.know.timeline.since import Changes, changed_since

__all__ = ["Changes", "Records", "build", "changed_since", "records"]
