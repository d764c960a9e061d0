"""The tables of the rota: shifts, and who was chosen to go."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from vanguard.directory.models import Organisation, Professional, Team


class Shift(models.Model):
    """A professional works from `start` to `end` in a pool of the blueprint: for a team, or for the whole place.

    `skills` are those that count on this shift. One that will not be worked is withdrawn and stays.
    """

    professional = models.ForeignKey(Professional, models.PROTECT, related_name="shifts")
    pool = models.CharField(max_length=80)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    skills = models.JSONField(default=list)
    start = models.DateTimeField()
    end = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["professional", "start"], condition=Q(withdrawn_at=None), name="one_shift_at_a_time"
            ),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="shift_ends_after_it_begins"),
        ]
        indexes = [models.Index(fields=["end", "start"], name="shift_at")]

    def __str__(self) -> str:
        return f"{self.pool} {self.start:%Y-%m-%d}"


class Allocation(models.Model):
    """Somebody was chosen to do a step of a referral, by whom, and what spoke for it at that moment.

    The employer is whose member of staff they were then: each answers for its own. It ends with the step, or when
    somebody else is chosen.
    """

    referral = models.PositiveBigIntegerField()
    step = models.CharField(max_length=80)
    professional = models.ForeignKey(Professional, models.PROTECT, related_name="allocations")
    employer = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    reasons = models.JSONField(default=list)
    why = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "step"], condition=Q(ended_at=None), name="one_goes_for_a_step")
        ]
        indexes = [models.Index(fields=["professional"], name="allocation_open", condition=Q(ended_at=None))]

    def __str__(self) -> str:
        return f"{self.step} {self.at:%Y-%m-%d}"
