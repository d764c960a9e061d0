"""The tables of places elsewhere."""

from django.db import models

from vanguard.programme.tables.fields import SourcesField
from vanguard.programme.tables.row import Row


class Fact(Row):
    """One figure of a place, as a source gives it."""

    place = models.CharField(max_length=100, db_index=True)
    topic = models.CharField(max_length=60, db_index=True)
    fact = models.CharField(max_length=100)
    value = models.CharField(max_length=100, blank=True)
    unit = models.CharField(max_length=100, blank=True)
    period = models.CharField(max_length=100, blank=True)
    note = models.CharField(max_length=300, blank=True)
    sources = SourcesField()


class Opportunity(Row):
    """A present problem of a place, and what is hoped for instead."""

    place = models.CharField(max_length=100, db_index=True)
    area = models.CharField(max_length=100, db_index=True)
    problem = models.CharField(max_length=300)
    improvement = models.CharField(max_length=300)
    sources = SourcesField()


class PlacePartner(Row):
    """An organisation that takes part in the care of a place elsewhere."""

    place = models.CharField(max_length=100, db_index=True)
    organisation = models.CharField(max_length=200)
    commissions = models.BooleanField(default=False)
    provides = models.BooleanField(default=False)
    sources = SourcesField()


class Tier(Row):
    """One tier of a scheme that parts people by need. Schemes give the same number different meanings."""

    place = models.CharField(max_length=100, db_index=True)
    scheme = models.CharField(max_length=60, db_index=True)
    tier = models.CharField(max_length=10)
    name = models.CharField(max_length=100)
    purpose = models.CharField(max_length=300)
    sources = SourcesField()
