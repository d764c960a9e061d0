"""Whether promises were kept: each settled run of a clock as a row, for those who manage."""

from collections.abc import Mapping

from vanguard.care.hub.models import Promise
from vanguard.care.outbox import Entry

CLOCK = "clock:"


def settle(referral: int, entries: Mapping[str, Entry]) -> None:
    """Keep what is known of the promises of a referral now; whoever arrived in time but said so late changes it."""
    held = {one.key: one for one in Promise.objects.filter(referral_id=referral)}
    for key, entry in entries.items():
        if not entry.codes[0].startswith(CLOCK):
            continue
        kept = entry.status == "completed"
        clock = entry.codes[0].removeprefix(CLOCK)
        if key not in held:
            Promise.objects.create(referral_id=referral, key=key, clock=clock, started_at=entry.start, kept=kept)
        elif held[key].kept != kept:
            Promise.objects.filter(pk=held[key].pk).update(kept=kept)
