"""What the durable audit line adds to opening a person's record, in one to four writer processes at once.

Each process opens persons through `open_person` on a place of its own database connection, as a server's worker does,
and every second time without the audit line, so that both are measured in the same moments. Beside it: the line
alone. Every line that was written must stand in an intact trail. The aim: under 1 ms more at the median.
"""

import multiprocessing
import os
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.machine import line

NOW = datetime(2018, 8, 6, 9, tzinfo=UTC)
PROCESSES = (1, 2, 4)
ROUNDS, WARM = 1_500, 100
PEOPLE = 1_000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ |= {
            "VANGUARD_HOME": str(home),
            "VANGUARD_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "vanguard.web.settings",
        }
        import django

        django.setup()
        make_place()
        results = {str(count): measure(count) for count in PROCESSES}
        line("audit", target_ms=1.0, openings_of_each=ROUNDS, by_writer_processes=results, lines=checked(home))


def make_place() -> None:
    """A practice's people, enough of them that each opening is another person."""
    from django.core.management import call_command
    from django.db import connection

    from vanguard.know.record.models import PersonIndex

    call_command("migrate", verbosity=0)
    PersonIndex.objects.bulk_create(
        PersonIndex(person_id=f"p{number:06d}", practice="P1", locality="L1", digest=b"") for number in range(PEOPLE)
    )
    connection.close()


def measure(processes: int) -> dict[str, Any]:
    """Milliseconds at the median and at 99 %, and of processor time on average, over all openings of the processes."""
    fork = multiprocessing.get_context("fork")
    told: Any = fork.Queue()
    together = fork.Barrier(processes)
    children = [fork.Process(target=work, args=(number, together, told)) for number in range(processes)]
    for child in children:
        child.start()
    took: dict[str, list[float]] = {"with": [], "without": [], "line_alone": []}
    worked = dict.fromkeys(("with", "without"), 0.0)
    for _ in children:
        elapsed, processor = told.get()
        for name, some in elapsed.items():
            took[name] += some
        for name, seconds in processor.items():
            worked[name] += seconds
    for child in children:
        child.join()
    median = {name: statistics.median(some) for name, some in took.items()}
    return {
        "added_median_ms": round(median["with"] - median["without"], 3),
        "added_processor_ms": round(1000 * (worked["with"] - worked["without"]) / (processes * ROUNDS), 3),
        "ratio": round(median["with"] / median["without"], 2),
        **{
            name: {"p50_ms": round(median[name], 3), "p99_ms": round(statistics.quantiles(some, n=100)[98], 3)}
            for name, some in took.items()
        },
    }


def work(number: int, together: Any, told: Any) -> None:
    """One process: opens, by turns with and without the audit line, and writes the line alone."""
    from django.conf import settings

    from vanguard.access import Actor, audit, open_person, policy

    actor = Actor(number + 1, f"gp{number}", "A GP", policy().roles["gp"], None, "P1", frozenset(), "0" * 16)
    durable = audit.write
    entry = {"who": "gp", "role": "gp", "whom": "p000001", "what": "full", "why": "registered", "outcome": "shown"}
    took: dict[str, list[float]] = {"with": [], "without": [], "line_alone": []}
    worked = dict.fromkeys(("with", "without"), 0.0)
    together.wait()
    for turn in range(ROUNDS + WARM):
        person = f"p{(turn * 7 + number) % PEOPLE:06d}"
        for name in ("with", "without"):
            audit.write = durable if name == "with" else lambda *_: None
            began, working = time.perf_counter(), time.process_time()
            open_person(actor, person, now=NOW)
            took[name].append(1000 * (time.perf_counter() - began))
            worked[name] += (time.process_time() - working) * (turn >= WARM)
        began = time.perf_counter()
        durable(f"{settings.PLACE}/audit", entry, NOW)
        took["line_alone"].append(1000 * (time.perf_counter() - began))
    told.put(({name: some[WARM:] for name, some in took.items()}, worked))


def checked(home: Path) -> int:
    """The trail is intact and has every line."""
    from vanguard.access.audit import verify

    trail = verify(home / "audit")
    wanted = sum(PROCESSES) * (2 * (ROUNDS + WARM) + 1)
    if not trail.intact or trail.lines != wanted:
        raise SystemExit(f"The audit trail has {trail.lines} lines, {wanted} wanted: {trail.findings[:3]}")
    return trail.lines


if __name__ == "__main__":
    main()
