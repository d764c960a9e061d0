"""`sign_in.yaml` of a place: who may sign in elsewhere, by which provider, and what that provider's words mean here.

Read once by each process. Secrets are never in it: they come from the environment.
"""

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from yaml.nodes import MappingNode, Node, SequenceNode

from vanguard.errors import BadInput

NAME = "sign_in.yaml"
LARGEST = 256 * 1024
LOOPBACK = {"127.0.0.1", "localhost", "::1"}

# Signatures by a private key only: no secret shared with the provider, and never `none`.
Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]


def safe_address(address: str) -> str:
    """An https address; http is for a provider on the same machine, as in tests."""
    parts = urlsplit(address)
    if not parts.hostname or parts.username or parts.query or parts.fragment:
        raise PydanticCustomError("address", "is not an address: write https://name/path")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise PydanticCustomError("address", "must begin with https://")
    return address


def own_address(address: str) -> str:
    """As a browser writes it back to us: any other spelling would send browsers round in circles."""
    safe_address(address)
    parts = urlsplit(address)
    usual = {"https": ":443", "http": ":80"}[parts.scheme]
    if parts.path not in ("", "/") or address != address.lower() or parts.netloc.endswith(usual):
        raise PydanticCustomError("address", "must be https://name in small letters, without a path or the usual port")
    return address.rstrip("/")


Address = Annotated[str, AfterValidator(safe_address)]
OwnAddress = Annotated[str, AfterValidator(own_address)]
Words = Annotated[str, Field(min_length=1, max_length=120)]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,29}$")]
Scope = Annotated[str, Field(pattern=r"^[!#-\[\]-~]+$")]


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Ask(Strict):
    """What is asked of the provider beside what the protocol says itself."""

    acr_values: Words | None = None
    vtr: Words | None = None
    prompt: Literal["login", "consent", "select_account"] | None = None
    max_age: Annotated[int, Field(ge=0)] | None = None


class Meaning(Strict):
    """A role code of the provider, whole or one of its parts between colons, and the policy's role it means."""

    code: Words
    role: Words


class Roles(Strict):
    """Which claim lists a professional's roles, and the names of the fields of one of them."""

    claim: Words
    id: Words
    code: Words
    organisation: Words
    name: Words | None = None
    selected: Words | None = None
    means: tuple[Meaning, ...] = Field(min_length=1)


class Organisation(Strict):
    """What somebody of one organisation is tied to here, by codes of the directory."""

    organisation: Words | None = None
    practice: Words | None = None
    teams: tuple[Words, ...] = ()


class OwnRecord(Strict):
    """The claims that say which person somebody from the public is, believed where each of `require` holds."""

    nhs_number: Words
    birth_date: Words
    require: dict[Words, tuple[Words, ...]] = Field(min_length=1)


class Provider(Strict):
    """One provider. `hosts` are names beside the issuer's own that its addresses may have."""

    label: Words
    name: Words
    people: Literal["professionals", "public"]
    issuer: Address
    hosts: tuple[Words, ...] = ()
    client_id: Words
    authenticate: Literal["client_secret", "private_key_jwt"]
    signs_with: Algorithm = "RS512"
    signed_with: tuple[Algorithm, ...] = Field(default=("RS256",), min_length=1)
    scopes: tuple[Scope, ...] = ("openid", "profile")
    ask: Ask = Ask()
    require: dict[Words, tuple[Words, ...]] = Field(min_length=1)
    roles: Roles | None = None
    own_record: OwnRecord | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if "openid" not in self.scopes:
            raise PydanticCustomError("fit", "has no scope openid")
        if self.people == "professionals" and self.roles is None:
            raise PydanticCustomError("fit", "is for professionals and does not say by which roles")
        if self.people == "public" and self.roles is not None:
            raise PydanticCustomError("fit", "is for the public, who have no roles here")
        if self.people == "professionals" and self.own_record is not None:
            raise PydanticCustomError("fit", "is for professionals, who do not see their own record as such")
        return self


class SignInFile(Strict):
    """The whole file. `address` is where browsers find this service; organisations are by their codes (ODS)."""

    address: OwnAddress
    providers: dict[Id, Provider] = Field(min_length=1)
    organisations: dict[Words, Organisation] = {}

    def back_to(self, path: str) -> str:
        """One of our own addresses, exactly as it is registered with a provider."""
        return self.address + path

    def origins(self) -> tuple[str, ...]:
        """Where a browser may be sent to: the providers' own."""
        sites: dict[str, None] = {}
        for one in self.providers.values():
            issuer = urlsplit(one.issuer)
            sites[f"{issuer.scheme}://{issuer.netloc}"] = None
            sites |= dict.fromkeys(f"https://{host}" for host in one.hosts)
        return tuple(sites)


@lru_cache(maxsize=8)
def sign_in_file(place: Path) -> SignInFile | None:
    """What the place's file says; None where there is none. Raises BadInput."""
    path = place / NAME
    if not path.is_file():
        return None
    root = _composed(path)
    spots: dict[tuple[Any, ...], Node] = {}
    data = _value(root, (), spots)
    try:
        return SignInFile.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise _sentence(path, first, spots) from None


def check_sign_in(place: Path) -> None:
    """Whether a place can sign its people in as its file says. Raises BadInput.

    Checks the file, that the policy has its roles and the directory its codes, and that each secret is given.
    """
    from vanguard.access.rules import policy
    from vanguard.directory.models import Organisation as Known
    from vanguard.directory.models import Practice, Team

    rules = sign_in_file(place)
    if rules is None:
        return
    where = str(place / NAME)
    for id_, provider in rules.providers.items():
        for meaning in provider.roles.means if provider.roles else ():
            if meaning.role not in policy().roles:
                roles = ", ".join(policy().roles)
                raise BadInput(f"{id_}: the policy has no role {meaning.role}.", where=where, do=f"It has {roles}.")
        secret_of(id_, provider)
    given = rules.organisations.values()
    for table, wanted in (
        (Known, {one.organisation for one in given if one.organisation}),
        (Practice, {one.practice for one in given if one.practice}),
        (Team, {team for one in given for team in one.teams}),
    ):
        known = set(table.objects.filter(code__in=wanted).values_list("code", flat=True))
        if missing := sorted(wanted - known):
            what = table._meta.verbose_name
            raise BadInput(
                f"The directory has no {what} {missing[0]}.",
                where=where,
                do="Fill the directory first, or mend the code.",
            )


def secret_of(id_: str, provider: Provider) -> str:
    """The client's secret, or its private key as PEM. Raises BadInput if the environment does not hold it."""
    kind = "KEY" if provider.authenticate == "private_key_jwt" else "SECRET"
    name = f"VANGUARD_SIGN_IN_{id_.upper().replace('-', '_')}_{kind}"
    # One line of a file of settings cannot hold a line's end, so it may be written \n.
    value = os.environ.get(name, "").replace("\\n", "\n").strip()
    if not value:
        what = "private key, as PEM" if kind == "KEY" else "secret"
        raise BadInput(f"{provider.name} needs this service's {what}.", where=name, do="Set it in the environment.")
    if kind == "KEY" and not re.match(r"-----BEGIN [A-Z ]*PRIVATE KEY-----", value):
        raise BadInput("This is not a private key in PEM.", where=name, do="Write it from -----BEGIN to the end.")
    return value


def _composed(path: Path) -> Node:
    if path.stat().st_size > LARGEST:
        raise BadInput("The file is too large.", where=str(path), do=f"At most {LARGEST:,} bytes are read.")
    try:
        root = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise BadInput(f"This is not valid YAML: {error.problem or error.context}.", where=where) from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        raise BadInput("This is not valid YAML in UTF-8.", where=str(path)) from None
    if not isinstance(root, MappingNode):
        raise BadInput("Names and values are needed here.", where=f"{path}:1:1", do="Begin with address: https://…")
    return root


def _value(node: Node, place: tuple[Any, ...], spots: dict[tuple[Any, ...], Node]) -> Any:
    """The node as plain values, noting where each stands. Every scalar but a whole number is text."""
    spots.setdefault(place, node)
    if isinstance(node, MappingNode):
        made = {}
        for key, value in node.value:
            spots[(*place, key.value)] = key
            made[key.value] = _value(value, (*place, key.value), spots)
        return made
    if isinstance(node, SequenceNode):
        return tuple(_value(one, (*place, number), spots) for number, one in enumerate(node.value))
    is_number = node.tag.endswith(":int") and place[-1:] == ("max_age",)
    return int(node.value) if is_number else None if node.tag.endswith(":null") else node.value


def _sentence(path: Path, error: ErrorDetails, spots: dict[tuple[Any, ...], Node]) -> BadInput:
    at = tuple(part for part in error["loc"] if part != "[key]")
    while at not in spots:
        at = at[:-1]
    mark = spots[at].start_mark
    what = ".".join(map(str, (part for part in error["loc"] if part != "[key]"))) or "The file"
    message, do = error["msg"], ""
    if error["type"] == "missing":
        message = "is missing"
    elif error["type"] == "extra_forbidden":
        message, do = "is not a name known here", "Secrets stand in the environment, never in this file."
    elif error["type"] not in ("address", "fit"):
        message = f"will not do: {message[0].lower()}{message[1:]}"
    return BadInput(f"{what} {message}.", where=f"{path}:{mark.line + 1}:{mark.column + 1}", do=do)
