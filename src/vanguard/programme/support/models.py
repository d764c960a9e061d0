"""The tables of support."""

from django.db import models

from vanguard.programme.tables.fields import SourcesField, WhenField
from vanguard.programme.tables.row import Row


class SupportArea(Row):
    """An area in which sites get support. `first_number` is its place in the first package; none if it came later."""

    short = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    number = models.PositiveSmallIntegerField()
    first_number = models.PositiveSmallIntegerField(null=True, blank=True)
    purpose = models.CharField(max_length=300)
    sources = SourcesField()


class Workstream(Row):
    """Work across sites in one area, shaped by somebody of a site and an expert. Both by their role."""

    short = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100, unique=True)
    area = models.ForeignKey(SupportArea, models.PROTECT, null=True, blank=True, related_name="workstreams")
    purpose = models.CharField(max_length=300)
    site_lead = models.CharField(max_length=100, blank=True)
    expert = models.CharField(max_length=100, blank=True)
    sources = SourcesField()


class SupportPackage(Row):
    """What one site and the programme agreed that the site gets in one area."""

    site = models.ForeignKey("programme.Site", models.PROTECT, related_name="packages")
    area = models.ForeignKey(SupportArea, models.PROTECT, related_name="packages")
    state = models.CharField(max_length=10)
    what = models.CharField(max_length=500)
    lead = models.CharField(max_length=100)
    agreed = WhenField(blank=True)
    until = WhenField(blank=True)
    sources = SourcesField()

    class Meta:
        indexes = [models.Index(fields=["state", "area"], name="programme_packages_agreed")]


class Visit(Row):
    """The programme was at a site."""

    site = models.ForeignKey("programme.Site", models.PROTECT, related_name="visits")
    on = WhenField(db_index=True)
    kind = models.CharField(max_length=10, db_index=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    who = models.CharField(max_length=200)
    purpose = models.CharField(max_length=300)
    outcome = models.CharField(max_length=500, blank=True)


class SupportRequest(Row):
    """A site asked for something, and what it was told."""

    reference = models.SlugField(max_length=60, unique=True)
    site = models.ForeignKey("programme.Site", models.PROTECT, related_name="requests")
    area = models.ForeignKey(SupportArea, models.PROTECT, null=True, blank=True, related_name="requests")
    asked = WhenField(db_index=True)
    asked_by = models.CharField(max_length=100, blank=True)
    what = models.CharField(max_length=300)
    state = models.CharField(max_length=10, db_index=True)
    answered = WhenField(blank=True)
    answer = models.CharField(max_length=500, blank=True)


class Blocker(Row):
    """What stands in a site's way: who is to act by when, who else was asked, and how it ended."""

    reference = models.SlugField(max_length=60, unique=True)
    site = models.ForeignKey("programme.Site", models.PROTECT, related_name="blockers")
    area = models.ForeignKey(SupportArea, models.PROTECT, null=True, blank=True, related_name="blockers")
    what = models.CharField(max_length=300)
    raised = WhenField(db_index=True)
    who_acts = models.CharField(max_length=100)
    act_by = WhenField(db_index=True)
    escalated_to = models.ForeignKey("programme.Body", models.PROTECT, null=True, blank=True, related_name="blockers")
    escalated = WhenField(blank=True)
    resolved = WhenField(blank=True)
    how = models.CharField(max_length=500, blank=True)

    class Meta:
        # Those that stand open come out of this in the order in which somebody is to act.
        indexes = [models.Index(fields=["resolved", "act_by"], name="programme_open_blockers")]


class Help(Row):
    """What a site said when it was asked whether the support of an area helped."""

    site = models.ForeignKey("programme.Site", models.PROTECT, related_name="helped")
    area = models.ForeignKey(SupportArea, models.PROTECT, related_name="helped")
    asked = WhenField(db_index=True)
    answer = models.CharField(max_length=10, db_index=True)
    what = models.CharField(max_length=500)
    missing = models.CharField(max_length=500, blank=True)
