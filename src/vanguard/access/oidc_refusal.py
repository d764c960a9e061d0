"""Why somebody is not let in: on record first, then said to them in sentences."""

from datetime import datetime
from typing import NoReturn

from vanguard.access import oidc_provider as web
from vanguard.access.door import note
from vanguard.access.oidc_file import Provider


class NotSignedIn(Exception):
    """Nobody was let in. `what` and `do` are sentences for whoever tried; `status` is the answer's."""

    def __init__(self, what: str, do: str, status: int) -> None:
        super().__init__(what)
        self.what, self.do, self.status = what, do, status


def refuse(id_: str, now: datetime, why: str, what: str, do: str, status: int, whom: str = "") -> NoReturn:
    """Raise NotSignedIn. `why` names the rule for the record; `whom` it was about, if that is known."""
    note(None, now, what="sign_in", whom=whom, why=f"{id_}: {why}", outcome="refused")
    raise NotSignedIn(what, do, status)


def down(id_: str, provider: Provider, what: web.ProviderDown, now: datetime) -> NoReturn:
    """Raise NotSignedIn for a provider that does not answer."""
    note(None, now, what="sign_in", whom="", why=f"{id_}: {what}", outcome="unavailable")
    raise NotSignedIn(
        f"{provider.name} does not answer as it should, so nobody can be signed in with it just now.",
        "Try again in a few minutes. If someone\u2019s care depends on it, telephone the partner who holds the record.",
        503,
    )


def why_not(why: str, provider: Provider) -> tuple[str, str]:
    """What to say for each reason of `oidc_claims.seats`: what, and what to do."""
    sentences = {
        "no role": f"{provider.name} names no role of yours.",
        "not of this place": "None of your roles is at an organisation of this place.",
        "no role here": "None of your roles at an organisation of this place has a use here.",
    }
    return sentences[why], "If you work here, ask those who look after your roles, and tell your administrator."
