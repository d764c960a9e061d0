"""The tables of what was read, and of the programme as a whole."""

from django.db import models

from vanguard.programme.tables.fields import SourcesField, WhenField
from vanguard.programme.tables.row import Row


class Source(Row):
    """A document or page that facts were taken from."""

    short = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    published = WhenField(blank=True)
    about = models.CharField(max_length=500, blank=True)


class Disagreement(Row):
    """Two sources, or two places of one, that say different things of the same matter."""

    site = models.ForeignKey("programme.Site", models.PROTECT, null=True, blank=True, related_name="disagreements")
    subject = models.CharField(max_length=100)
    about = models.CharField(max_length=100)
    first = models.CharField(max_length=300)
    first_sources = SourcesField()
    second = models.CharField(max_length=300)
    second_sources = SourcesField()
    note = models.CharField(max_length=300, blank=True)


class Body(Row):
    """A board, team or partnership, and what it answers for."""

    name = models.CharField(max_length=200, unique=True)
    answers_to = models.CharField(max_length=200, blank=True)
    scope = models.CharField(max_length=60, db_index=True)
    purpose = models.CharField(max_length=500)
    sources = SourcesField()


class Moment(Row):
    """Something that happened to the programme on a day, with a count where there is one."""

    event = models.CharField(max_length=200)
    on = WhenField(db_index=True)
    count = models.BigIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=300, blank=True)
    sources = SourcesField()
