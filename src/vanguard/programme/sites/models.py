"""The tables of sites. `short` is the key in files and addresses."""

from django.db import models

from vanguard.programme.tables.fields import SourcesField, WhenField
from vanguard.programme.tables.row import Row


class SiteType(Row):
    """A type of site, or a group within one."""

    short = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    part_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="groups")
    about = models.CharField(max_length=500, blank=True)


class Round(Row):
    """One round of choosing sites, from the call to the announcement."""

    short = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    number = models.PositiveSmallIntegerField()
    opened = WhenField(blank=True)
    closed = WhenField(blank=True)
    decided = WhenField(blank=True)
    announced = WhenField(blank=True)
    applications = models.PositiveIntegerField(null=True, blank=True)
    shortlisted = models.PositiveIntegerField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    sources = SourcesField()


class Site(Row):
    """A place that a programme chose: what it is, how many people it serves, where it lies."""

    short = models.SlugField(max_length=100, unique=True)
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    name = models.CharField(max_length=200, unique=True)
    type = models.ForeignKey(SiteType, models.PROTECT, related_name="sites")
    group = models.ForeignKey(SiteType, models.PROTECT, null=True, blank=True, related_name="grouped_sites")
    round = models.ForeignKey(Round, models.PROTECT, null=True, blank=True, related_name="sites")
    announced = WhenField(blank=True, db_index=True)
    population = models.PositiveIntegerField(null=True, blank=True, db_index=True)
    population_note = models.CharField(max_length=300, blank=True)
    region = models.CharField(max_length=100, blank=True, db_index=True)
    area = models.CharField(max_length=100, blank=True, db_index=True)
    town = models.CharField(max_length=100, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    website = models.CharField(max_length=200, blank=True)
    sources = SourcesField()

    class Meta:
        # What the front page counts, it counts within the first; the second is the order of the list.
        indexes = [
            models.Index(fields=["type", "region", "area"], name="programme_sites_by"),
            models.Index(fields=["type", "number", "name"], name="programme_sites_in_order"),
        ]


class Organisation(Row):
    """An organisation that takes part somewhere. One that was merged into another is named no more."""

    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40, db_index=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_from")
    merged_on = WhenField(blank=True)
    note = models.CharField(max_length=300, blank=True)


class Partner(Row):
    """An organisation takes part in a site."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="partners")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="partners")
    role = models.CharField(max_length=20, db_index=True)
    note = models.CharField(max_length=300, blank=True)
    sources = SourcesField()


class Capability(Row):
    """Something that sites set out to build, in one vocabulary for all."""

    short = models.SlugField(max_length=60, unique=True)
    theme = models.CharField(max_length=60, db_index=True)
    name = models.CharField(max_length=100)
    about = models.CharField(max_length=500, blank=True)


class Initiative(Row):
    """What a site, or a place elsewhere, does to build one capability."""

    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="initiatives")
    elsewhere = models.CharField(max_length=100, blank=True, db_index=True)
    capability = models.ForeignKey(Capability, models.PROTECT, related_name="initiatives")
    summary = models.CharField(max_length=500)
    sources = SourcesField()


class Metric(Row):
    """Something that sites aim to change, and which way is better."""

    short = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    better = models.CharField(max_length=10)


class Target(Row):
    """What a site or a place elsewhere aims for, forecasts or says it achieved; with a number where there is one."""

    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="targets")
    elsewhere = models.CharField(max_length=100, blank=True, db_index=True)
    metric = models.ForeignKey(Metric, models.PROTECT, related_name="targets")
    status = models.CharField(max_length=20, db_index=True)
    direction = models.CharField(max_length=10)
    value = models.FloatField(null=True, blank=True)
    unit = models.CharField(max_length=100, blank=True)
    note = models.CharField(max_length=300, blank=True)
    sources = SourcesField()


class Feature(Row):
    """What defines a type of site, with limits where there are any."""

    type = models.ForeignKey(SiteType, models.PROTECT, related_name="features")
    feature = models.SlugField(max_length=60)
    number = models.PositiveSmallIntegerField()
    least = models.PositiveIntegerField(null=True, blank=True)
    most = models.PositiveIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    summary = models.CharField(max_length=500)
    sources = SourcesField()
