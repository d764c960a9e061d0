"""The tables of choosing. What was changed in them stays on record, as in every table."""

from django.db import models

from vanguard.programme.sites.models import Round, Site, SiteType
from vanguard.programme.tables.fields import SourcesField, WhenField
from vanguard.programme.tables.row import Row


class Step(Row):
    """One step of a round, when it was, and how many it left."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="steps")
    step = models.CharField(max_length=20, db_index=True)
    on = WhenField(blank=True)
    count = models.PositiveIntegerField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    sources = SourcesField()


class Application(Row):
    """Who asked to become a site in a round: what they would do, and how far they came."""

    short = models.SlugField(max_length=100, unique=True)
    round = models.ForeignKey(Round, models.PROTECT, related_name="applied")
    name = models.CharField(max_length=200)
    type = models.ForeignKey(SiteType, models.PROTECT, related_name="applications")
    stage = models.CharField(max_length=20, db_index=True)
    population = models.PositiveIntegerField(null=True, blank=True)
    population_note = models.CharField(max_length=300, blank=True)
    region = models.CharField(max_length=100, blank=True)
    ambition = models.CharField(max_length=2000, blank=True)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="applications")


class Vote(Row):
    """An applicant names another as one of the few that it prefers."""

    voter = models.ForeignKey(Application, models.PROTECT, related_name="votes")
    choice = models.ForeignKey(Application, models.PROTECT, related_name="chosen_by")


class Decision(Row):
    """What the board decided of an application, when, and why."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="decisions")
    on = WhenField()
    body = models.CharField(max_length=200)
    outcome = models.CharField(max_length=20)
    why = models.CharField(max_length=1000)
