"""What the rehearsal does to a place, each in a process of its own: `python -m tests.backup.rehearsal STEP`.

make    a small place that is used: looks, an emergency, a session
use     goes on using it and loading into it until a file `stop` stands beside the place
tell    prints as JSON all that the place holds
"""

import hashlib
import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import django
import pyarrow as pa
from tests.small_place import NOW, fill_place, make_people

from vanguard import console
from vanguard.lake import Lake, tables
from vanguard.service_tables import bring_up_to_date

QUARANTINED = {
    "row_id": "q1", "feed": "gp_events", "file": "gp_events_20261120.csv", "line": 17, "column": "event_at",
    "reason": "event_at is x; expected a date.", "row": "{}", "load_id": "a1", "extracted_at": NOW,
}  # fmt: skip


def make(place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    bring_up_to_date()
    fill_place(place, make_people(40), [QUARANTINED])
    for name, text in {"extracts/gp/gp_events_20261120.csv": "a,b\n1,2\n", "feeds/ours.yaml": "feed: ours\n"}.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    signed_in("analyst").get("/people/next")
    open_in_an_emergency(1)


def use(place: Path) -> None:
    """Emergencies, generations of the lake and publications, one after the other; at least one."""
    from vanguard.know.record import publish

    rounds, people = 0, make_people(40)
    bodies = pa.record_batch(
        {"person_id": [one.id for one in people], "body": [json.dumps(one.record) for one in people]}
    )
    while not rounds or not place.with_name("stop").exists():
        rounds += 1
        open_in_an_emergency(rounds)
        lake = Lake(place)
        later = NOW + timedelta(minutes=rounds)
        with lake.write(later) as batch, lake.connect() as con:
            batch.replace("quarantine", con, f"SELECT * REPLACE ({rounds} AS line) FROM quarantine")
        publish(lake, later, [bodies])
        place.with_name("rounds").write_text(str(rounds))


def tell(place: Path) -> None:
    from vanguard.access.audit import verify
    from vanguard.access.models import BreakGlass, Session
    from vanguard.access.secrets import pseudonym
    from vanguard.know.record import refreshed

    trail = verify(place / "audit")
    shown = refreshed()
    told = {
        "sessions": Session.objects.count(),
        "database": database(),
        "lake": {name: digest(lake_rows(Lake(place), name)) for name in tables()},
        "generation": Lake(place).manifest().generation,
        "published": shown.generation if shown else 0,
        "intact": trail.intact,
        "audit": [line for line in audit(place) if line["what"] not in ("opened", "backup", "restore")],
        "noted": [line["what"] for line in audit(place) if line["what"] in ("backup", "restore")],
        "opened": list(BreakGlass.objects.exclude(opened_at=None).order_by("pk").values_list("person_id", flat=True)),
        "pseudonym": pseudonym(place, "ann"),
        "files": {
            str(path.relative_to(place)): path.read_text() for path in [*place.glob("feeds/*"), *place.rglob("*.csv")]
        },
        "open_to_others": sorted(str(path) for path in place.rglob("*") if path.stat().st_mode & 0o007),
    }
    print(json.dumps(told))


def signed_in(username: str) -> Any:
    from django.test import Client

    from vanguard.web.demo_users import DEMO_PASSWORD

    client = Client()
    assert client.post("/sign-in", {"username": username, "password": DEMO_PASSWORD}).status_code == 302
    return client


def open_in_an_emergency(number: int) -> None:
    """The GP opens one of the people whom no GP of the practice cares for, and reads the record."""
    from vanguard.know.record.models import PersonIndex

    person = list(PersonIndex.objects.exclude(practice="K80001").order_by("pk"))[number % 20]
    client = signed_in("gp")
    asked = {
        "nhs_number": person.nhs_number,
        "birth_date": person.birth_date.isoformat(),
        "reason": "unconscious in our department",
    }
    assert client.post("/people/emergency", asked).status_code == 302
    assert client.get(f"/people/{person.pk}").status_code == 200


def database() -> dict[str, str]:
    """A digest of the rows of every model but sessions."""
    from django.apps import apps

    models = [model for model in apps.get_models(include_auto_created=True) if model.__name__ != "Session"]
    return {model._meta.label: digest(model.objects.values_list()) for model in models}


def digest(rows: Any) -> str:
    listed = sorted(repr(tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)) for row in rows)
    return hashlib.sha256("\n".join(listed).encode()).hexdigest()


def lake_rows(lake: Lake, table: str) -> list[tuple[Any, ...]]:
    with lake.connect() as con:
        return con.execute(f"SELECT * FROM {table}").fetchall()


def audit(place: Path) -> list[dict[str, Any]]:
    files = sorted(file for file in (place / "audit").glob("*.jsonl") if file.name != "ledger.jsonl")
    lines = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    # Files are named by day and process: within one day the order of their names means nothing.
    return sorted(lines, key=lambda line: str(line["at"]))


if __name__ == "__main__":
    os.umask(0o077)
    django.setup()
    {"make": make, "use": use, "tell": tell}[sys.argv[1]](console.home())
