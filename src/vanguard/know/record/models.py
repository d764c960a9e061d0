"""The read store: everything the pages need, filled from the lake by `publish`, never written elsewhere."""

from django.db import models


class PersonIndex(models.Model):
    """One person: who they are, and what ties them to a practice and its locality.

    `folded` is the words of the name without case and accents, each after a space, for search by how a
    word begins. `digest` tells whether the row changed.
    """

    person_id = models.CharField(max_length=64, primary_key=True)
    nhs_number = models.CharField(max_length=10, blank=True, db_index=True)
    given_name = models.TextField(blank=True)
    family_name = models.TextField(blank=True)
    folded = models.TextField(blank=True)
    birth_date = models.DateField(null=True)
    death_date = models.DateField(null=True)
    sex = models.CharField(max_length=10, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    practice = models.CharField(max_length=40, null=True)
    locality = models.CharField(max_length=40, null=True)
    digest = models.BinaryField(max_length=16)

    class Meta:
        indexes = [
            models.Index(fields=["practice", "folded"], name="person_of_practice"),
            models.Index(fields=["locality", "folded"], name="person_of_locality"),
            # The living of each locality are counted within it.
            models.Index(fields=["locality", "person_id"], name="person_living", condition=models.Q(death_date=None)),
        ]

    def __str__(self) -> str:
        return self.person_id


class RecordBody(models.Model):
    """One person's whole record: JSON, compressed with zstd."""

    person_id = models.CharField(max_length=64, primary_key=True)
    body = models.BinaryField()
    digest = models.BinaryField(max_length=16)

    def __str__(self) -> str:
        return self.person_id


class LiveEntry(models.Model):
    """One entry of a record that this service itself made, seen at once: the record's body holds what partners told.

    `key` is the entry's own id, so that telling it again replaces it.
    """

    key = models.CharField(max_length=80, primary_key=True)
    person_id = models.CharField(max_length=64, db_index=True)
    entry = models.TextField()

    def __str__(self) -> str:
        return self.key


class HelpNext(models.Model):
    """One person in one cohort of one blueprint, who to help next, with the numbers beside the name."""

    blueprint = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    cohort = models.CharField(max_length=80)
    date = models.DateField()
    person_id = models.CharField(max_length=64)
    practice = models.CharField(max_length=40, null=True)
    locality = models.CharField(max_length=40, null=True)
    priority = models.IntegerField()
    rank = models.IntegerField()
    reasons = models.JSONField(default=list)
    age = models.IntegerField(null=True)
    sex = models.CharField(max_length=10, blank=True)
    conditions = models.JSONField(default=list)
    alerts = models.JSONField(default=list)
    condition_count = models.IntegerField(default=0)
    hospital_frailty = models.FloatField(null=True)
    hospital_frailty_band = models.CharField(max_length=20, blank=True)
    emergency_admissions_12m = models.IntegerField(default=0)
    bed_days_12m = models.IntegerField(default=0)
    emergency_department_12m = models.IntegerField(default=0)
    falls_12m = models.IntegerField(default=0)
    last_admission = models.DateField(null=True)
    care_package = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["blueprint", "cohort", "person_id"], name="once_in_a_cohort")]
        indexes = [
            models.Index(fields=["practice", "-priority"], name="help_in_practice"),
            models.Index(fields=["locality", "-priority"], name="help_in_locality"),
        ]

    def __str__(self) -> str:
        return f"{self.cohort} {self.person_id}"


class ReceivedFile(models.Model):
    """One file of one load, as the lake has it. rows = accepted + quarantined + superseded + duplicate."""

    load_id = models.CharField(max_length=80)
    feed = models.CharField(max_length=80)
    file = models.TextField()
    extracted_at = models.DateTimeField()
    rows = models.BigIntegerField()
    accepted = models.BigIntegerField()
    quarantined = models.BigIntegerField()
    superseded = models.BigIntegerField()
    duplicate = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["feed", "-extracted_at"], name="file_of_feed")]

    def __str__(self) -> str:
        return self.file


class FileColumn(models.Model):
    """One column of one received file: rows in which it was filled, None where no feed describes it."""

    feed = models.CharField(max_length=80)
    file = models.TextField()
    extracted_at = models.DateTimeField()
    column = models.TextField()
    rows = models.BigIntegerField()
    filled = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["feed", "-extracted_at"], name="column_of_feed")]

    def __str__(self) -> str:
        return f"{self.file}: {self.column}"


class IntakeWarning(models.Model):
    """Something odd about a file that was loaded all the same; it quotes nobody."""

    feed = models.CharField(max_length=80)
    file = models.TextField()
    extracted_at = models.DateTimeField()
    sentence = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["feed", "-extracted_at"], name="warning_of_feed")]

    def __str__(self) -> str:
        return f"{self.file}: {self.sentence}"


class Quarantine(models.Model):
    """A received row that could not be used. `reason` and `row` may quote a person; `expected` cannot."""

    row_id = models.CharField(max_length=80, primary_key=True)
    feed = models.CharField(max_length=80)
    file = models.TextField()
    line = models.BigIntegerField()
    column = models.TextField(blank=True)
    reason = models.TextField()
    expected = models.TextField(blank=True)
    row = models.TextField()
    extracted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["feed", "file", "line"], name="quarantine_of_file")]

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Published(models.Model):
    """What the read store now shows: one row. `made_of` tells the next publication whose rows it need not look at."""

    generation = models.BigIntegerField()
    at = models.DateTimeField()
    people = models.BigIntegerField()
    made_of = models.TextField(default="")

    def __str__(self) -> str:
        return f"generation {self.generation}"
