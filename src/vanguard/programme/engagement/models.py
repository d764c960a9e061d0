"""The tables of engagement."""

from django.db import models

from vanguard.programme.tables.fields import SourcesField, WhenField
from vanguard.programme.tables.row import Row


class Goal(Row):
    """What the programme is for, as the public reads it: its aim, a goal or a principle, with a story of each side."""

    short = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, db_index=True)
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    person_story = models.CharField(max_length=1000, blank=True)
    clinician_story = models.CharField(max_length=1000, blank=True)
    sources = SourcesField()


class Level(Row):
    """One step of the scale, from the lightest (1) on."""

    short = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100, unique=True)
    number = models.PositiveSmallIntegerField(unique=True)
    about = models.CharField(max_length=300)
    sources = SourcesField()


class ScaleRule(Row):
    """What about a change asks for at least some level; `least` is from how many people on, where it counts people."""

    about = models.CharField(max_length=20, db_index=True)
    least = models.PositiveIntegerField(null=True, blank=True)
    level = models.ForeignKey(Level, models.PROTECT, related_name="rules")
    why = models.CharField(max_length=300)
    sources = SourcesField()


class EngagementPlan(Row):
    """How people take part in one change."""

    short = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    site = models.ForeignKey("programme.Site", models.PROTECT, null=True, blank=True, related_name="engagement_plans")
    place = models.CharField(max_length=100, blank=True, db_index=True)
    change = models.CharField(max_length=500)
    people = models.PositiveIntegerField(null=True, blank=True)
    moves = models.BooleanField(default=False)
    closes = models.BooleanField(default=False)
    formal = models.BooleanField(default=False)
    seldom_heard = models.CharField(max_length=300, blank=True)
    level = models.ForeignKey(Level, models.PROTECT, null=True, blank=True, related_name="plans")
    less_because = models.CharField(max_length=300, blank=True)
    lead = models.CharField(max_length=100, blank=True)
    starts = WhenField(blank=True)
    ends = WhenField(blank=True)
    how = models.CharField(max_length=1000, blank=True)
    sources = SourcesField()


class Theme(Row):
    """You said, we did: what many said in one, and what came of it, or why nothing did."""

    short = models.SlugField(max_length=60, unique=True)
    plan = models.ForeignKey(EngagementPlan, models.PROTECT, null=True, blank=True, related_name="themes")
    you_said = models.CharField(max_length=300)
    we_did = models.CharField(max_length=500, blank=True)
    not_because = models.CharField(max_length=500, blank=True)
    answered = WhenField(blank=True, db_index=True)
    sources = SourcesField()


class Feedback(Row):
    """What somebody said, by whatever way it came."""

    reference = models.SlugField(max_length=60, unique=True)
    plan = models.ForeignKey(EngagementPlan, models.PROTECT, null=True, blank=True, related_name="feedback")
    received = WhenField(db_index=True)
    channel = models.CharField(max_length=12, db_index=True)
    said_by = models.CharField(max_length=12, db_index=True)
    group = models.CharField(max_length=100, blank=True)
    said = models.CharField(max_length=1000)
    theme = models.ForeignKey(Theme, models.PROTECT, null=True, blank=True, related_name="feedback")


class Audience(Row):
    """Whom to reach."""

    short = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100, unique=True)
    about = models.CharField(max_length=300, blank=True)
    sources = SourcesField()


class Channel(Row):
    """One way to an audience."""

    audience = models.ForeignKey(Audience, models.PROTECT, related_name="channels")
    name = models.CharField(max_length=200)
    how = models.CharField(max_length=300, blank=True)
    place = models.CharField(max_length=100, blank=True, db_index=True)
    sources = SourcesField()


class Content(Row):
    """Words that partners may pass on as they stand."""

    short = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="content")
    plan = models.ForeignKey(EngagementPlan, models.PROTECT, null=True, blank=True, related_name="content")
    kind = models.CharField(max_length=12, db_index=True)
    text = models.CharField(max_length=2000)
    written = WhenField(db_index=True)
    review_by = WhenField(blank=True)
    sources = SourcesField()
