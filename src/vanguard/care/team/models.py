"""The tables of plans: what was agreed with a person, each version of it."""

from django.conf import settings
from django.db import models

from vanguard.access import OfSomebody, SaidWhose


class Plan(OfSomebody):
    """One plan made with a person, from a care plan of a blueprint: open until somebody says why it holds no more.

    `key` is who it was begun for and as which of their plans, so that two who begin it at once do not make two.
    `after` is what brought the next look forward, on `after_on`.
    """

    key = models.CharField(max_length=240, unique=True)
    person_id = models.CharField(max_length=64, db_index=True)
    blueprint = models.CharField(max_length=80)
    template = models.CharField(max_length=80)
    versions = models.PositiveIntegerField(default=0)
    look_again_on = models.DateField()
    after = models.CharField(max_length=30, blank=True)
    after_on = models.DateField(null=True)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_why = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["look_again_on"], name="plan_to_look_at", condition=models.Q(ended_at=None)),
            models.Index(fields=["parted_from"], name="plan_parted", condition=~models.Q(parted_from="")),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.begun_at:%Y-%m-%d}"


class Settled(SaidWhose):
    """That somebody said whose a plan is."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="settled")


class PlanVersion(models.Model):
    """A plan as somebody left it: every answer, by question. Added to, never changed.

    `blueprint` is the `name@version` whose questions were answered.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="written")
    number = models.PositiveIntegerField()
    blueprint = models.CharField(max_length=120)
    answers = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="one_version_of_a_number")]

    def __str__(self) -> str:
        return f"{self.number} {self.at:%Y-%m-%d}"
