"""The tables of communities of practice."""

from django.db import models

from vanguard.programme.tables.fields import SourcesField, WhenField
from vanguard.programme.tables.row import Row


class Community(Row):
    """Places that learn together, of one type of site or of all."""

    short = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100, unique=True)
    purpose = models.CharField(max_length=500)
    type = models.ForeignKey("programme.SiteType", models.PROTECT, null=True, blank=True, related_name="communities")
    since = WhenField(blank=True)
    sources = SourcesField()


class Member(Row):
    """A place in a community: a site, one that applied and was not chosen, or another."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="members")
    name = models.CharField(max_length=200)
    site = models.ForeignKey("programme.Site", models.PROTECT, null=True, blank=True, related_name="communities")
    application = models.ForeignKey(
        "programme.Application", models.PROTECT, null=True, blank=True, related_name="communities"
    )
    joined = WhenField(blank=True, db_index=True)
    left = WhenField(blank=True)
    gets = models.CharField(max_length=500, blank=True)
    sources = SourcesField()
