"""`sign_in.yaml`: what is wrong with it is said before anybody is served."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.oidc.place import sign_in_data, write_sign_in
from tests.town import make_users

from vanguard.access import check_sign_in, policy
from vanguard.access.oidc_claims import seats
from vanguard.access.oidc_file import SignInFile, sign_in_file
from vanguard.errors import BadInput

ISSUER = "https://staff.example/realms/care"
KEY = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("VANGUARD_SIGN_IN_CIS2_SECRET", "secret")
    monkeypatch.setenv("VANGUARD_SIGN_IN_NHS_LOGIN_KEY", KEY)
    return monkeypatch


def refusal(place: Path) -> str:
    with pytest.raises(BadInput) as caught:
        check_sign_in(place)
    return str(caught.value)


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    data = copy.deepcopy(sign_in_data(ISSUER, address="https://vanguard.example"))
    change(data)
    return data


@pytest.mark.django_db
class TestServing:
    @pytest.fixture(autouse=True)
    def town(self) -> None:
        make_users()

    def test_a_good_file_and_no_file(self, place: Path, environment: Any) -> None:
        check_sign_in(place)
        assert sign_in_file(place) is None
        of_a_blueprint = next(role.id for role in policy().roles.values() if role.given_by)
        write_sign_in(
            place, changed(lambda data: data["providers"]["cis2"]["roles"]["means"][0].update(role=of_a_blueprint))
        )
        sign_in_file.cache_clear()
        check_sign_in(place)

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            (lambda d: d["providers"]["cis2"]["roles"]["means"][0].update(role="wizard"),
             "cis2: the policy has no role wizard. It has gp, nurse"),
            (lambda d: d["organisations"].update(Z1={"practice": "P9"}), "The directory has no practice P9."),
            (lambda d: d["organisations"].update(Z1={"teams": ["lost"]}), "The directory has no team lost."),
            (lambda d: d["organisations"].update(Z1={"organisation": "R0X"}), "The directory has no organisation R0X."),
        ],
    )  # fmt: skip
    def test_what_the_policy_and_the_directory_do_not_have(
        self, place: Path, environment: Any, change: Any, sentence: str
    ) -> None:
        write_sign_in(place, changed(change))
        assert sentence in refusal(place)

    @pytest.mark.parametrize(
        ("name", "value", "sentence"),
        [
            ("VANGUARD_SIGN_IN_CIS2_SECRET", "", "the staff card needs this service's secret."),
            ("VANGUARD_SIGN_IN_NHS_LOGIN_KEY", " ", "needs this service's private key, as PEM."),
            ("VANGUARD_SIGN_IN_NHS_LOGIN_KEY", "hunter2", "This is not a private key in PEM."),
        ],
    )
    def test_secrets_come_from_the_environment(
        self, place: Path, environment: pytest.MonkeyPatch, name: str, value: str, sentence: str
    ) -> None:
        environment.setenv(name, value)
        write_sign_in(place, changed(lambda data: None))
        said = refusal(place)
        assert said.startswith(f"{name}: ") and sentence in said and "hunter2" not in said


WRONG: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("an issuer without TLS", lambda d: d["providers"]["cis2"].update(issuer="http://staff.example"),
     "providers.cis2.issuer must begin with https://."),
    ("an issuer with a name in it", lambda d: d["providers"]["cis2"].update(issuer="https://a@staff.example"),
     "providers.cis2.issuer is not an address"),
    ("a secret", lambda d: d["providers"]["cis2"].update(client_secret="s"),
     "providers.cis2.client_secret is not a name known here. Secrets stand in the environment"),
    ("no client", lambda d: d["providers"]["cis2"].pop("client_id"), "providers.cis2.client_id is missing."),
    ("no level", lambda d: d["providers"]["cis2"].pop("require"), "providers.cis2.require is missing."),
    ("an empty level", lambda d: d["providers"]["cis2"].update(require={}), "providers.cis2.require will not do"),
    ("no roles", lambda d: d["providers"]["cis2"].pop("roles"),
     "providers.cis2 is for professionals and does not say by which roles."),
    ("a role for the public", lambda d: d["providers"]["nhs-login"].update(roles=d["providers"]["cis2"]["roles"]),
     "providers.nhs-login is for the public, who have no roles here."),
    ("no openid", lambda d: d["providers"]["cis2"].update(scopes=["profile"]),
     "providers.cis2 has no scope openid."),
    ("no signature", lambda d: d["providers"]["cis2"].update(signed_with=["none"]),
     "providers.cis2.signed_with.0 will not do"),
    ("a shared secret as signature", lambda d: d["providers"]["cis2"].update(signed_with=["HS256"]),
     "providers.cis2.signed_with.0 will not do"),
    ("what the protocol asks itself", lambda d: d["providers"]["cis2"].update(ask={"redirect_uri": "https://e.e"}),
     "providers.cis2.ask.redirect_uri is not a name known here."),
    ("an address with a path", lambda d: d.update(address="https://vanguard.example/here"), "address must be https://"),
    ("an address with capitals", lambda d: d.update(address="https://Vanguard.example"), "address must be https://"),
    ("the usual port", lambda d: d.update(address="https://vanguard.example:443"), "address must be https://"),
    ("nobody", lambda d: d.update(providers={}), "providers will not do"),
    ("a provider with an odd id", lambda d: d["providers"].update({"No Good": d["providers"]["cis2"]}),
     "providers.No Good will not do"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "sentence"), [pytest.param(c, s, id=name) for name, c, s in WRONG])
def test_what_is_wrong_is_said_with_line_and_column(place: Path, change: Any, sentence: str) -> None:
    file = write_sign_in(place, changed(change))
    with pytest.raises(BadInput) as caught:
        sign_in_file(place)
    where, _, said = str(caught.value).partition(": ")
    assert sentence in said
    path, line, column = where.rsplit(":", 2)
    assert path == str(file) and 0 < int(line) <= file.read_text().count("\n") and int(column) > 0


@pytest.mark.parametrize("text", ["", "- a", "a: [", "a: b: c", "\t", "'", "&a [*a]", "a: !!python/object:x.y {}"])
def test_what_is_no_such_file_at_all(place: Path, text: str) -> None:
    (place / "sign_in.yaml").write_text(text)
    with pytest.raises(BadInput):
        sign_in_file(place)


def test_numbers_that_yaml_would_read_are_codes(place: Path) -> None:
    """`3` and `03` are the provider's words, not numbers."""
    data = changed(lambda d: d["providers"]["cis2"].update(ask={"max_age": 900}))
    text = yaml.safe_dump(data).replace("- '3'", "- 3")
    (place / "sign_in.yaml").write_text(text)
    rules = sign_in_file(place)
    assert rules and rules.providers["cis2"].require["id_assurance_level"] == ("3",)
    assert rules.providers["cis2"].ask.max_age == 900


def test_the_file_in_the_docs_is_a_good_one(place: Path) -> None:
    text = (Path(__file__).parents[2] / "docs/sign-in.md").read_text()
    (place / "sign_in.yaml").write_text(text.split("```yaml\n")[1].split("```")[0])
    rules = sign_in_file(place)
    assert rules and [one.people for one in rules.providers.values()] == ["professionals", "public"]


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["RXQ", "Y00001", "R8000"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ("person_roleid", "role_code", "role_name", "org_code")
ROLE = st.dictionaries(st.sampled_from(FIELDS), ANY, max_size=4)


@given(st.dictionaries(st.sampled_from(["nhsid_nrbac_roles", "selected_roleid"]), ANY | st.lists(ROLE | ANY)))
def test_whatever_a_provider_says_gives_only_roles_that_the_file_allows(claims: dict[str, Any]) -> None:
    rules = SignInFile.model_validate(_tuples(changed(lambda data: None)))
    found = seats(claims, rules.providers["cis2"], rules.organisations)
    assert bool(found.held) != bool(found.why)
    listed = claims.get("nhsid_nrbac_roles")
    for seat in found.held:
        assert isinstance(listed, list) and seat.role in {"gp", "nurse"} <= set(policy().roles)
        assert (seat.practice, seat.teams) in {("P1", ()), (None, ("north-team",))}


def _tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _tuples(one) for name, one in value.items()}
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value
