"""What a believed provider's claims come to here: who somebody is, how surely, and in which roles of this place. Pure.

Claims are text that somebody else wrote: nothing in them is ever used as an address.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from vanguard.access.oidc_file import Organisation, Provider
from vanguard.nhs_number import digits, valid_nhs_number

LONGEST_NAME = 200
MOST_ROLES = 500


@dataclass(frozen=True)
class Vouched:
    """Whom a provider that has proved somebody's identity says they are."""

    nhs_number: str
    birth_date: date


@dataclass(frozen=True)
class Seat:
    """One role that a professional may act in here, with what ties them to people; all codes are ours.

    `id` is the provider's own for it, and `name` what a person calls it.
    """

    id: str
    name: str
    role: str
    organisation: str | None
    practice: str | None
    teams: tuple[str, ...]

    def kept(self) -> dict[str, Any]:
        """As plain values, to be kept while one of several is chosen."""
        return asdict(self)

    @property
    def ties(self) -> frozenset[tuple[str, str]]:
        """Whom the role ties somebody to, each as its kind and code."""
        return ties(self.organisation, self.practice, self.teams)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Seat":
        return cls(**{**kept, "teams": tuple(kept["teams"])})


def ties(organisation: str | None, practice: str | None, teams: Iterable[str]) -> frozenset[tuple[str, str]]:
    """An organisation, a practice and teams, each as its kind and code."""
    named = [("organisation", organisation), ("practice", practice), *(("team", team) for team in teams)]
    return frozenset((kind, code) for kind, code in named if code)


@dataclass(frozen=True)
class Seats:
    """Those of somebody's roles to act in now; if there are none, `why` says which rule none of them met.

    `ties` are what all their roles tie them to here, also those that they did not select at the provider.
    """

    held: tuple[Seat, ...]
    why: str = ""
    ties: frozenset[tuple[str, str]] = frozenset()


def missing_assurance(claims: Mapping[str, Any], required: Mapping[str, tuple[str, ...]]) -> str:
    """The first claim whose value is none of those required; empty if all are met."""
    for name, values in required.items():
        said = claims.get(name)
        if isinstance(said, bool) or not isinstance(said, str | int) or str(said) not in values:
            return name
    return ""


def name_of(claims: Mapping[str, Any]) -> str:
    """What to call somebody: their name as the provider has it, or nothing."""
    parts = [claims.get("name")] if claims.get("name") else [claims.get("given_name"), claims.get("family_name")]
    words = " ".join(part for part in parts if isinstance(part, str))
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())[:LONGEST_NAME]


def vouched(claims: Mapping[str, Any], provider: Provider) -> Vouched | None:
    """Which person the provider says somebody from the public is; None where it does not say it surely enough."""
    rules = provider.own_record
    if rules is None or missing_assurance(claims, rules.require):
        return None
    number = digits(_text(claims, rules.nhs_number))
    try:
        born = date.fromisoformat(_text(claims, rules.birth_date))
    except ValueError:
        return None
    return Vouched(number, born) if valid_nhs_number(number) else None


def seats(claims: Mapping[str, Any], provider: Provider, organisations: Mapping[str, Organisation]) -> Seats:
    """The roles that somebody may act in here. A role selected at the provider leaves that one alone."""
    rules = provider.roles
    listed = claims.get(rules.claim) if rules else None
    if rules is None or not isinstance(listed, list) or not listed:
        return Seats((), "no role")
    every = [one for one in listed[:MOST_ROLES] if isinstance(one, dict)]
    selected = claims.get(rules.selected) if rules.selected else None
    held = [one for one in every if one.get(rules.id) == selected] if selected else every
    tied = frozenset[tuple[str, str]]().union(
        *(seat.ties for one in every for seat in _seats(one, provider, organisations))
    )
    here = [one for one in held if _text(one, rules.organisation) in organisations]
    if not here:
        return Seats((), "not of this place" if held else "no role")
    found: dict[tuple[Any, ...], Seat] = {}
    for one in here:
        for seat in _seats(one, provider, organisations):
            # Two cards for the same work are one choice.
            found.setdefault((seat.role, seat.organisation, seat.practice, seat.teams), seat)
    return Seats(tuple(found.values()), "" if found else "no role here", tied)


def _seats(one: dict[str, Any], provider: Provider, organisations: Mapping[str, Organisation]) -> list[Seat]:
    """What one role of the provider's comes to here: nothing at an organisation of another place."""
    rules, tie = provider.roles, organisations.get(_text(one, provider.roles.organisation) if provider.roles else "")
    if rules is None or tie is None:
        return []
    id_, name = _text(one, rules.id), _text(one, rules.name) if rules.name else ""
    return [
        Seat(id_, name, role, tie.organisation, tie.practice, tie.teams)
        for role in _meanings(_text(one, rules.code), provider)
    ]


def _meanings(code: str, provider: Provider) -> list[str]:
    """The policy's roles that a code means, by the first rule that is it or one of its parts."""
    parts = {code, *code.split(":")} - {""}
    assert provider.roles
    return [meaning.role for meaning in provider.roles.means if meaning.code in parts][:1]


def _text(one: Mapping[str, Any], name: str) -> str:
    value = one.get(name)
    return value.strip()[:LONGEST_NAME] if isinstance(value, str) else ""
