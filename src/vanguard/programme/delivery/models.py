"""The tables of delivery."""

from django.db import models

from vanguard.programme.delivery.placed import Placed
from vanguard.programme.tables.fields import PoundsField, SourcesField, WhenField
from vanguard.programme.tables.row import Row


class Milestone(Placed):
    """Something that is to be there on a day. `override` is a status set by hand, in force until `override_until`."""

    workstream = models.ForeignKey(
        "programme.Workstream", models.PROTECT, null=True, blank=True, related_name="milestones"
    )
    starts = WhenField(blank=True)
    due = WhenField(db_index=True)
    forecast = WhenField(blank=True)
    done = WhenField(blank=True, db_index=True)
    owner = models.CharField(max_length=100, blank=True)
    reported = WhenField(blank=True)
    override = models.CharField(max_length=10, blank=True)
    override_reason = models.CharField(max_length=300, blank=True)
    override_by = models.CharField(max_length=100, blank=True)
    override_on = WhenField(blank=True)
    override_until = WhenField(blank=True)
    sources = SourcesField()

    class Meta:
        # How many are late, the glance counts within this.
        indexes = [models.Index(fields=["done", "due"], name="programme_late_milestones")]


class Dependency(Placed):
    """A development of others on which milestones depend."""

    number = models.CharField(max_length=10, blank=True)
    impact = models.CharField(max_length=300)
    risk = models.CharField(max_length=300, blank=True)
    due = WhenField(blank=True, db_index=True)
    due_note = models.CharField(max_length=60, blank=True)
    lead = models.CharField(max_length=100, blank=True)
    done = WhenField(blank=True)
    sources = SourcesField()


class Wait(Row):
    """A milestone waits for another, or for a development of others."""

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="waits")
    for_milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, blank=True, related_name="awaited")
    for_dependency = models.ForeignKey(Dependency, models.PROTECT, null=True, blank=True, related_name="awaited")
    why = models.CharField(max_length=300, blank=True)


class Risk(Placed):
    """What may go wrong: likelihood and impact, 1 to 5 each, before and after what is done against it."""

    milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, blank=True, related_name="risks")
    owner = models.CharField(max_length=100)
    likelihood = models.PositiveSmallIntegerField()
    impact = models.PositiveSmallIntegerField()
    mitigation = models.CharField(max_length=500, blank=True)
    residual_likelihood = models.PositiveSmallIntegerField()
    residual_impact = models.PositiveSmallIntegerField()
    raised = WhenField()
    review_by = WhenField(blank=True)
    closed = WhenField(blank=True)
    sources = SourcesField()

    class Meta:
        # How many stay extreme is counted within the first; the second leads from a milestone to its open risks.
        indexes = [
            models.Index(fields=["closed", "residual_likelihood", "residual_impact"], name="programme_open_risks"),
            models.Index(fields=["milestone", "closed"], name="programme_risks_to"),
        ]


class Benefit(Placed):
    """What is hoped for, as a measure: where it stood, where it should stand and when, and the latest value."""

    measure = models.SlugField(max_length=100, blank=True, db_index=True)
    metric = models.ForeignKey("programme.Metric", models.PROTECT, null=True, blank=True, related_name="benefits")
    unit = models.CharField(max_length=60)
    baseline = models.FloatField()
    baseline_on = WhenField()
    forecast = models.FloatField()
    forecast_on = WhenField()
    latest = models.FloatField(null=True, blank=True)
    latest_on = WhenField(blank=True)
    owner = models.CharField(max_length=100, blank=True)
    sources = SourcesField()


class Limit(Row):
    """Up to which sum a role may decide, from when to when."""

    short = models.SlugField(max_length=60, unique=True)
    who = models.CharField(max_length=100)
    body = models.ForeignKey("programme.Body", models.PROTECT, null=True, blank=True, related_name="limits")
    amount = PoundsField()
    above = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="below")
    since = WhenField()
    until = WhenField(blank=True)
    about = models.CharField(max_length=300, blank=True)


class DecisionMade(Placed):
    """What was decided, under whose limit, and why."""

    on = WhenField(db_index=True)
    under = models.ForeignKey(Limit, models.PROTECT, related_name="decisions")
    amount = PoundsField(null=True, blank=True)
    milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, blank=True, related_name="decisions")
    options = models.CharField(max_length=500, blank=True)
    why = models.CharField(max_length=500)
    sources = SourcesField()
