"""What was changed in the tables of a programme. Added to, never changed."""

from django.db import models


class Change(models.Model):
    """One row of some table was added or changed, when and by whom: its cells before (none if new) and after."""

    table = models.CharField(max_length=60)
    row = models.CharField(max_length=600)
    at = models.DateTimeField()
    by = models.CharField(max_length=100, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["table", "row"], name="programme_change_of_row")]

    def __str__(self) -> str:
        return f"{self.table}: {self.row}"
