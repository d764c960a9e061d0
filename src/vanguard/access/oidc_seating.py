"""Somebody a provider vouches for, taken in: in their one role, in one that they choose, or as a citizen."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest

from vanguard.access.accounts import bring_up_to_date, citizen_for, handle, known_user, left_for_another
from vanguard.access.door import note
from vanguard.access.oidc_claims import Seat, name_of, seats, vouched
from vanguard.access.oidc_file import Provider, SignInFile
from vanguard.access.oidc_place import providers
from vanguard.access.oidc_refusal import refuse, why_not
from vanguard.access.own import tie_to_own
from vanguard.access.sessions import begin

MINUTES_TO_CHOOSE = 5
PENDING = "_pending"


@dataclass(frozen=True)
class Arrived:
    """Somebody came back believed. `choose` says that one of several roles must be chosen first."""

    next: str
    citizen: bool = False
    choose: bool = False


@dataclass(frozen=True)
class RolesToChoose:
    """The roles to choose from, whose they are, and which provider said so."""

    provider: str
    name: str
    seats: tuple[Seat, ...]


def roles_to_choose(request: HttpRequest, *, now: datetime) -> RolesToChoose | None:
    """What there is to choose from in this browser; None if nothing is, or it took too long."""
    pending = _pending(request, now)
    if pending is None:
        return None
    name = providers()[pending["provider"]].name
    return RolesToChoose(name, pending["name"], tuple(Seat.of(one) for one in pending["seats"]))


def choose_role(request: HttpRequest, number: str, *, now: datetime) -> str | None:
    """Begin the session in the chosen role and give the next page; None if it is none of those to choose from."""
    pending = _pending(request, now)
    if pending is None or not number.isascii() or not number.isdigit() or int(number) >= len(pending["seats"]):
        return None
    seat = Seat.of(pending["seats"][int(number)])
    provider = providers()[pending["provider"]]
    _sit(request, pending["provider"], provider, pending["subject"], pending["name"], seat, pending["kept"], now)
    return str(pending["next"])


def take_in_professional(
    request: HttpRequest,
    rules: SignInFile,
    id_: str,
    provider: Provider,
    claims: dict[str, Any],
    kept: dict[str, Any],
    next_page: str,
    now: datetime,
) -> Arrived:
    """Begin the session of a professional, or the choice between several roles. Raises NotSignedIn.

    `kept` goes with the session.
    """
    subject, name = claims["sub"], name_of(claims)
    whom = handle(id_, provider.issuer, subject)
    known = known_user(provider, subject)
    if known and not known.is_active:
        refuse(id_, now, "closed", "Your account here is closed.", "Ask your administrator.", 403, whom)
    found = seats(claims, provider, rules.organisations)
    if not found.held:
        refuse(id_, now, found.why, *why_not(found.why, provider), 403, whom)
    if known:
        left_for_another(known, found.ties, now=now)
    if len(found.held) == 1:
        _sit(request, id_, provider, subject, name, found.held[0], kept, now)
        return Arrived(next_page)
    note(None, now, what="sign_in", whom=whom, why=id_, outcome="choosing")
    pending = {
        "provider": id_,
        "subject": subject,
        "name": name,
        "seats": [seat.kept() for seat in found.held],
        "kept": kept,
        "next": next_page,
    }
    # Named by the provider already: if it ends the session meanwhile, nobody can choose any more.
    begin(
        request,
        now,
        lasts=timedelta(minutes=MINUTES_TO_CHOOSE),
        provider=id_,
        sid=kept["sid"],
        **{PENDING: {**pending, "until": int((now + timedelta(minutes=MINUTES_TO_CHOOSE)).timestamp())}},
    )
    return Arrived(next_page, choose=True)


def _sit(
    request: HttpRequest,
    id_: str,
    provider: Provider,
    subject: str,
    name: str,
    seat: Seat,
    kept: dict[str, Any],
    now: datetime,
) -> None:
    """Begin a professional's session in one role, on record first: no audit, no session."""
    note(None, now, what="sign_in", whom=handle(id_, provider.issuer, subject), why=f"{id_} {seat.role}", outcome="in")
    user = bring_up_to_date(id_, provider, subject, name, seat)
    begin(request, now, user_id=user.pk, provider=id_, **kept)


def take_in_citizen(
    request: HttpRequest,
    id_: str,
    provider: Provider,
    claims: dict[str, Any],
    kept: dict[str, Any],
    next_page: str,
    now: datetime,
) -> Arrived:
    """Begin the session of a member of the public. Raises NotSignedIn."""
    whom = handle(id_, provider.issuer, claims["sub"])
    citizen = citizen_for(provider, claims["sub"], name_of(claims))
    if not citizen.is_active:
        refuse(id_, now, "closed", "Your account here is closed.", "Ask your GP practice.", 403, whom)
    note(None, now, what="sign_in", whom=whom, why=id_, outcome="in")
    tie_to_own(citizen, whom, vouched(claims, provider), now=now)
    begin(request, now, citizen_id=citizen.pk, provider=id_, **kept)
    return Arrived(next_page, citizen=True)


def _pending(request: HttpRequest, now: datetime) -> dict[str, Any] | None:
    pending = request.session.get(PENDING)
    return pending if pending and pending["until"] > now.timestamp() and pending["provider"] in providers() else None
