"""A person's record as JSON through the real server, access and audit included, beside a trivial Django view.

`python -m benchmarks.record [people ...]` prints one line of JSON for each size (20,000 if none is given).
Both are asked by the same signed-in user through the same middleware; rounds alternate. Bodies are compared
with what was published, and every answer must have its line in an intact audit trail.

Two loads, in turn: 32 connections, each asking again as soon as it is answered, so that both workers are always busy
and a request mostly waits for others; and, under `light`, 4 connections, which tell more of what one itself takes.
"""

import http.client
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.load_client import Load, load
from benchmarks.machine import line

ROUNDS, SECONDS = 5, 3.0
LIGHT = 4
WORKERS = 2
NOW = datetime(2018, 8, 6, 9, tzinfo=UTC)


def main() -> None:
    """One process for each size, because Django is set up for one place only."""
    sizes = [int(size) for size in sys.argv[1:]] or [20_000]
    if len(sizes) > 1:
        for size in sizes:
            subprocess.run([sys.executable, "-m", "benchmarks.record", str(size)], check=True)
        return
    with tempfile.TemporaryDirectory() as folder:
        line("record", **measure(Path(folder), sizes[0]))


def measure(home: Path, people: int) -> dict[str, Any]:
    """Make a place of so many people, serve it, load it; all results of one size."""
    os.environ |= {
        "VANGUARD_HOME": str(home),
        "VANGUARD_DEMO": "1",
        # Counted as always, and never one too many.
        "VANGUARD_LIMITS": "api=999999999",
        "DJANGO_SETTINGS_MODULE": "vanguard.web.settings",
    }
    import django

    django.setup()
    began = time.perf_counter()
    cookie = make_place(home, people)
    published = time.perf_counter() - began
    # What was just written goes to the disk now, not while answers wait there for their audit line.
    os.sync()
    paths = [f"/api/persons/{_id(n)}/record" for n in range(people)]
    views: dict[str, list[str]] = {"trivial": ["/health"], "record": paths}
    seen: dict[str, list[Load]] = {name: [] for name in views}
    light: dict[str, list[Load]] = {name: [] for name in views}
    with served() as port:
        check_bodies(port, cookie, people)
        for name in views:
            load(port, views[name], cookie, 1, 0)
        for number in range(ROUNDS):
            for name in views:
                seen[name].append(load(port, views[name], cookie, SECONDS, number))
            for name in views:
                light[name].append(load(port, views[name], cookie, SECONDS, number, connections=LIGHT))
        check_bodies(port, cookie, people)
        page = page_milliseconds(port, cookie, people)
    every = [one for loads in (*seen.values(), *light.values()) for one in loads]
    if any(one.errors for one in every):
        raise SystemExit("Some answers were not 200.")
    asked = sum(one.requests for one in (*seen["record"], *light["record"]))
    return {
        "people": people,
        "body_bytes": len(_body(0)),
        "make_place_seconds": round(published, 1),
        **compared(seen),
        "light": {"connections": LIGHT, **compared(light)},
        "page_median_ms": page,
        "audit_lines": check_audit(home, at_least=asked),
        "client": every[0].client,
    }


def compared(seen: dict[str, list[Load]]) -> dict[str, Any]:
    """The medians over the rounds of both views, and how they compare."""
    median = {
        name: {
            what: round(statistics.median(getattr(one, what) for one in loads), 2)
            for what in ("per_second", "p50", "p99")
        }
        for name, loads in seen.items()
    }
    return {
        "ours": median["record"],
        "peer": {"name": "a trivial Django view, same server and middleware", **median["trivial"]},
        "ratio": round(median["record"]["per_second"] / median["trivial"]["per_second"], 3),
        "p99_difference_ms": round(median["record"]["p99"] - median["trivial"]["p99"], 2),
    }


def make_place(home: Path, people: int) -> str:
    """Publish so many people, each with 100 entries; returns the cookie of a clinician related to all."""
    import pyarrow as pa
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.core.management import call_command

    from vanguard.access.models import User
    from vanguard.access.sessions import SessionStore
    from vanguard.directory.models import Locality, Practice, Team
    from vanguard.know.record import publish
    from vanguard.lake import Lake

    call_command("migrate", verbosity=0)
    for number in range(7):
        locality = Locality.objects.create(code=f"L{number}", name=f"Locality {number}")
        Team.objects.create(code=f"L{number}-team", name="Team", locality=locality)
    Practice.objects.bulk_create(
        Practice(code=f"P{number}", name="Practice", locality_id=f"L{number % 7}") for number in range(56)
    )
    lake = Lake(home)
    with lake.connect() as con, lake.write(NOW) as batch:
        batch.replace(
            "person",
            con,
            f"""SELECT printf('p%09d', n) AS person_id, printf('999%07d', n) AS nhs_number,
                'Ann' AS given_name, 'Archer' AS family_name, DATE '1931-02-03' AS birth_date,
                'female' AS sex, NULL AS address,
                'HP1 1AA' AS postcode, NULL AS phone, NULL AS death_date, 'P' || (n % 56) AS practice,
                NULL AS area FROM range({people:d}) t(n)""",
        )

    def bodies() -> Iterator[pa.RecordBatch]:
        for start in range(0, people, 2_000):
            some = range(start, min(start + 2_000, people))
            yield pa.RecordBatch.from_pydict({"person_id": [_id(n) for n in some], "body": [_body(n) for n in some]})

    publish(lake, NOW, bodies())
    user = User.objects.create_user(
        "hub", name="A Clinician", role="referral_point_clinician", teams=Team.objects.all()
    )
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"sessionid={session.session_key}"


@contextmanager
def served() -> Iterator[int]:
    """The service as `vanguard serve` starts it, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "vanguard.cli", "serve", "--port", str(port), "--workers", str(WORKERS)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait()


def check_bodies(port: int, cookie: str, people: int) -> None:
    """Some records are byte for byte what was published."""
    client = http.client.HTTPConnection("127.0.0.1", port)
    for number in random.Random(people).sample(range(people), 50):
        client.request("GET", f"/api/persons/{_id(number)}/record", headers={"Cookie": cookie})
        answer = client.getresponse()
        if answer.status != 200 or answer.read() != _body(number):
            raise SystemExit(f"The record of {_id(number)} is not what was published.")


def page_milliseconds(port: int, cookie: str, people: int) -> float:
    """Median milliseconds of a person's HTML page, one after another, as the caller waits for them."""
    client = http.client.HTTPConnection("127.0.0.1", port)
    took = []
    for number in random.Random(people).sample(range(people), 100):
        began = time.perf_counter()
        client.request("GET", f"/people/{_id(number)}", headers={"Cookie": cookie})
        answer = client.getresponse()
        if b"ARCHER" not in answer.read() or answer.status != 200:
            raise SystemExit(f"The page of {_id(number)} does not show the person.")
        took.append(1000 * (time.perf_counter() - began))
    return round(statistics.median(took), 1)


def check_audit(home: Path, *, at_least: int) -> int:
    """The trail is intact and has a line for every answer; returns how many lines."""
    from vanguard.access.audit import verify

    checked = verify(home / "audit")
    if not checked.intact or checked.lines < at_least:
        raise SystemExit(f"The audit trail has {checked.lines} lines, {at_least} needed: {checked.findings[:3]}")
    return checked.lines


def _id(number: int) -> str:
    return f"p{number:09d}"


def _body(number: int) -> bytes:
    """A record of 100 entries, drawn from a pool, each with an id of its own."""
    chance = random.Random(number)
    entries = (b'{"id":"%024x",' % chance.getrandbits(96) + entry for entry in chance.choices(_pool(), k=100))
    return (
        b'{"person":{"person_id":"%s","given_name":"Ann","family_name":"Archer"},"conditions":[],'
        b'"medicines":[],"alerts":[],"entries":[%s]}' % (_id(number).encode(), b",".join(entries))
    )


@cache
def _pool() -> list[bytes]:
    """Entries without their id: most words shared, dates, codes and places not, as in real records."""
    chance = random.Random(0)
    settings = ("primary_care", "inpatient", "community", "emergency_department")
    return [
        json.dumps(
            {
                "kind": "Encounter",
                "setting": chance.choice(settings),
                "status": "finished",
                "start": f"2018-03-1{chance.randint(0, 9)}T09:00:0{chance.randint(0, 9)}Z",
                "date": f"2018-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}",
                "timed": True,
                "codes": [f"icd10:J{chance.randint(100, 999)}"],
                "display": "Chronic obstructive pulmonary disease with acute exacerbation",
                "place": f"P{chance.randint(0, 55)}",
                "source": "acute",
                "known_from": "2018-08-01T00:00:00Z",
            }
        )[1:].encode()
        for _ in range(5_000)
    ]


if __name__ == "__main__":
    main()
