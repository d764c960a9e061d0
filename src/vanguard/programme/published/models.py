"""What places published, and with which key each signs."""

from django.db import models

from vanguard.programme.published.in_force import InForce
from vanguard.programme.sites.models import Site
from vanguard.programme.tables.fields import WhenField
from vanguard.programme.tables.row import Row


class PublishingKey(Row):
    """The public key with which a site signs what it publishes, from when to when."""

    public_key = models.CharField(max_length=64, unique=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="publishing_keys")
    since = WhenField()
    until = WhenField(blank=True)


class Received(models.Model):
    """One file that came. `state` is in_force, replaced, older (it came after a newer one) or refused, with its reason.

    `body` is the file, compressed; empty for one that was refused, which `times` it came.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="received")
    at = models.DateTimeField()
    by = models.CharField(max_length=100, blank=True)
    made = models.DateTimeField(null=True)
    known_until = models.DateField(null=True)
    state = models.CharField(max_length=10, db_index=True)
    reason = models.CharField(max_length=1000, blank=True)
    times = models.PositiveIntegerField(default=1)
    body = models.BinaryField(default=bytes)

    class Meta:
        indexes = [
            models.Index(fields=["site", "state"], name="programme_received_of_site"),
            models.Index(fields=["-at", "-id"], name="programme_received_last"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"


class RunBlueprint(InForce):
    """A blueprint that a site runs: its version, the site's own id and version where it varies it, and how."""

    version = models.CharField(max_length=20)
    label = models.CharField(max_length=2000)
    own = models.CharField(max_length=90, blank=True)
    varies = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "blueprint"], name="programme_run_once")]

    def __str__(self) -> str:
        return f"{self.blueprint}@{self.version}"


class SiteMeasure(InForce):
    """A measure of a site. `light` and `variation` are what its chart says here; `numerator` and `denominator` its sums
    over about the last year, None where they cannot be compared; `told` the measure as it was published."""

    measure = models.CharField(max_length=60)
    label = models.CharField(max_length=2000)
    core = models.BooleanField()
    counts = models.CharField(max_length=64)
    light = models.CharField(max_length=10)
    latest = models.FloatField(null=True)
    latest_on = models.DateField(null=True)
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    told = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "blueprint", "measure"], name="programme_measured_once")]
        # The largest sites that count the same come out of this in order.
        indexes = [
            models.Index(fields=["blueprint", "measure", "counts", "denominator", "numerator"], name="programme_alike"),
        ]

    def __str__(self) -> str:
        return f"{self.blueprint}: {self.measure}"


class MeasureTally(models.Model):
    """How many sites have a measure that counts one thing, core or not, in one light; how many of them can be
    `compared`, and their sums. Kept as files come in, so that boards of many sites read as little as those of few."""

    blueprint = models.CharField(max_length=60)
    measure = models.CharField(max_length=60)
    counts = models.CharField(max_length=64)
    core = models.BooleanField()
    light = models.CharField(max_length=10)
    label = models.CharField(max_length=2000)
    sites = models.IntegerField(default=0)
    compared = models.IntegerField(default=0)
    numerator = models.FloatField(default=0)
    denominator = models.FloatField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["blueprint", "measure", "counts", "core", "light"], name="programme_tallied_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.blueprint}: {self.measure}, {self.light}"


class SiteVerdict(InForce):
    """How an evaluation of a site stands; `told` is all that was published of it."""

    evaluation = models.CharField(max_length=60)
    outcome = models.CharField(max_length=60)
    state = models.CharField(max_length=10)
    verdict = models.CharField(max_length=200, blank=True)
    told = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "blueprint", "evaluation"], name="programme_judged")]
        indexes = [models.Index(fields=["state", "verdict", "blueprint", "outcome"], name="programme_verdicts_of")]

    def __str__(self) -> str:
        return f"{self.blueprint}: {self.evaluation}"
