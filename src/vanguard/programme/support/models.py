"""The tables of support."""

from django.db import models

from vanguard.programme.tables.fields import SourcesField
from vanguard.programme.tables.row import Row


class SupportArea(Row):
    """An area in which sites get support. `first_number` is its place in the first package; none if it came later."""

    short = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    number = models.PositiveSmallIntegerField()
    first_number = models.PositiveSmallIntegerField(null=True, blank=True)
    purpose = models.CharField(max_length=300)
    sources = SourcesField()
