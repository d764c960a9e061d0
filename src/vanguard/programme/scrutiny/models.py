"""The tables of scrutiny. People stand in them by their role alone."""

from django.db import models

from vanguard.programme.tables.fields import SourcesField, WhenField
from vanguard.programme.tables.row import Row


class Committee(Row):
    """A committee that scrutinises, and how the public may ask it: minutes for one question, and for all."""

    short = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200, unique=True)
    of = models.CharField(max_length=200)
    about = models.CharField(max_length=300, blank=True)
    seats = models.PositiveSmallIntegerField(null=True, blank=True)
    co_opted = models.PositiveSmallIntegerField(null=True, blank=True)
    question_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    questions_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    sources = SourcesField()


class Meeting(Row):
    """A committee met, or will."""

    short = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="meetings")
    on = WhenField(db_index=True)
    where = models.CharField(max_length=200, blank=True)
    confirmed = WhenField(blank=True)
    note = models.CharField(max_length=300, blank=True)
    sources = SourcesField()


class Minute(Row):
    """One item of a meeting, and what was said or agreed."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="minutes")
    number = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=200)
    said = models.CharField(max_length=1000, blank=True)
    agreed = models.CharField(max_length=500, blank=True)
    sources = SourcesField()


class Action(Row):
    """What somebody was to do after a meeting."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="actions")
    what = models.CharField(max_length=300)
    owner = models.CharField(max_length=200)
    due = WhenField(blank=True, db_index=True)
    done = WhenField(blank=True, db_index=True)
    outcome = models.CharField(max_length=300, blank=True)
    sources = SourcesField()


class Declaration(Row):
    """An interest that a member declared at a meeting."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="declarations")
    member = models.CharField(max_length=100)
    item = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, db_index=True)
    interest = models.CharField(max_length=300)
    left = models.BooleanField(default=False)
    sources = SourcesField()


class Inquiry(Row):
    """A committee looked into something, and told somebody what it found."""

    short = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200, unique=True)
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="inquiries")
    asked = models.CharField(max_length=300, blank=True)
    reported_to = models.CharField(max_length=200, blank=True)
    reported = WhenField(blank=True, db_index=True)
    sources = SourcesField()


class Recommendation(Row):
    """What an inquiry recommended, and whether it was accepted. `answered` begins its monitoring."""

    short = models.SlugField(max_length=60, unique=True)
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="recommendations")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500)
    to = models.CharField(max_length=200)
    response = models.CharField(max_length=12, db_index=True)
    answered = WhenField(blank=True, db_index=True)
    reason = models.CharField(max_length=500, blank=True)
    sources = SourcesField()


class Check(Row):
    """The committee looked at a recommendation again so many months after the answer, and rated it itself."""

    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="checks")
    after = models.CharField(max_length=2)
    on = WhenField(db_index=True)
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="checks")
    progress = models.CharField(max_length=500)
    rating = models.CharField(max_length=6, db_index=True)
    sources = SourcesField()


class WorkItem(Row):
    """What a committee is going to look at; without a day where it is to be timetabled."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="work")
    subject = models.CharField(max_length=200)
    on = WhenField(blank=True, db_index=True)
    purpose = models.CharField(max_length=500)
    attending = models.CharField(max_length=200, blank=True)
    sources = SourcesField()


class PublicQuestion(Row):
    """What a member of the public asked a committee, and what was answered."""

    reference = models.SlugField(max_length=60, unique=True)
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="questions")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="questions")
    received = WhenField(db_index=True)
    asked_by = models.CharField(max_length=12, db_index=True)
    question = models.CharField(max_length=1000)
    answered_by = models.CharField(max_length=200, blank=True)
    answered = WhenField(blank=True)
    answer = models.CharField(max_length=1000, blank=True)
    sources = SourcesField()
