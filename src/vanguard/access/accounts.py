"""Accounts of those who sign in elsewhere, known by issuer and subject; a name or an e-mail address finds nobody."""

import hashlib

from django.db import transaction

from vanguard.access.models import Citizen, Session, User
from vanguard.access.oidc_claims import Seat
from vanguard.access.oidc_file import Provider


def handle(id_: str, issuer: str, subject: str) -> str:
    """What stands for somebody on record and as a user name: the subject, readable, and made unmistakable."""
    mark = hashlib.sha256(f"{issuer}\0{subject}".encode()).hexdigest()[:12]
    return f"{id_[:20]}:{subject[:40]}:{mark}"


def known_user(provider: Provider, subject: str) -> User | None:
    """The account of a subject, if it was here before."""
    return User.objects.filter(issuer=provider.issuer, subject=subject).first()


def bring_up_to_date(id_: str, provider: Provider, subject: str, name: str, seat: Seat) -> User:
    """The account of a subject in this role, made if it is not there yet.

    In another role or with other ties than before, the account's other sessions end: nobody acts as two at once,
    and what a provider took away is gone everywhere.
    """
    username = handle(id_, provider.issuer, subject)
    with transaction.atomic():
        user, _ = User.objects.select_for_update().get_or_create(
            issuer=provider.issuer, subject=subject, defaults={"username": username, "password": "!"}
        )
        ties = (user.role, user.organisation_id, user.practice_id, frozenset(user.teams.values_list("pk", flat=True)))
        now_tied = (seat.role, seat.organisation, seat.practice, frozenset(seat.teams))
        user.name = name or user.name or username
        user.role, user.organisation_id, user.practice_id = now_tied[:3]
        user.save()
        if ties != now_tied:
            user.teams.set(seat.teams)
            Session.objects.filter(user=user).delete()
    return user


def citizen_for(provider: Provider, subject: str, name: str) -> Citizen:
    """The public account of a subject, made if it is not there yet."""
    citizen, _ = Citizen.objects.update_or_create(
        issuer=provider.issuer, subject=subject, defaults={"name": name} if name else {}
    )
    return citizen
