"""The board with a year and with ten years of referrals behind it: is it the same time?

`python -m benchmarks.board [sqlite|postgresql] [referrals ...]` (13,000 and 130,000 if none is given) prints one line
of JSON: milliseconds of processor time of this process for a page (with SQLite that is all of it), the median of many
asked in turn, and beside it those by the clock; 400 referrals are open each time. The peer is a trivial view.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.machine import line
from benchmarks.referral_point import PEOPLE, database, fill, set_up

SIZES = (13_000, 130_000)
TIMES = 20
PAGES = {
    "trivial": ("lead0", "/health"),
    "board": ("lead0", "/referrals"),
    "board_asks_nothing_new": ("lead0", "/referrals?seen={seen}"),
    "board_asks_something_new": ("lead0", "/referrals?seen=before"),
    "beds": ("lead0", "/beds"),
    "one_referral": ("triage0", "/referrals/{number}"),
    "home": ("nurse0", "/"),
    "numbers": ("lead0", "/referrals/numbers"),
}


def main() -> None:
    asked = argparse.ArgumentParser(prog="benchmarks.board")
    asked.add_argument("database", nargs="?", default="sqlite", choices=["sqlite", "postgresql"])
    asked.add_argument("sizes", nargs="*", type=int, default=list(SIZES))
    asked.add_argument("--people", type=int, default=PEOPLE)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, database(given.database, Path(folder) / "pg") as url:
        line("board", database=given.database, **measure(Path(folder) / "place", url, given.sizes, given.people))


def measure(home: Path, url: str, sizes: list[int], people: int) -> dict[str, Any]:
    """Make the place with the first number of referrals, ask for each page, go on to the next number."""
    set_up(home, url)
    from benchmarks.referral_point.past import add_past
    from vanguard.care.hub.models import Referral

    given: dict[str, Any] = {}
    there, took = sizes[0], fill(
        people=people, past=sizes[0], undecided=60, to_visit=140, in_reablement=200, professionals=10
    )  # fmt: skip
    firsts = list(Referral.objects.exclude(ended_at=None).order_by("pk").values_list("pk", flat=True)[:10])
    for size in sizes:
        if size > there:
            began = time.perf_counter()
            add_past(firsts, size - there, people)
            there, took = size, time.perf_counter() - began
        given[str(size)] = {"make_seconds": round(took, 1), "load_average": round(os.getloadavg()[0], 1), **pages()}
    last, first = given[str(sizes[-1])], given[str(sizes[0])]
    ratios = {name: round(last[name]["cpu_ms"] / max(first[name]["cpu_ms"], 0.01), 2) for name in PAGES}
    return {"open": Referral.objects.filter(ended_at=None).count(), "sizes": given, "ratio_last_to_first": ratios}


def pages() -> dict[str, Any]:
    """Each page many times in turn, so that what else the machine does falls on all alike."""
    from django.conf import settings
    from django.test import Client

    from benchmarks.referral_point.place import PASSWORD
    from vanguard.care.hub.board import version
    from vanguard.care.hub.models import Referral

    settings.ALLOWED_HOSTS = ["*"]
    clients = {username: Client() for username, _ in PAGES.values()}
    for username, client in clients.items():
        client.post("/sign-in", {"username": username, "password": PASSWORD})
    number = (
        Referral.objects.filter(ended_at=None, step="response_visit").order_by("pk").values_list("pk", flat=True)[0]
    )
    cpu: dict[str, list[float]] = {name: [] for name in PAGES}
    clock: dict[str, list[float]] = {name: [] for name in PAGES}
    for turn in range(TIMES + 2):
        for name, (username, path) in PAGES.items():
            address = path.format(seen=version(), number=number)
            spent, began = time.process_time(), time.perf_counter()
            answer = clients[username].get(address)
            if answer.status_code not in (200, 204):
                raise SystemExit(f"{address} gave {answer.status_code}.")
            # The first two rounds fill what is kept for the life of a process.
            if turn > 1:
                cpu[name].append(1e3 * (time.process_time() - spent))
                clock[name].append(1e3 * (time.perf_counter() - began))
    return {
        name: {"cpu_ms": round(statistics.median(cpu[name]), 1), "clock_ms": round(statistics.median(clock[name]), 1)}
        for name in PAGES
    }


if __name__ == "__main__":
    main()
