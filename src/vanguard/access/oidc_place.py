"""The providers of this place, from its file, and what is asked of each by its id."""

from typing import Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from joserfc.jwk import Key

from vanguard.access import oidc_provider as web
from vanguard.access.oidc_file import Provider, SignInFile, sign_in_file
from vanguard.access.oidc_tokens import FindKey


def providers() -> dict[str, Provider]:
    """The providers of this place by id, in the order of its file."""
    rules = sign_in_file(settings.PLACE)
    return dict(rules.providers) if rules else {}


def sign_in_address(id_: str) -> str:
    """Where browsers must find this service to sign in with a provider. Raises Http404 if there is none by this id."""
    return rules_of(id_)[0].back_to("")


def sign_in_keys(id_: str) -> list[dict[str, Any]]:
    """Our keys as the provider fetches them. Raises Http404."""
    return web.own_keys(id_, rules_of(id_)[1])


def rules_of(id_: str) -> tuple[SignInFile, Provider]:
    """The place's file and one provider of it. Raises Http404."""
    rules = sign_in_file(settings.PLACE)
    if rules is None or id_ not in rules.providers:
        raise Http404
    return rules, rules.providers[id_]


def back_to(rules: SignInFile, id_: str) -> str:
    """The address to which the provider sends browsers back."""
    return rules.back_to(reverse("sign-in-back", args=[id_]))


def find_key(provider: Provider, now: float) -> FindKey:
    """How a token's key is found among those that the provider publishes."""

    def found(header: dict[str, Any]) -> Key:
        return web.find_key(provider, header, now)

    return found
