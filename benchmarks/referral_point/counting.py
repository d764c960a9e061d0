"""Whether anything was lost: each write that a client was told of is in the database, once, and nothing else is."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from benchmarks.referral_point.clients import Done


def counted(done: Iterable[Done], since: datetime) -> dict[str, Any]:
    """Of the writes since an instant: how many clients were told of, and which are missing or there more than once.

    What is there and nobody was told of is `unconfirmed`: an answer that came after a client had stopped listening.
    """
    done = _latest_drafts(list(done))
    found = {what: look(since) for what, look in LOOKS.items()}
    told = {what: Counter(_key(one) for one in done if one.what == what) for what in LOOKS}
    wrong = [
        f"{what} {key}: told {times} times, found {found[what][key]}"
        for what, keys in told.items()
        for key, times in keys.items()
        if found[what][key] != times
    ]
    unconfirmed = sum((found[what] - told[what]).total() for what in LOOKS)
    return {
        "told": len(done),
        "lost_or_doubled": len(wrong),
        "which": wrong[:5],
        "unconfirmed": unconfirmed,
        "by_kind": {what: keys.total() for what, keys in told.items()},
        "broken": _broken(),
    }


def _latest_drafts(done: list[Done]) -> list[Done]:
    """Of what was kept of a draft only the last: it is written over, and whoever goes on with it writes it again."""
    drafts = {one.mark.partition(" ")[0]: one for one in done if one.what == "draft"}
    return [one for one in done if one.what != "draft"] + list(drafts.values())


def _key(one: Done) -> tuple[Any, ...]:
    return (one.mark,) if one.what == "draft" else (one.referral, one.by, one.mark)


def _drafts(since: datetime) -> Counter[tuple[Any, ...]]:
    from vanguard.care.hub.models import Draft

    rows = Draft.objects.filter(typed__has_key="referrer", opened_at__gte=since).values_list("pk", "typed")
    return Counter((f"{number} {typed['referrer'][0]}",) for number, typed in rows)


def _referrals(since: datetime) -> Counter[tuple[Any, ...]]:
    from vanguard.care.hub.models import Referral

    rows = Referral.objects.filter(received_at__gte=since)
    return Counter(rows.values_list("pk", "draft__user__username", "referrer"))


def _happened(kind: str, step: str, since: datetime) -> Counter[tuple[Any, ...]]:
    from vanguard.care.hub.models import Happening

    rows = Happening.objects.filter(kind=kind, body__step=step, recorded_at__gte=since)
    return Counter((number, by, "") for number, by in rows.values_list("referral_id", "by__username"))


def _allocations(since: datetime) -> Counter[tuple[Any, ...]]:
    from vanguard.care.roster.models import Allocation

    return Counter(Allocation.objects.filter(at__gte=since).values_list("referral", "by__username", "why"))


def _notes(since: datetime) -> Counter[tuple[Any, ...]]:
    from vanguard.care.hub.models import Note

    rows = Note.objects.filter(recorded_at__gte=since).values_list("referral_id", "by__username", "words")
    return Counter(rows)


def _beds(status: str, since: datetime) -> Counter[tuple[Any, ...]]:
    """Who held or let go which bed for which referral. A bed that was let go is its referral's before."""
    from vanguard.care.beds.models import BedChange

    found: Counter[tuple[Any, ...]] = Counter()
    whose: dict[int, int | None] = {}
    for bed, now, referral, by, at in BedChange.objects.order_by("bed_id", "number").values_list(
        "bed_id", "status", "referral", "by__username", "recorded_at"
    ):
        if now == status and by and at >= since:
            found[referral or whose.get(bed), by, str(bed)] += 1
        whose[bed] = referral
    return found


def _broken() -> int:
    """Referrals that do not agree with their own happenings, and beds with theirs."""
    from django.db.models import Count, F, Max

    from vanguard.care.beds.models import Bed
    from vanguard.care.hub.models import Referral

    rows = Referral.objects.filter(ended_at=None).annotate(n=Count("happenings"), last=Max("happenings__number"))
    beds = Bed.objects.annotate(n=Count("history"), last=Max("history__number"))
    return sum(
        each.exclude(n=F(count), last=F(count) - 1).count() for each, count in ((rows, "happened"), (beds, "changes"))
    )


LOOKS: dict[str, Any] = {
    "draft": _drafts,
    "referral": _referrals,
    "triage": lambda since: _happened("finished", "clinical_triage", since),
    "arrival": lambda since: _happened("arrived", "response_visit", since),
    "allocation": _allocations,
    "note": _notes,
    "held": lambda since: _beds("held", since),
    "open": lambda since: _beds("open", since),
}
