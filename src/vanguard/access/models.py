"""Users, citizens and their sessions; what ties users to people; what people chose; records opened under watch."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from vanguard.directory.models import Organisation, Practice, Team


class Users(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, *, hashed: str = "", **fields: Any) -> "User":
        """A local account with a password, or one hashed before; without either nobody can sign in to it."""
        teams = fields.pop("teams", ())
        user = self.model(username=username, **fields)
        if hashed:
            user.password = hashed
        else:
            user.set_password(password)
        user.save(using=self._db)
        user.teams.set(teams)
        return user


class User(AbstractBaseUser):
    """A professional. `role` is the id of a role of the policy.

    One who signs in elsewhere is known by `issuer` and `subject` together, never by a name or an e-mail address;
    both are empty for a local account.
    """

    last_login = None
    username = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=60)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True)
    practice = models.ForeignKey(Practice, models.PROTECT, null=True, blank=True)
    teams = models.ManyToManyField(Team, blank=True, related_name="members")
    is_active = models.BooleanField(default=True)
    issuer = models.CharField(max_length=500, blank=True)
    subject = models.CharField(max_length=255, blank=True)

    USERNAME_FIELD = "username"
    objects = Users()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"], condition=~models.Q(issuer=""), name="one_user_for_a_subject"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def set_password(self, raw_password: str | None) -> None:
        """A new password ends every session of its user."""
        super().set_password(raw_password)
        if self.pk:
            Session.objects.filter(user_id=self.pk).delete()


class Citizen(models.Model):
    """A member of the public who has signed in. Never a user: no role, no right, no professional's page."""

    issuer = models.CharField(max_length=500)
    subject = models.CharField(max_length=255)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="one_citizen_for_a_subject")]

    def __str__(self) -> str:
        return self.name


class Session(AbstractBaseSession):
    """Somebody signed in: a user, a citizen, or nobody yet while one of several roles is chosen.

    The row says whose it is and, in seconds, its end and when it was last used, for one plain query a request;
    `provider` and `sid` are the provider's id and its own name for the session, by which it can end it.
    """

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    citizen = models.ForeignKey(Citizen, models.CASCADE, null=True, related_name="sessions")
    until = models.BigIntegerField()
    seen = models.BigIntegerField(default=0)
    provider = models.CharField(max_length=30, blank=True)
    sid = models.CharField(max_length=255, blank=True)

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        indexes = [models.Index(fields=["sid"], name="session_elsewhere", condition=~models.Q(sid=""))]

    @classmethod
    def get_session_store_class(cls) -> Any:
        from vanguard.access.sessions import SessionStore

        return SessionStore


class UsedLogout(models.Model):
    """A logout token that was taken, so that it is not taken again; forgotten once it is too old to be."""

    name = models.CharField(max_length=64, primary_key=True)
    until = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.name


class FailedSignIn(models.Model):
    """A wrong password. `name` stands for the user name that was typed, which nobody may have."""

    name = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["name", "at"], name="failed_sign_in")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class BreakGlass(models.Model):
    """A person found by NHS number and date of birth, and opened if a reason followed.

    `person_id` is empty where nobody was found: such searches are counted, so that nobody can try many dates.
    """

    user = models.ForeignKey(User, models.CASCADE)
    person_id = models.CharField(max_length=64, blank=True)
    traced_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "person_id", "traced_at"], name="break_glass_traced")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.traced_at:%Y-%m-%d}"


class Relationship(models.Model):
    """What ties a holder (a user, a citizen, a team or an organisation, by id or code) to a person.

    From `start` until `until`. `kind` is a relationship of the policy. `scope` is the item up to which it was given;
    empty: no narrower than the policy. Nobody made those that the system made by itself.
    """

    class Holder(models.TextChoices):
        USER = "user"
        CITIZEN = "citizen"
        TEAM = "team"
        ORGANISATION = "organisation"

    person_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    holder_kind = models.CharField(max_length=20, choices=Holder.choices)
    holder_id = models.CharField(max_length=80)
    scope = models.CharField(max_length=20, blank=True)
    start = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reason = models.TextField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "until"], name="relationship_of_person"),
            models.Index(fields=["holder_kind", "holder_id", "until"], name="relationship_of_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.start:%Y-%m-%d}"


class Invitation(models.Model):
    """A code that a practice gave out, by which one citizen may begin to see a person's record until the day `until`.

    `code` stands for the code itself, which is kept nowhere. `whom` is who it is for, in words.
    """

    code = models.CharField(max_length=64, unique=True)
    person_id = models.CharField(max_length=64, db_index=True)
    scope = models.CharField(max_length=20)
    whom = models.TextField()
    until = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    relationship = models.ForeignKey(Relationship, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d}"


class ClosedView(models.Model):
    """A person's own view of their record is closed by the practice, from `start` until `until`, whoever signs in.

    Nobody made those that were carried over when records were joined or parted.
    """

    person_id = models.CharField(max_length=64)
    start = models.DateTimeField()
    until = models.DateTimeField(null=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id"], condition=models.Q(until=None), name="closed_once")
        ]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d}"


class Choice(models.Model):
    """One version of what a person chose to share; the one without an end holds. Never overwritten.

    `planning` is False for who opted out of uses other than their own care. `role` is the recorder's at the time.
    Nobody made those that were carried over when records were joined or parted: they wait to be confirmed.
    """

    person_id = models.CharField(max_length=64)
    sharing = models.CharField(max_length=40)
    planning = models.BooleanField()
    note = models.TextField(blank=True)
    start = models.DateTimeField()
    until = models.DateTimeField(null=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id"], condition=models.Q(until=None), name="one_choice_holds")
        ]
        indexes = [models.Index(fields=["person_id", "start"], name="choices_of_person")]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d}"


class Mark(models.Model):
    """A person's record is watched, from `start` until `until`. `kind` is one of the policy's reasons for it."""

    person_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    reason = models.TextField()
    start = models.DateTimeField()
    until = models.DateTimeField(null=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id"], condition=models.Q(until=None), name="one_mark_holds")
        ]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d}"


class Followed(models.Model):
    """In linking `number` rows of person `was` became those of `became`, and what is held by person followed."""

    number = models.BigIntegerField()
    was = models.CharField(max_length=64)
    became = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number", "was", "became"], name="followed_once")]

    def __str__(self) -> str:
        return f"{self.number}"


class Opening(models.Model):
    """A record opened by breaking the glass, or a watched one: on the privacy officer's queue until followed up."""

    class Kind(models.TextChoices):
        BREAK_GLASS = "break_glass"
        MARKED = "marked"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    user = models.ForeignKey(User, models.PROTECT)
    role = models.CharField(max_length=60)
    person_id = models.CharField(max_length=64)
    at = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.TextField()
    closed = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["user", "person_id", "until"], name="opening_of_user"),
            models.Index(fields=["closed", "at"], name="opening_on_queue"),
            models.Index(fields=["person_id", "at"], name="opening_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


class FollowUp(models.Model):
    """What was done about an opening, by whom and with what outcome. Added to, never changed."""

    opening = models.ForeignKey(Opening, models.CASCADE, related_name="follow_ups")
    at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=40)
    words = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["opening", "at"], name="follow_up_of_opening")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.at:%Y-%m-%d}"


class Look(models.Model):
    """When a user last looked at a person's page, and the look before that one."""

    user = models.ForeignKey(User, models.CASCADE)
    person_id = models.CharField(max_length=64)
    at = models.DateTimeField()
    before = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "person_id"], name="one_look")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%Y-%m-%d}"
