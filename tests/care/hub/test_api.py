"""Referring by a program: the same checks as on a page, and each key one referral."""

import orjson
import pytest
from jsonschema import Draft202012Validator
from tests.care.hub.test_pages import people, signed_in, text  # noqa: F401

from vanguard.api import openapi
from vanguard.care.hub.models import Draft, Referral

SENT = {
    "origin": "ward_team",
    "person": {},
    "answers": {
        "life_in_danger": False,
        "whereabouts": "in_a_ward",
        "main_trouble": "moves_less_well",
        "safe_until_seen": True,
        "what_has_happened": "Was on the ward for a week.",
        "agreed_to_referral": "person_agreed",
        "referrers_number": "01296 000000",
    },
}


@pytest.fixture
def post(signed_in):  # noqa: F811
    clients: dict = {}

    def send(user: str, sent: object, key: str = "a-1", **more: str):
        body = sent if isinstance(sent, bytes) else orjson.dumps(sent)
        headers = {"Idempotency-Key": key} if key else {}
        kind = more.get("kind", "application/json")
        client = clients.setdefault(user, None) or signed_in(user)
        clients[user] = client
        answer = client.post("/api/referrals", body, content_type=kind, headers=headers)
        said = openapi()["paths"]["/api/referrals"]["post"]["responses"][str(answer.status_code)]
        schema = said["content"]["application/json"]["schema"]
        if "$ref" not in schema:
            assert list(Draft202012Validator(schema).iter_errors(answer.json())) == []
        return answer

    return send


def about(person, **more: object) -> dict:
    return SENT | {"person": {"nhs_number": person.columns["nhs_number"]}} | more


def test_one_key_is_one_referral_and_a_second_one_of_the_same_person_is_shown(post, people, signed_in):  # noqa: F811
    made = post("ward", about(people[0]))
    assert made.status_code == 201, made.content
    one = Referral.objects.get()
    assert (one.channel, one.person_id, one.step) == ("api", people[0].id, "clinical_triage")
    assert made.headers["Location"] == f"/api/referrals/{one.pk}"
    assert made.json()["where"] == "A clinician decides" and made.json()["due_at"]
    again = post("ward", about(people[0]))
    assert (again.status_code, again.json()["number"]) == (200, one.pk)
    assert post("ward", about(people[1])).status_code == 422, "the key is taken"
    double = post("ward", about(people[0]), key="a-2")
    assert double.status_code == 409 and double.json()["open"] == [one.pk]
    assert "A second referral is not made" in double.json()["error"]
    # Another user's key of the same name is another key.
    assert post("surgery", about(people[0])).status_code == 409
    assert Referral.objects.count() == Draft.objects.count() == 1
    page = signed_in("triage").get(f"/referrals/{one.pk}")
    assert "Was on the ward for a week." in text(page)


def test_progress_is_told_to_whoever_referred_and_to_nobody_else(post, people, signed_in):  # noqa: F811
    number = post("ward", about(people[0])).json()["number"]
    said = signed_in("ward").get(f"/api/referrals/{number}")
    assert said.status_code == 200
    assert [one["what"] for one in said.json()["happened"]] == [
        "Done: The referrer writes the referral",
        "Referred by Hospital ward",
    ]
    assert people[0].columns["family_name"] not in said.content.decode()
    other, unknown = (signed_in("surgery").get(f"/api/referrals/{one}") for one in (number, 999_999))
    assert other.status_code == unknown.status_code == 404 and other.content == unknown.content
    assert signed_in("gp").get(f"/api/referrals/{number}").status_code == 403


def test_who_is_not_known_needs_a_name_and_a_locality(post):
    person = {"family_name": "Newcomer", "birth_date": "1942-08-06"}
    refused = post("ward", SENT | {"person": person})
    assert refused.json()["problems"] == {"locality": "Choose the locality in which the person is"}
    assert post("ward", SENT | {"person": person | {"locality": "north"}}).status_code == 201
    assert Referral.objects.get().family_name == "Newcomer"


WRONG = [
    ({"origin": "the_moon"}, "origin", "Choose who refers"),
    ({"answers": {}}, "main_trouble", "Answer: What is the main trouble?"),
    ({"answers": SENT["answers"] | {"shoe_size": 43}}, "shoe_size", "Nobody asks this."),
    ({"answers": SENT["answers"] | {"main_trouble": "bored"}}, "main_trouble", "Choose one answer"),
    ({"more": 1}, "more", "Extra inputs"),
    ({"pathway": "another"}, "pathway", "Not one to which you refer."),
]


def test_what_does_not_fit_is_said_of_each_field(post, people):  # noqa: F811
    for change, field, sentence in WRONG:
        answer = post("ward", about(people[0], **change))
        assert answer.status_code == 400 and sentence in answer.json()["problems"][field], answer.content
    assert not Referral.objects.exists() and not Draft.objects.exists()


def test_what_is_no_referral_at_all(post, people):  # noqa: F811
    whole = orjson.dumps(about(people[0]))
    assert post("ward", whole, key="").status_code == 400
    assert post("ward", whole, kind="text/plain").status_code == 415
    assert post("ward", b"{").status_code == 400
    assert post("ward", whole.replace(b"a week", b"a\\u0000week")).status_code == 400
    mixed = {"nhs_number": people[0].columns["nhs_number"], "birth_date": "1900-01-01"}
    assert "another date of birth" in post("ward", SENT | {"person": mixed}).json()["problems"]["person.birth_date"]
    assert post("gp", whole).status_code == 403 and post("taker", whole).status_code == 403
    assert not Referral.objects.exists()
