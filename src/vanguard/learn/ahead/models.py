"""What somebody asked to be worked out, and what came of it. It is about a blueprint and numbers, and about nobody."""

from django.db import models


class Trial(models.Model):
    """One simulation, one search for staff, or what a service showed of itself: of a blueprint under a scenario with
    sliders at `values`, over what was `learned` and else assumed.

    `key` is a hash of all that it depends on, so that what was asked once is not worked out again. `done` counts runs.
    """

    key = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=20)
    blueprint = models.CharField(max_length=120)
    scenario = models.CharField(max_length=80, blank=True)
    values = models.JSONField(default=dict)
    learned = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    found = models.JSONField(null=True)
    problem = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["ended_at", "asked_at"], name="trial_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} {self.blueprint} {self.scenario}"
