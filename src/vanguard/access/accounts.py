"""Accounts: of those who sign in elsewhere, known by issuer and subject (a name or an e-mail address finds nobody), and
of a demo place's own; and who they are, for those who look after them."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from vanguard.access.door import note
from vanguard.access.models import BreakGlass, Citizen, Session, User
from vanguard.access.oidc_claims import Seat, ties
from vanguard.access.oidc_file import Provider
from vanguard.access.rules import Actor


@dataclass(frozen=True)
class Account:
    """One who can sign in, in one role; `practice` and `teams` are names, empty for who works for the whole place."""

    username: str
    name: str
    role: str
    practice: str
    teams: tuple[str, ...]
    active: bool


def every_account(actor: Actor) -> tuple[Account, ...]:
    """Everybody's, by name. Raises PermissionDenied without the right."""
    if not actor.may("users"):
        raise PermissionDenied
    return _accounts(User.objects.order_by("name", "pk"))


def accounts_in_use(actor: Actor) -> int:
    """How many can sign in. Raises PermissionDenied without the right."""
    if not actor.may("users"):
        raise PermissionDenied
    return User.objects.filter(is_active=True).count()


def emergencies_since(actor: Actor, since: datetime) -> tuple[tuple[str, datetime], ...]:
    """Who opened records in an emergency since then, and when, the latest first: not whose, nor why.

    Raises PermissionDenied without the right.
    """
    if not actor.may("users"):
        raise PermissionDenied
    rows = BreakGlass.objects.filter(opened_at__gte=since).order_by("-opened_at")
    return tuple(rows.values_list("user__name", "opened_at"))


def local_accounts(usernames: Sequence[str]) -> tuple[Account, ...]:
    """Those of these user names that are there, in this order."""
    rows = _accounts(User.objects.filter(username__in=usernames))
    return tuple(sorted(rows, key=lambda one: usernames.index(one.username)))


def make_local_account(
    username: str, hashed: str, *, name: str, role: str, practice: str | None = None, teams: Iterable[str] = ()
) -> None:
    """A local account, which only a demo place can sign in to; `practice` and `teams` are codes of the directory.

    `hashed` is what `hashed_password` makes. Changes nothing where the user name is there.
    """
    if not User.objects.filter(username=username).exists():
        fields = {"name": name, "role": role, "practice_id": practice, "teams": list(teams)}
        User.objects.create_user(username, hashed=hashed, **fields)


def hashed_password(password: str) -> str:
    """A password as it is kept. Slow on purpose: what many accounts share is hashed once."""
    return make_password(password)


def _accounts(users: "QuerySet[User]") -> tuple[Account, ...]:
    return tuple(
        Account(
            user.username,
            user.name,
            user.role,
            user.practice.name if user.practice else "",
            tuple(team.name for team in user.teams.all()),
            user.is_active,
        )
        for user in users.select_related("practice").prefetch_related("teams")
    )


def handle(id_: str, issuer: str, subject: str) -> str:
    """What stands for somebody on record and as a user name: the subject, readable, and made unmistakable."""
    mark = hashlib.sha256(f"{issuer}\0{subject}".encode()).hexdigest()[:12]
    return f"{id_[:20]}:{subject[:40]}:{mark}"


def known_user(provider: Provider, subject: str) -> User | None:
    """The account of a subject, if it was here before."""
    return User.objects.filter(issuer=provider.issuer, subject=subject).first()


def left_for_another(user: User, tied: frozenset[tuple[str, str]], *, now: datetime) -> bool:
    """Whether somebody works for nobody any more for whom they worked here; then the account is closed.

    Who comes from another employer begins anew: what was theirs at the last one, whom they cared for and what they
    wrote, stays with the closed account. `tied` is what their provider says they are tied to now.
    """
    before = ties(user.organisation_id, user.practice_id, user.teams.values_list("pk", flat=True))
    if not before or before & tied:
        return False
    with transaction.atomic():
        note(None, now, what="account", whom=user.username, why="works elsewhere now", outcome="closed")
        # With the account's own number: somebody may leave twice within a second, as providers correct themselves.
        user.is_active, user.subject = False, f"{user.subject[:180]} until {now:%Y-%m-%dT%H:%M:%SZ} as {user.pk}"
        user.save()
        Session.objects.filter(user=user).delete()
    return True


def close_account(actor: Actor, username: str, *, closed: bool, now: datetime) -> bool:
    """Close somebody's account, out at once, or open it again; False for nobody, and for the actor's own.

    Raises PermissionDenied (on record too) without the right.
    """
    if not actor.may("users"):
        note(actor, now, what="account", whom=username, why="users", outcome="refused")
        raise PermissionDenied
    with transaction.atomic():
        user = User.objects.select_for_update().exclude(pk=actor.user_id).filter(username=username).first()
        if user is None:
            return False
        note(actor, now, what="account", whom=username, why="users", outcome="closed" if closed else "opened")
        user.is_active = not closed
        user.save(update_fields=["is_active"])
        Session.objects.filter(user=user).delete()
    return True


def bring_up_to_date(id_: str, provider: Provider, subject: str, name: str, seat: Seat) -> User:
    """The account of a subject in this role, made if it is not there yet.

    In another role or with other ties than before, the account's other sessions end: nobody acts as two at once,
    and what a provider took away is gone everywhere.
    """
    username = handle(id_, provider.issuer, subject)
    with transaction.atomic():
        # Whoever worked here before for others has as many closed accounts, which keep their names on record.
        before = User.objects.filter(issuer=provider.issuer, username__startswith=username).count()
        user, _ = User.objects.select_for_update().get_or_create(
            issuer=provider.issuer,
            subject=subject,
            defaults={"username": f"{username}:{before + 1}" if before else username, "password": "!"},
        )
        tied = (user.role, user.organisation_id, user.practice_id, frozenset(user.teams.values_list("pk", flat=True)))
        now_tied = (seat.role, seat.organisation, seat.practice, frozenset(seat.teams))
        user.name = name or user.name or username
        user.role, user.organisation_id, user.practice_id = now_tied[:3]
        user.save()
        if tied != now_tied:
            user.teams.set(seat.teams)
            Session.objects.filter(user=user).delete()
    return user


def citizen_for(provider: Provider, subject: str, name: str) -> Citizen:
    """The public account of a subject, made if it is not there yet."""
    citizen, _ = Citizen.objects.update_or_create(
        issuer=provider.issuer, subject=subject, defaults={"name": name} if name else {}
    )
    return citizen
