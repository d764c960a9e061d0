"""Users, citizens, their sessions, wrong passwords, records opened by breaking the glass, and who last looked when."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from vanguard.directory.models import Organisation, Practice, Team


class Users(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """A local account; without a password nobody can sign in to it."""
        teams = fields.pop("teams", ())
        user = self.model(username=username, **fields)
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
    role = models.CharField(max_length=40)
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
    until = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "person_id", "until"], name="break_glass_open")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.traced_at:%Y-%m-%d}"


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
