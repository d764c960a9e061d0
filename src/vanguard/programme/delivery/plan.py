"""The milestones with the status of each, and what the rules look at, in a fixed number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Max

from vanguard.programme.delivery.models import Benefit, Milestone, Risk, Wait
from vanguard.programme.delivery.status import WORDS, Awaited, ByHand, Judged, Progress, Work, judge, progress
from vanguard.web.presenters import part_day


@dataclass(frozen=True)
class Planned:
    """A milestone and its status."""

    milestone: Milestone
    judged: Judged


def planned(milestones: Iterable[Milestone], today: date) -> list[Planned]:
    """Each milestone with its status today."""
    told = list(milestones)
    rated = Risk.objects.filter(milestone__in=told, closed="").order_by().values_list("milestone")
    risks = dict(rated.annotate(worst=Max(F("residual_likelihood") * F("residual_impact"))))
    waits: dict[int, list[Awaited]] = {}
    for one in Wait.objects.filter(milestone__in=told).select_related("for_milestone", "for_dependency"):
        other = one.for_milestone or one.for_dependency
        due = getattr(other, "forecast", "") or other.due
        waits.setdefault(one.milestone_id, []).append(Awaited(other.name, due, bool(other.done)))
    return [
        Planned(one, judge(_work(one, risks.get(one.pk) or 0, tuple(waits.get(one.pk, ()))), today)) for one in told
    ]


def _work(one: Milestone, risk: int, waits: tuple[Awaited, ...]) -> Work:
    hand = None
    if one.override:
        hand = ByHand(one.override, one.override_reason, one.override_by, one.override_on, one.override_until)
    return Work(one.due, one.forecast, one.done, one.reported, risk, waits, hand)


def why(judged: Judged) -> str:
    """Why a milestone has its status: what was set by hand, then what the rules say."""
    reasons, hand = " ".join(judged.reasons), judged.by_hand
    if hand is None:
        return reasons
    until = f", until {part_day(hand.until)}" if hand.until else ""
    note = f"Set by hand by {hand.by} on {part_day(hand.on)}{until}: {hand.reason}"
    note = note if note.endswith(".") else f"{note}."
    return f"{note} By the rules: {WORDS[judged.by_rules].lower()}. {reasons}"


def why_planned(milestones: Sequence[Milestone], today: date) -> dict[int, str]:
    """Why each of some milestones has its status, by their numbers."""
    return {one.milestone.pk: why(one.judged) for one in planned(milestones, today)}


def why_so_far(benefits: Sequence[Benefit], today: date) -> dict[int, str]:
    """Why each of some benefits has its status, by their numbers."""
    return {one.pk: progress_of(one, today).reason for one in benefits}


def waiting(milestones: Iterable[Milestone]) -> list[tuple[int, int]]:
    """Who waits for whom among these, by their numbers."""
    told = [one.pk for one in milestones]
    rows = Wait.objects.filter(milestone__in=told, for_milestone__in=told).order_by("pk")
    return list(rows.values_list("milestone", "for_milestone"))


def progress_of(benefit: Benefit, today: date) -> Progress:
    """How far a benefit is."""
    latest = None if benefit.latest is None else (benefit.latest, benefit.latest_on)
    start, end = (benefit.baseline, benefit.baseline_on), (benefit.forecast, benefit.forecast_on)
    return progress(start, end, latest, today)
