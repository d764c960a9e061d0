"""The tables of the directory. Codes are the partners' own, so they are the keys."""

from django.db import models


class Organisation(models.Model):
    """A partner: a trust, a council, a CCG, a charity."""

    code = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class Locality(models.Model):
    """A cluster of practices that one team of several professions serves."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class Practice(models.Model):
    """A GP practice. `ccg` is the code of the CCG that it belongs to."""

    code = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=200)
    postcode = models.CharField(max_length=8, blank=True)
    locality = models.ForeignKey(Locality, models.PROTECT, related_name="practices")
    ccg = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """A team that works for one locality."""

    code = models.CharField(max_length=60, primary_key=True)
    name = models.CharField(max_length=200)
    locality = models.ForeignKey(Locality, models.PROTECT, related_name="teams")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="teams")

    def __str__(self) -> str:
        return self.name


class PlaceOfCare(models.Model):
    """Where people stay for a while: a community hospital, a care home."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=200)
    locality = models.ForeignKey(Locality, models.PROTECT, null=True, related_name="places_of_care")

    def __str__(self) -> str:
        return self.name


class Professional(models.Model):
    """Somebody who is sent to people, and who employs them. `username` is their sign-in, where they have one.

    `skills` are words of the blueprints: what a step may ask of whoever does it.
    """

    code = models.CharField(max_length=60, primary_key=True)
    name = models.CharField(max_length=200)
    employer = models.ForeignKey(Organisation, models.PROTECT, related_name="professionals")
    skills = models.JSONField(default=list)
    username = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return self.name
