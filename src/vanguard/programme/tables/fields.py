"""Kinds of column that Django has not: pounds, a day known in part, and the sources of a fact."""

from django.db import models


class PoundsField(models.BigIntegerField):
    """Whole pounds."""


class WhenField(models.CharField):
    """A year, a month or a day, as exactly as it is known: 2015, 2015-09 or 2015-07-24. So written, it sorts."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **{"max_length": 10, **options})


class SourcesField(models.CharField):
    """Who says so: keys of sources, parted by semicolons."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **{"max_length": 400, "blank": True, **options})
