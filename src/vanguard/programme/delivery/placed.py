"""What the rows of delivery share: a name, and the site or place that they are about."""

from django.db import models

from vanguard.programme.tables.row import Row


class Placed(Row):
    """A row about one site, a place elsewhere, or the programme as a whole."""

    short = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    site = models.ForeignKey("programme.Site", models.PROTECT, null=True, blank=True, related_name="%(class)s_rows")
    place = models.CharField(max_length=100, blank=True, db_index=True)

    class Meta:
        abstract = True
