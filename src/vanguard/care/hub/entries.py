"""An episode as an entry of the person's record: what it is, since when, and where it stands. Pure."""

from datetime import datetime
from typing import Any

from vanguard.care.hub.models import Referral
from vanguard.clock import local_date
from vanguard.flow import Flow

SOURCE = "referral_point"
UNSETTLED = "Records were parted since it was made: whose referral it is, nobody has said yet."


def as_entry(row: Referral, flow: Flow, handed_over: str, now: datetime) -> dict[str, Any]:
    """The entry as it stands after the last event; `handed_over` is a sentence of the service that comes next."""
    ended = flow.pathway.ends[row.end].label if row.end else ""
    stands = ended or flow.step(row.step).label
    if handed_over:
        stands = f"{stands}. {handed_over}"
    return {
        "kind": "Encounter",
        "setting": "community",
        "status": "finished" if ended else "in-progress",
        "start": _instant(row.received_at),
        "end": _instant(row.ended_at) if row.ended_at else None,
        "date": local_date(row.received_at).isoformat(),
        "timed": True,
        "codes": [],
        "display": flow.pathway.label,
        "text": f"{stands.removesuffix('.')}. {UNSETTLED}" if row.parted_from else stands,
        "source": SOURCE,
        "known_from": _instant(now),
        # Not for the person and their relatives: it may be somebody else's.
        "unsettled": True if row.parted_from else None,
    }


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
