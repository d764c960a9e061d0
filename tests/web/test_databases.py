"""The database's address: on this machine as it is, to another machine never unencrypted."""

from pathlib import Path

import pytest

from vanguard.errors import BadInput
from vanguard.web.databases import database

PLACE = Path("/place")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://localhost/vanguard",
        "postgresql://us:secret@127.0.0.1:5432/vanguard",
        "postgresql://[::1]/vanguard",
        "postgresql:///vanguard?host=/run/postgresql",
        "postgresql://%2Frun%2Fpostgresql/vanguard",
    ],
)
def test_on_this_machine_nothing_is_asked_for(url: str) -> None:
    assert "sslmode" not in database(PLACE, url)["OPTIONS"]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://us:secret@db.place.nhs.uk/vanguard",
        "postgresql://10.0.0.7/vanguard",
        "postgresql:///vanguard?host=localhost,db.place.nhs.uk",
        "postgresql://localhost/vanguard?host=db.place.nhs.uk",
        "postgresql://localhost/vanguard?hostaddr=10.0.0.7",
        "postgresql:///vanguard?service=elsewhere",
    ],
)
def test_to_another_machine_the_certificate_is_checked(url: str) -> None:
    assert database(PLACE, url)["OPTIONS"]["sslmode"] == "verify-full"


def test_a_place_may_say_how_it_is_encrypted_but_not_that_it_is_not() -> None:
    url = "postgresql://db.place.nhs.uk/vanguard?sslmode="
    for mode in ("require", "verify-ca", "verify-full"):
        assert database(PLACE, url + mode)["OPTIONS"]["sslmode"] == mode
    for mode in ("disable", "allow", "prefer", "of-ours"):
        with pytest.raises(BadInput, match="unencrypted") as refused:
            database(PLACE, url + mode)
        assert "secret" not in str(refused.value)


def test_what_is_no_address_of_postgresql_is_refused() -> None:
    for url in ("mysql://localhost/vanguard", "postgresql://localhost", "vanguard"):
        with pytest.raises(BadInput, match="not one we can use"):
            database(PLACE, url)
