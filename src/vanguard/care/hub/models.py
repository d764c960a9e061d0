"""The tables of the hub. What happened is the truth and only added to; the rest can be made from it."""

import uuid

from django.conf import settings
from django.db import models

from vanguard.access import OfSomebody, SaidWhose
from vanguard.directory.models import Locality, Organisation, Practice


class Referral(OfSomebody):
    """One person referred, and where their episode now stands.

    `person_id` is empty for somebody we have never met. What was said of the person is kept as it was entered.
    `step` and everything after it follow from the happenings and are kept for the board: see `standing.py`.
    """

    blueprint = models.CharField(max_length=120)
    pathway = models.CharField(max_length=80)
    person_id = models.CharField(max_length=64, blank=True)
    nhs_number = models.CharField(max_length=10, blank=True)
    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=20, default="unknown")
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    practice = models.ForeignKey(Practice, models.PROTECT, null=True, related_name="+")
    locality = models.ForeignKey(Locality, models.PROTECT, null=True, related_name="+")
    origin = models.CharField(max_length=80)
    channel = models.CharField(max_length=20)
    referrer = models.CharField(max_length=200)
    referrer_phone = models.CharField(max_length=40, blank=True)
    referred_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField()

    happened = models.PositiveIntegerField(default=0)
    step = models.CharField(max_length=80, blank=True)
    entered_at = models.DateTimeField(null=True)
    answers = models.JSONField(default=dict)
    clock = models.CharField(max_length=80, blank=True)
    warn_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    paused = models.BooleanField(default=False)
    limit_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=80, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["ended_at", "due_at"], name="referral_on_board"),
            models.Index(fields=["person_id", "ended_at"], name="referral_of_person"),
            models.Index(fields=["received_at"], name="referral_received"),
            models.Index(fields=["parted_from"], name="referral_parted", condition=~models.Q(parted_from="")),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.received_at:%Y-%m-%d}"


class Settled(SaidWhose):
    """That somebody said whose a referral is."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="settled")


class Draft(models.Model):
    """A referral being written, kept as it is typed: it outlives a lost connection, a sign-out and a restart.

    A call counts from `opened_at`. One that was sent has its referral, so that sending it again makes no second.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    pathway = models.CharField(max_length=80)
    channel = models.CharField(max_length=20)
    person_id = models.CharField(max_length=64, blank=True)
    typed = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    referral = models.OneToOneField(Referral, models.PROTECT, null=True, related_name="draft")

    class Meta:
        indexes = [models.Index(fields=["user", "saved_at"], name="draft_of_user")]

    def __str__(self) -> str:
        return f"{self.opened_at:%Y-%m-%d}"


class Listed(models.Model):
    """Somebody on the list that an origin keeps of people to be referred, until they are, or leave it otherwise.

    `since` is from when they are ready. Added to, and taken off once, with the referral or the reason; never removed.
    Seen by whoever works for the same organisation; where there is none, by whoever wrote it.
    """

    pathway = models.CharField(max_length=80)
    origin = models.CharField(max_length=80)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=80)
    person_id = models.CharField(max_length=64, blank=True)
    nhs_number = models.CharField(max_length=10, blank=True)
    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=20, default="unknown")
    since = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    draft = models.OneToOneField(Draft, models.SET_NULL, null=True, related_name="listed")
    referral = models.OneToOneField(Referral, models.PROTECT, null=True, related_name="listed")
    off_at = models.DateTimeField(null=True)
    off_why = models.CharField(max_length=80, blank=True)
    off_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["pathway", "origin", "off_at"], name="listed_on_list")]

    def __str__(self) -> str:
        return f"{self.pk} {self.added_at:%Y-%m-%d}"


class Happening(models.Model):
    """One event of an episode, as `vanguard.flow` knows them. Added to, never changed.

    `at` is when it happened, `recorded_at` when we were told, `by` whoever told us (empty: the system itself).
    """

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="happenings")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    body = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=40, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["referral", "number"], name="one_happening_of_a_number")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


class Writing(models.Model):
    """What was newly written into a form at one time. A form is what all writings of the episode come to, so an answer
    that is there is continued and never asked again, whichever form it was first written in. Added to, never changed.
    """

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="writings")
    happening = models.PositiveIntegerField()
    form = models.CharField(max_length=80)
    answers = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["referral", "happening"], name="one_writing_of_a_happening")]

    def __str__(self) -> str:
        return f"{self.form} {self.at:%Y-%m-%d}"


class Deadline(models.Model):
    """Something that falls due, and when it was acted on. One that no longer applies before it is due goes away."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="deadlines")
    kind = models.CharField(max_length=20)
    of = models.CharField(max_length=80)
    at = models.DateTimeField()
    tell = models.CharField(max_length=80, blank=True)
    fired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "kind", "of", "at"], name="one_deadline_of_a_kind_at_a_time")
        ]
        indexes = [
            models.Index(fields=["at"], name="deadline_waiting", condition=models.Q(fired_at=None)),
            # By the newest the board knows whether it is still the newest, each second on each open screen.
            models.Index(fields=["fired_at"], name="deadline_fired"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


class Notice(models.Model):
    """Somebody must know: a role, of whichever practice or locality the person belongs to, until one of them has seen.

    `why` is `told` (the pathway says whom to tell) or the kind of the deadline that was missed or came near. Whose the
    referral is stands here too: however much waits for others, an index finds what waits for one.
    """

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="notices")
    practice = models.ForeignKey(Practice, models.PROTECT, null=True, related_name="+", db_index=False)
    locality = models.ForeignKey(Locality, models.PROTECT, null=True, related_name="+", db_index=False)
    referrer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    deadline = models.OneToOneField(Deadline, models.PROTECT, null=True, related_name="notice")
    happening = models.PositiveIntegerField(null=True)
    role = models.CharField(max_length=80)
    why = models.CharField(max_length=20)
    words = models.TextField()
    at = models.DateTimeField()
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "happening", "role"], name="one_notice_of_a_happening")
        ]
        indexes = [
            models.Index(
                fields=[*of, "role", "at"], name=f"notice_{of[0] if of else 'unseen'}", condition=models.Q(seen_at=None)
            )
            for of in ([], ["practice"], ["locality"], ["referrer"])
        ]

    def __str__(self) -> str:
        return f"{self.why} {self.at:%Y-%m-%d}"


class Letter(models.Model):
    """One letter as it was sent: `body` is the page itself. Added to, never changed.

    It arrives at a practice, or at a user; at neither where whoever referred did not sign in: then it is printed.
    `item` is how much of the person it quotes, in the words of the access policy.
    """

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="letters")
    happening = models.PositiveIntegerField()
    role = models.CharField(max_length=80)
    practice = models.ForeignKey(Practice, models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    to = models.CharField(max_length=200)
    subject = models.TextField()
    item = models.CharField(max_length=20)
    body = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "happening", "role"], name="one_letter_of_a_happening")
        ]
        indexes = [
            models.Index(fields=["practice", "-made_at"], name="letter_of_practice"),
            models.Index(fields=["user", "-made_at"], name="letter_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.made_at:%Y-%m-%d}"


class LetterRead(models.Model):
    """Somebody to whom a letter was sent has read it."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="read")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["letter", "user"], name="one_reading_of_a_letter")]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.at:%Y-%m-%d}"


class Promise(models.Model):
    """One run of a clock of which it is known whether the promise was kept; made from the happenings."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="promises")
    key = models.CharField(max_length=120)
    clock = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    kept = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["referral", "key"], name="one_promise_of_a_key")]
        indexes = [models.Index(fields=["started_at"], name="promise_started")]

    def __str__(self) -> str:
        return f"{self.clock} {self.started_at:%Y-%m-%d}"


class Note(models.Model):
    """A note of a visit. Added to, never changed. `key` is the sender's, so that a note sent twice is kept once."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="notes")
    key = models.UUIDField(unique=True)
    words = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["referral", "at"], name="note_of_referral")]

    def __str__(self) -> str:
        return f"{self.pk} {self.at:%Y-%m-%d}"
