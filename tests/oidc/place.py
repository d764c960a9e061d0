"""A place whose professionals sign in with one provider and whose public with another, and its people there."""

from pathlib import Path
from typing import Any

import yaml

ADDRESS = "http://127.0.0.1:8999"
HOST = "127.0.0.1:8999"
SECRET = "a secret for tests with /+= in it"


def role(id_: str, code: str, organisation: str, name: str = "Clinical:Clinical Provision:Role") -> dict[str, str]:
    """One role as NHS CIS2 tells it."""
    return {"person_roleid": id_, "role_code": code, "role_name": name, "org_code": organisation}


SURE = {"id_assurance_level": "3", "authentication_assurance_level": "3"}
ACCOUNTS: dict[str, dict[str, Any]] = {
    "555000000001": {
        "name": "Dr Amara Okafor",
        **SURE,
        "nhsid_nrbac_roles": [role("1", "S8000:G8000:R8000", "Y00001")],
    },
    "555000000002": {
        "name": "Tom Ellery",
        **SURE,
        "nhsid_nrbac_roles": [
            role("21", "S8000:G8001:R8001", "RXQ"),
            role("22", "S8000:G8000:R8000", "Y00001"),
            role("23", "S8000:G8000:R8000", "FAR"),
        ],
    },
    "555000000003": {"name": "Far Away", **SURE, "nhsid_nrbac_roles": [role("3", "S8000:G8000:R8000", "FAR")]},
    "555000000004": {"name": "No Use", **SURE, "nhsid_nrbac_roles": [role("4", "S8000:G8003:R9999", "RXQ")]},
    "555000000005": {"name": "No Role", **SURE},
    "555000000006": {
        "name": "Not Sure",
        "id_assurance_level": "3",
        "authentication_assurance_level": "1",
        "nhsid_nrbac_roles": [role("6", "S8000:G8000:R8000", "Y00001")],
    },
    "citizen-1": {"given_name": "Edith", "family_name": "Archer", "vot": "P9.Cp.Cd"},
    "citizen-of-the-town": {
        "given_name": "Ann",
        "family_name": "Archer",
        "vot": "P9.Cp.Cd",
        "identity_proofing_level": "P9",
        "nhs_number": "9990000018",
        "birthdate": "1931-02-03",
    },
    "citizen-2": {"given_name": "Low", "family_name": "Level", "vot": "P5.Cp"},
}


def sign_in_data(issuer: str, *, public_issuer: str = "", address: str = ADDRESS) -> dict[str, Any]:
    """What the place's file says."""
    return {
        "address": address,
        "providers": {
            "cis2": {
                "label": "Sign in with the staff card",
                "name": "the staff card",
                "people": "professionals",
                "issuer": issuer,
                "client_id": "vanguard-staff",
                "authenticate": "client_secret",
                "scopes": ["openid", "profile", "nationalrbacaccess"],
                "require": {"id_assurance_level": ["3"], "authentication_assurance_level": ["2", "3"]},
                "roles": {
                    "claim": "nhsid_nrbac_roles",
                    "id": "person_roleid",
                    "code": "role_code",
                    "name": "role_name",
                    "organisation": "org_code",
                    "selected": "selected_roleid",
                    "means": [{"code": "R8000", "role": "gp"}, {"code": "S8000:G8001:R8001", "role": "nurse"}],
                },
            },
            "nhs-login": {
                "label": "Sign in as someone who lives here",
                "name": "the public's sign-in",
                "people": "public",
                "issuer": public_issuer or issuer,
                "client_id": "vanguard-public",
                "authenticate": "private_key_jwt",
                "signs_with": "RS512",
                "require": {"vot": ["P9.Cp.Cd", "P9.Cp.Ck", "P9.Cm"]},
                "own_record": {
                    "nhs_number": "nhs_number",
                    "birth_date": "birthdate",
                    "require": {"identity_proofing_level": ["P9"]},
                },
            },
        },
        "organisations": {
            "Y00001": {"practice": "P1"},
            "RXQ": {"teams": ["north-team"]},
        },
    }


def write_sign_in(place: Path, data: dict[str, Any]) -> Path:
    file = place / "sign_in.yaml"
    file.write_text(yaml.safe_dump(data, sort_keys=False))
    return file


def clients(public_jwks: dict[str, Any] | str, *, address: str = ADDRESS, ended: str = "") -> list[dict[str, Any]]:
    """Both of our registrations at the provider; `public_jwks` are our keys, or where they are found."""
    where = {"jwks_uri": public_jwks} if isinstance(public_jwks, str) else {"jwks": public_jwks}
    shared = {
        "response_types": ["code"],
        "grant_types": ["authorization_code"],
        "post_logout_redirect_uris": [f"{address}/signed-out"],
        "backchannel_logout_session_required": True,
    }
    return [
        {
            **shared,
            "client_id": "vanguard-staff",
            "client_secret": SECRET,
            "redirect_uris": [f"{address}/sign-in/cis2/back"],
            "backchannel_logout_uri": ended or f"{address}/sign-in/cis2/ended",
        },
        {
            **shared,
            **where,
            "client_id": "vanguard-public",
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "RS512",
            "redirect_uris": [f"{address}/sign-in/nhs-login/back"],
            "backchannel_logout_uri": f"{address}/sign-in/nhs-login/ended",
        },
    ]
