"""The outbox: what care rooms said of their own work, in the words of the live tables of the lake."""

import uuid

from django.db import models


class Outgoing(models.Model):
    """One version of one entry. Added to, never changed but for `sent`: the lake's generation that holds it.

    `table` is the lake's table in whose words `entry` is.
    `source` and `source_id` are the care room's own number of whom it is about, such as a referral; `person_id` who
    that was when it was said, empty where nobody knows, and `linking` the last linking that had been followed by then.
    """

    row_id = models.UUIDField(unique=True, default=uuid.uuid4)
    table = models.CharField(max_length=20, default="care_event")
    source = models.CharField(max_length=40)
    source_id = models.CharField(max_length=64)
    key = models.CharField(max_length=240)
    person_id = models.CharField(max_length=64, blank=True)
    linking = models.PositiveIntegerField()
    entry = models.JSONField()
    told_at = models.DateTimeField()
    sent = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["source", "source_id"], name="outgoing_of_source"),
            models.Index(fields=["sent"], name="outgoing_sent"),
        ]

    def __str__(self) -> str:
        return self.key
