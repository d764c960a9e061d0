"""The tables of beds. What happened to a bed is only added to; where it stands follows from the last of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from vanguard.directory.models import PlaceOfCare

NOBODYS = Q(referral=None) & ~Q(status__in=["held", "occupied"])
SOMEBODYS = Q(referral__isnull=False, status__in=["held", "occupied"])


class Bed(models.Model):
    """One bed, whom it is for, and where it stands after the last change: `changes` counts them.

    `kind` is the blueprint's resource, `meets` are answers of its questions. Beds of one place with the same `room`,
    not empty, stand in one room. `referral` is the number of whoever holds or occupies it: a referral has one bed.
    """

    kind = models.CharField(max_length=80)
    place = models.ForeignKey(PlaceOfCare, models.PROTECT, related_name="beds")
    room = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=80)
    sex = models.CharField(max_length=10, default="any")
    meets = models.JSONField(default=list)

    changes = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=10, default="closed")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    referral = models.PositiveBigIntegerField(null=True, unique=True)
    for_sex = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "room", "name"], name="one_bed_of_a_name"),
            models.CheckConstraint(condition=NOBODYS | SOMEBODYS, name="taken_by_somebody_or_free"),
        ]
        indexes = [models.Index(fields=["until"], name="bed_held_until", condition=Q(status="held"))]

    def __str__(self) -> str:
        return f"{self.room}, {self.name}" if self.room else self.name


class BedChange(models.Model):
    """A bed became open, held, occupied, cleaning or closed, by whom and why. Added to, never changed.

    `at` is since when it is so, `recorded_at` when we were told; without `by` it was the system itself.
    """

    bed = models.ForeignKey(Bed, models.PROTECT, related_name="history")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10)
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    referral = models.PositiveBigIntegerField(null=True)
    why = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=40, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Two who saw the same state of a bed cannot both change it.
            models.UniqueConstraint(fields=["bed", "number"], name="one_bed_change_of_a_number")
        ]
        indexes = [
            models.Index(fields=["referral"], name="bed_change_of_referral"),
            models.Index(fields=["at"], name="bed_change_at"),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.at:%Y-%m-%d}"
