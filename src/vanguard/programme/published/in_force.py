"""What every row has that belongs to the newest file of a site."""

from django.db import models


class InForce(models.Model):
    """What belongs to the newest file of a site, and goes with it."""

    received = models.ForeignKey("programme.Received", models.CASCADE, related_name="%(class)ss")
    site = models.ForeignKey("programme.Site", models.PROTECT, related_name="%(class)ss")
    blueprint = models.CharField(max_length=60)

    class Meta:
        abstract = True
