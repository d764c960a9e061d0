"""Signing out elsewhere too: from here at the provider, and by the provider's word here."""

import hashlib
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from vanguard.access import oidc_provider as web
from vanguard.access.accounts import handle
from vanguard.access.door import note
from vanguard.access.models import Session, UsedLogout
from vanguard.access.oidc_file import Provider, sign_in_file
from vanguard.access.oidc_place import find_key, rules_of
from vanguard.access.oidc_tokens import LEEWAY, LOGOUT_LIVES, BadToken, Ended, logout_claims
from vanguard.access.secrets import unsealed
from vanguard.access.sessions import ID_TOKEN, PROVIDER


def way_out(request: HttpRequest, *, now: datetime) -> str | None:
    """Where this session is ended at its provider too, and from where the browser comes back; None if nowhere.

    To be asked before the session is ended here. A provider that is down is no reason to stay signed in.
    """
    id_, token = request.session.get(PROVIDER), unsealed(request.session.get(ID_TOKEN, ""))
    rules = sign_in_file(settings.PLACE)
    if not id_ or rules is None or id_ not in rules.providers:
        return None
    provider = rules.providers[id_]
    try:
        end = web.endpoints(provider, now.timestamp()).end_session
    except web.ProviderDown:
        return None
    back = {"post_logout_redirect_uri": rules.back_to(reverse("signed-out")), "client_id": provider.client_id}
    return f"{end}?{urlencode({'id_token_hint': token, **back})}" if end and token else None


def ended_elsewhere(id_: str, token: object, *, now: datetime) -> bool:
    """End the sessions that a provider says have ended; False for a token that is not believed, or came before.

    Raises Http404. The sessions end even where it cannot be put on record.
    """
    _, provider = rules_of(id_)
    at = int(now.timestamp())
    try:
        ended = logout_claims(token, provider, find_key(provider, at), now=at)
    except (BadToken, web.ProviderDown) as bad:
        note(None, now, what="sign_out", whom="", why=f"{id_}: {bad}", outcome="refused")
        return False
    if not _first_time(provider, ended, at):
        note(None, now, what="sign_out", whom="", why=f"{id_}: replay", outcome="refused")
        return False
    names = _end(id_, provider, ended)
    note(None, now, what="sign_out", whom=names, why=id_, outcome="out")
    return True


def _first_time(provider: Provider, ended: Ended, at: int) -> bool:
    UsedLogout.objects.filter(until__lte=at).delete()
    name = hashlib.sha256(f"{provider.issuer}\0{ended.jti}".encode()).hexdigest()
    try:
        with transaction.atomic():
            UsedLogout.objects.create(name=name, until=at + LOGOUT_LIVES + 2 * LEEWAY)
    except IntegrityError:
        return False
    return True


def _end(id_: str, provider: Provider, ended: Ended) -> list[str]:
    """End the sessions that a logout token is about; gives the names on record of those whose they were."""
    whose = Session.objects.filter(provider=id_).select_related("user", "citizen")
    if ended.sid:
        whose = whose.filter(sid=ended.sid)
    names, keys = [], []
    for session in whose if ended.sid else whose.filter(_of_subject(provider, ended.subject)):
        owner = session.user or session.citizen
        if owner and ended.subject and owner.subject != ended.subject:
            continue
        keys.append(session.pk)
        if owner:
            names.append(handle(id_, provider.issuer, owner.subject))
    Session.objects.filter(pk__in=keys).delete()
    return sorted(set(names))


def _of_subject(provider: Provider, subject: str) -> Any:
    return Q(user__issuer=provider.issuer, user__subject=subject) | Q(
        citizen__issuer=provider.issuer, citizen__subject=subject
    )
