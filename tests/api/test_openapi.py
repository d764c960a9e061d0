"""The description that programs read: whole, of every address below /api/, and true of what is answered."""

import re

import pytest
from django.test import Client
from django.urls import get_resolver
from jsonschema import Draft202012Validator
from tests.small_place import fill_place, make_people

from vanguard.api import openapi
from vanguard.api.described import views
from vanguard.web.demo_users import DEMO_PASSWORD


def test_every_address_for_programs_is_described() -> None:
    undescribed = [
        route
        for route, view in views(get_resolver().url_patterns)
        if route.startswith("api/") and not hasattr(view, "described")
    ]
    assert undescribed == []


def test_each_part_of_an_address_is_explained_and_each_schema_is_one() -> None:
    said = openapi()
    for path, methods in said["paths"].items():
        for operation in methods.values():
            assert all(one["description"] for one in operation["parameters"]), path
            in_path = [one["name"] for one in operation["parameters"] if one["in"] == "path"]
            assert sorted(in_path) == sorted(re.findall(r"{(\w+)}", path))
            assert all(answer["description"] for answer in operation["responses"].values())
    for schema in said["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_anybody_may_read_it_and_nobody_may_read_more(db: None) -> None:
    answer = Client().get("/api/openapi.json")
    assert answer.json() == openapi()
    assert Client().get("/api/persons/p1/record").status_code == 401
    refused = Client().post("/api/openapi.json")
    assert refused.status_code == 405 and refused.headers["Allow"] == "GET, HEAD" and "error" in refused.json()


@pytest.mark.django_db
def test_records_are_as_described(place: object) -> None:
    people = make_people(12)
    fill_place(place, people)  # type: ignore[arg-type]
    client = Client()
    client.post("/sign-in", {"username": "hub", "password": DEMO_PASSWORD})
    schema = Draft202012Validator(openapi()["components"]["schemas"]["Record"])
    for person in people:
        record = client.get(f"/api/persons/{person.id}/record").json()
        assert list(schema.iter_errors(record)) == []
        # A schema that takes anything would say nothing.
        assert list(schema.iter_errors(record | {"another": 1})) and list(schema.iter_errors({"entries": []}))
