"""The table of evaluations. Numbers are in per cent of what would have been expected without the change."""

from django.db import models

from vanguard.programme.sites.models import Site, SiteType
from vanguard.programme.tables.fields import SourcesField, WhenField
from vanguard.programme.tables.row import Row


class SiteEvaluation(Row):
    """What one evaluation found of a site, or of all sites of a type together."""

    short = models.SlugField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="evaluations")
    type = models.ForeignKey(SiteType, models.PROTECT, null=True, blank=True, related_name="evaluations")
    outcome = models.CharField(max_length=200, db_index=True)
    verdict = models.CharField(max_length=20, db_index=True)
    change = models.FloatField(null=True, blank=True)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    smallest = models.FloatField(null=True, blank=True)
    design = models.CharField(max_length=40, db_index=True)
    begins = WhenField(blank=True)
    until = WhenField(blank=True)
    know_first = models.CharField(max_length=2000, blank=True)
    change_mind = models.CharField(max_length=1000, blank=True)
    sources = SourcesField()
