"""What every table of a programme has: a key by which a row is known in files, whatever its number here."""

from django.db import models


class Row(models.Model):
    """One row. `key` is made of the table's key columns, so that loading twice changes nothing."""

    key = models.CharField(max_length=600, unique=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.key
