"""The tables of money, declared, and what must add up."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Sum

from vanguard.programme.money.models import Award, AwardShare, Fund, Payment
from vanguard.programme.sources.tables import SAYS
from vanguard.programme.tables import Column, Fault, Filter, RowFault, Table

IN_PRINCIPLE, APPROVED = "in_principle", "approved"
STAGES = {IN_PRINCIPLE: "In principle", APPROVED: "Approved"}
SHORT = Column("short", "Short name", "how files and addresses name it", unlisted=True)


def awards_within_funds() -> Iterator[RowFault]:
    """What is awarded out of a fund, in principle or approved, is at most the fund."""
    for fund in Fund.objects.annotate(given=Sum("awards__amount")).filter(given__gt=F("amount")):
        what = f"Awards out of {fund.name} come to £{fund.given:,}, and the fund is £{fund.amount:,}."
        yield RowFault(_keys(fund.awards), Fault("amount", what, "Award less, or out of another fund."))


def shares_within_awards() -> Iterator[RowFault]:
    """The parts of an award that are known come to at most the award."""
    for award in Award.objects.annotate(given=Sum("shares__amount")).filter(given__gt=F("amount")):
        what = f"Parts of the award {award.short} come to £{award.given:,}, and the award is £{award.amount:,}."
        yield RowFault(_keys(award.shares.exclude(amount=None)), Fault("amount", what))


def payments_within_awards() -> Iterator[RowFault]:
    """What is drawn was approved, and is at most the award."""
    for award in Award.objects.annotate(drawn=Sum("payments__amount")).filter(drawn__gt=0):
        if award.stage != APPROVED:
            what = f"The award {award.short} is not approved yet."
            yield RowFault(_keys(award.payments), Fault("award", what, "Approve it first."))
        elif award.drawn > award.amount:
            what = f"£{award.drawn:,} is drawn of the award {award.short}, which is £{award.amount:,}."
            yield RowFault(_keys(award.payments), Fault("amount", what))


def _keys(rows: Any) -> tuple[str, ...]:
    return tuple(rows.order_by("pk").values_list("key", flat=True))


FUNDS = Table(
    Fund,
    id="funds",
    name="funds",
    one="fund",
    about="Money set aside, out of which awards are made.",
    key=("short",),
    title="name",
    order=("since", "pk"),
    search=("name", "about"),
    columns=(
        SHORT,
        Column("name", "Name"),
        Column("amount", "Amount", "in whole pounds", least=1),
        Column("since", "Since"),
        Column("about", "What for"),
        SAYS,
    ),
)
AWARDS = Table(
    Award,
    id="awards",
    name="awards",
    one="award",
    about="Money awarded, in principle or approved, to one site or to several together.",
    key=("short",),
    title="recipient",
    order=("awarded", "pk"),
    search=("recipient", "purpose", "note"),
    filters=(
        Filter("stage", "Stage"),
        Filter("year", "For year"),
        Filter("fund", "Fund"),
        Filter("site", "Site", path="shares__site", typed=True),
    ),
    check_all=awards_within_funds,
    columns=(
        SHORT,
        Column("fund", "Fund"),
        Column("recipient", "To whom", "in words; its parts say which sites"),
        Column("stage", "Stage", choices=STAGES),
        Column("amount", "Amount", "in whole pounds", least=1),
        Column("awarded", "Awarded"),
        Column("year", "For year", "such as 2015/16"),
        Column("purpose", "What for"),
        Column("note", "Note"),
        SAYS,
    ),
)
SHARES = Table(
    AwardShare,
    id="award-shares",
    name="parts of awards",
    one="part of an award",
    about="Which sites an award is for, and how much of it where that is known.",
    key=("award", "site"),
    order=("pk",),
    filters=(
        Filter("award", "Award"),
        Filter("stage", "Stage", path="award__stage"),
        Filter("site", "Site", typed=True),
    ),
    check_all=shares_within_awards,
    columns=(
        Column("award", "Award"),
        Column("site", "Site"),
        Column("amount", "Amount", "empty where the award is not divided", least=1),
    ),
)
PAYMENTS = Table(
    Payment,
    id="payments",
    name="money drawn",
    one="payment",
    several="payments",
    about="Money that sites drew from approved awards.",
    key=("reference",),
    title="reference",
    order=("paid", "pk"),
    search=("reference", "purpose"),
    filters=(Filter("award", "Award"), Filter("site", "Site", typed=True)),
    check_all=payments_within_awards,
    columns=(
        Column("reference", "Reference"),
        Column("award", "Award"),
        Column("site", "Site"),
        Column("paid", "Paid"),
        Column("amount", "Amount", "in whole pounds", least=1),
        Column("purpose", "What for"),
        SAYS,
    ),
)
TABLES = (FUNDS, AWARDS, SHARES, PAYMENTS)
