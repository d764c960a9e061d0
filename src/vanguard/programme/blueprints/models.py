"""The tables of what sites adopted, how alike they are, and what was learnt."""

from django.db import models

from vanguard.programme.sites.models import Metric, Site
from vanguard.programme.tables.fields import SourcesField, WhenField
from vanguard.programme.tables.row import Row


class Adoption(Row):
    """A site works by one version of a blueprint. `own` holds the files in which it differs, each under its name."""

    short = models.SlugField(max_length=100, unique=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="adoptions")
    blueprint = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    since = WhenField(db_index=True)
    adopted_by = models.CharField(max_length=100)
    why = models.CharField(max_length=500, blank=True)
    own = models.TextField(max_length=60_000, blank=True)
    sources = SourcesField()

    class Meta:
        # How many sites work by which version is counted within this.
        indexes = [models.Index(fields=["blueprint", "version"], name="programme_versions_adopted")]


class SiteFigure(Row):
    """What tells how alike two sites are, besides how many people they serve. In per cent of these."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="figures")
    figure = models.CharField(max_length=20, db_index=True)
    on = WhenField()
    value = models.FloatField()
    sources = SourcesField()


class Learning(Row):
    """A claim about what works, how well it is known, and what became of it."""

    reference = models.SlugField(max_length=60, unique=True)
    claim = models.CharField(max_length=500)
    grade = models.CharField(max_length=12, db_index=True)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="learning")
    measure = models.ForeignKey(Metric, models.PROTECT, null=True, blank=True, related_name="learning")
    evaluation = models.CharField(max_length=500, blank=True)
    change_mind = models.CharField(max_length=500)
    blueprint = models.CharField(max_length=60, blank=True, db_index=True)
    element = models.CharField(max_length=200, blank=True)
    proposed = WhenField(db_index=True)
    state = models.CharField(max_length=12, db_index=True)
    decided = WhenField(blank=True)
    decided_by = models.CharField(max_length=100, blank=True)
    version = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    sources = SourcesField()


class Foreseen(models.Model):
    """What a newer version would mean for a site: both simulated, once for each pair of texts. Made anew when either
    changes. `problem` is a sentence where it cannot be simulated."""

    adoption = models.OneToOneField(Adoption, models.CASCADE, related_name="foreseen")
    version = models.CharField(max_length=20)
    made_from = models.CharField(max_length=64)
    at = models.DateTimeField()
    problem = models.CharField(max_length=2000, blank=True)
    found = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.adoption_id}: {self.version}"
