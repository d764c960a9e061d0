"""What the money comes to: by fund, by year and by site, and where it does not add up. A fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from vanguard.programme.money.models import Award, AwardShare, Fund, Payment
from vanguard.programme.money.tables import APPROVED, IN_PRINCIPLE
from vanguard.programme.sites.models import Site
from vanguard.web.presenters import things

MOST_TOLD = 20


@dataclass(frozen=True)
class FundLine:
    """One fund, in pounds: what was awarded out of it, what of that was drawn, and what is in no award."""

    fund: Fund
    in_principle: int
    approved: int
    drawn: int

    @property
    def left(self) -> int:
        return self.fund.amount - self.in_principle - self.approved


@dataclass
class SiteLine:
    """One site, in pounds: its own parts of awards, what was drawn, and awards shared with others undivided."""

    site: Site
    in_principle: int = 0
    approved: int = 0
    drawn: int = 0
    shared: list[tuple[Award, int]] = field(default_factory=list)
    years: set[str] = field(default_factory=set)


def by_fund() -> list[FundLine]:
    """Every fund, the oldest first."""
    stages: dict[int, dict[str, int]] = defaultdict(dict)
    for fund, stage, amount in Award.objects.values_list("fund", "stage").annotate(Sum("amount")).order_by():
        stages[fund][stage] = amount
    drawn = dict(Payment.objects.values_list("award__fund").annotate(Sum("amount")).order_by())
    return [
        FundLine(one, stages[one.pk].get(IN_PRINCIPLE, 0), stages[one.pk].get(APPROVED, 0), drawn.get(one.pk, 0))
        for one in Fund.objects.order_by("since", "pk")
    ]


def by_year() -> list[tuple[str, int, int, int]]:
    """The year for which awards are, then in principle, approved and drawn. What names no year comes last."""
    stages = {
        "in_principle": Sum("amount", filter=Q(stage=IN_PRINCIPLE)),
        "approved": Sum("amount", filter=Q(stage=APPROVED)),
    }
    rows = Award.objects.values("year").annotate(**stages).order_by("year")
    drawn = dict(Payment.objects.values_list("award__year").annotate(Sum("amount")).order_by())
    told = [(row["year"], row["in_principle"] or 0, row["approved"] or 0, drawn.get(row["year"], 0)) for row in rows]
    return sorted(told, key=lambda one: (not one[0], one[0]))


def by_site(start: int, most: int) -> tuple[list[SiteLine], int]:
    """Sites with a part in some award, by name, from `start` on; and how many there are."""
    shared, paid = (one.objects.filter(site=OuterRef("pk")) for one in (AwardShare, Payment))
    sites = Site.objects.filter(Exists(shared) | Exists(paid))
    lines = {one.pk: SiteLine(one) for one in sites.order_by("name")[start : start + most]}
    with_others = Count("award__shares")
    shares = AwardShare.objects.filter(site__in=lines).select_related("award").annotate(sites=with_others)
    for share in shares.order_by("award__awarded", "pk"):
        line = lines[share.site_id]
        line.years.add(share.award.year)
        if share.amount is None:
            line.shared.append((share.award, share.sites - 1))
        elif share.award.stage == APPROVED:
            line.approved += share.amount
        else:
            line.in_principle += share.amount
    for site, amount in Payment.objects.filter(site__in=lines).values_list("site").annotate(Sum("amount")).order_by():
        lines[site].drawn = amount
    return list(lines.values()), sites.count()


def does_not_add_up(funds: Iterable[FundLine]) -> list[str]:
    """Where the sources leave something open, each in a sentence with its sum."""
    found = []
    divided = Coalesce(Sum("shares__amount"), 0)
    undivided = Award.objects.annotate(sites=Count("shares"), left=F("amount") - divided).exclude(left=0, sites__gt=0)
    awards = list(undivided.only("amount", "recipient").order_by("pk"))
    for award in awards[:MOST_TOLD]:
        if not award.sites:
            found.append(f"£{award.amount:,} ({award.recipient}) names no site.")
        else:
            what = f"{award.sites} sites together" if award.sites > 1 else "one site"
            found.append(f"£{award.left:,} of the award to {what} ({award.recipient}) is not divided.")
    if (more := len(awards) - MOST_TOLD) > 0:
        found.append(f"{things(more, 'other award')} {'is' if more == 1 else 'are'} not divided either.")
    found += [f"£{one.left:,} of {one.fund.name} (£{one.fund.amount:,}) is in no award." for one in funds if one.left]
    without = Site.objects.filter(award_shares=None).count()
    if without:
        found.append(f"{without:,} of {Site.objects.count():,} sites have no part in any award.")
    if not Payment.objects.exists():
        found.append("Nothing is recorded as drawn.")
    return found
