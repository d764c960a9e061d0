"""The tables of money, in whole pounds."""

from django.db import models

from vanguard.programme.sites.models import Site
from vanguard.programme.tables.fields import PoundsField, SourcesField, WhenField
from vanguard.programme.tables.row import Row


class Fund(Row):
    """Money set aside, out of which awards are made."""

    short = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    amount = PoundsField()
    since = WhenField(blank=True)
    about = models.CharField(max_length=300, blank=True)
    sources = SourcesField()


class Award(Row):
    """Money awarded out of a fund, in principle or approved, for a year, to one site or to several together."""

    short = models.SlugField(max_length=60, unique=True)
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="awards")
    recipient = models.CharField(max_length=200)
    stage = models.CharField(max_length=20, db_index=True)
    amount = PoundsField()
    awarded = WhenField(blank=True, db_index=True)
    year = models.CharField(max_length=10, blank=True, db_index=True)
    purpose = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=300, blank=True)
    sources = SourcesField()


class AwardShare(Row):
    """A site has part in an award; how much, where it is known."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="shares")
    site = models.ForeignKey(Site, models.PROTECT, related_name="award_shares")
    amount = PoundsField(null=True, blank=True)


class Payment(Row):
    """Money that was drawn from an award."""

    reference = models.CharField(max_length=60, unique=True)
    award = models.ForeignKey(Award, models.PROTECT, related_name="payments")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="payments")
    paid = WhenField(db_index=True)
    amount = PoundsField()
    purpose = models.CharField(max_length=300, blank=True)
    sources = SourcesField()
