"""Whether anything was lost: each write that a client was told of is in the database, once, and nothing else is."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from benchmarks.referral_point.clients import Done


def counted(done: Iterable[Done]) -> dict[str, Any]:
    """How many writes clients were told of, how many of them are missing or there more than once, and why.

    What is there and nobody was told of is `unconfirmed`: an answer that came after a client had stopped listening.
    """
    done = list(done)
    found = {what: look() for what, look in LOOKS.items()}
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


def _key(one: Done) -> tuple[Any, ...]:
    return (one.mark,) if one.what == "draft" else (one.referral, one.by, one.mark)


def _drafts() -> Counter[tuple[Any, ...]]:
    from vanguard.care.hub.models import Draft

    rows = Draft.objects.filter(typed__has_key="referrer").values_list("pk", "typed")
    return Counter((f"{number} {typed['referrer'][0]}",) for number, typed in rows)


def _referrals() -> Counter[tuple[Any, ...]]:
    from vanguard.care.hub.models import Referral

    rows = Referral.objects.filter(draft__typed__has_key="referrer")
    return Counter(rows.values_list("pk", "draft__user__username", "referrer"))


def _happened(kind: str, step: str) -> Counter[tuple[Any, ...]]:
    from vanguard.care.hub.models import Happening

    rows = Happening.objects.filter(kind=kind, body__step=step, recorded_at__gt=_began())
    return Counter((number, by, "") for number, by in rows.values_list("referral_id", "by__username"))


def _allocations() -> Counter[tuple[Any, ...]]:
    from vanguard.care.roster.models import Allocation

    return Counter(Allocation.objects.exclude(why="").values_list("referral", "by__username", "why"))


def _notes() -> Counter[tuple[Any, ...]]:
    from vanguard.care.hub.models import Note

    rows = Note.objects.filter(recorded_at__gt=_began()).values_list("referral_id", "by__username", "words")
    return Counter(rows)


def _beds(status: str) -> Counter[tuple[Any, ...]]:
    """Who held or let go which bed for which referral. A bed that was let go is its referral's before."""
    from vanguard.care.beds.models import BedChange

    found: Counter[tuple[Any, ...]] = Counter()
    whose: dict[int, int | None] = {}
    for bed, now, referral, by in BedChange.objects.order_by("bed_id", "number").values_list(
        "bed_id", "status", "referral", "by__username"
    ):
        if now == status and by:
            found[referral or whose.get(bed), by, str(bed)] += 1
        whose[bed] = referral
    return found


def _began() -> Any:
    """When the first of the load's own could have been written: after the last that the place was made with."""
    from django.db.models import Min

    from vanguard.access.models import Session

    return Session.objects.aggregate(began=Min("expire_date"))["began"] - _lasts()


def _lasts() -> Any:
    from datetime import timedelta

    from vanguard.access import policy

    return timedelta(hours=policy().sign_in.session_hours, seconds=30)


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
    "triage": lambda: _happened("finished", "clinical_triage"),
    "arrival": lambda: _happened("arrived", "response_visit"),
    "allocation": _allocations,
    "note": _notes,
    "held": lambda: _beds("held"),
    "open": lambda: _beds("open"),
}
