"""The pages of a programme with 50 sites and with 1,000: do they cost the same?

`python -m benchmarks.programme_pages [sites ...]` (50 and 1000 if none is given) prints one line of JSON for each: the
seconds that loading took, and for each page the milliseconds of processor time of this process (with SQLite that is all
of it), the median of many, and its queries. The peer is the health page. Each site has partners, initiatives, targets,
an award, milestones that wait, risks, a benefit, support, an adoption, and ten measures that it published.
"""

import argparse
import csv
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.machine import line

SIZES = (50, 1000)
TIMES = 9
CAPABILITIES = ("shared_care_record", "risk_stratification", "rapid_response", "single_point_of_access", "telehealth")
LIGHTS = ("red", "amber", "green", "steady")
PAGES = {
    "health": "/health",
    "home": "/",
    "sites": "/sites",
    "sites_narrowed": "/sites?type=pch&region=North&sort=-population",
    "site": "/sites/town-7",
    "organisation": "/organisations?q=trust",
    "capability": "/capabilities/rapid_response",
    "map": "/map",
    "guide": "/guide?area=East+Midlands",
    "search": "/search?q=town",
    "milestones": "/milestones",
    "milestones_red_first": "/milestones?sort=status",
    "milestones_red": "/milestones?status=red",
    "risks_by_rating": "/risks?sort=-residual",
    "benefits_amber": "/benefits?status=amber",
    "plan": "/plan",
    "gantt": "/gantt",
    "support": "/support",
    "money": "/money",
    "scrutiny": "/scrutiny",
    "engagement": "/engagement",
    "blueprints": "/blueprints",
    "blueprint": "/blueprints/pacs",
    "adoptions": "/adoptions?newness=newest",
    "adoption": "/adoptions/town-7-pacs",
    "learning": "/learning",
    "boards": "/boards",
    "boards_sites": "/boards/sites",
    "board_site": "/boards/sites/town-7",
    "board_measure": "/boards/measures/pacs/measure-3",
    "tables": "/tables",
    "form": "/keep/milestones/new",
}


def main() -> None:
    """One process for each size, because Django is set up for one folder only."""
    asked = argparse.ArgumentParser(prog="benchmarks.programme_pages")
    asked.add_argument("sizes", nargs="*", type=int, default=list(SIZES))
    sizes = asked.parse_args().sizes
    if len(sizes) > 1:
        for one in sizes:
            subprocess.run([sys.executable, "-m", "benchmarks.programme_pages", str(one)], check=True)
        return
    with tempfile.TemporaryDirectory() as folder:
        line("programme_pages", sites=sizes[0], **measure(Path(folder), sizes[0]))


def measure(folder: Path, sites: int) -> dict[str, Any]:
    """Make the programme, load it by its own door, and ask for each page."""
    from benchmarks.referral_point import set_up
    from vanguard.programme import HISTORY, found

    found(folder / "programme", "Many towns")
    set_up(folder / "programme", "")
    from vanguard import clock
    from vanguard.programme.tables.writing import load
    from vanguard.web.demo_programme import make_programme_users

    make_programme_users()
    load(HISTORY, clock.now())
    for name, rows in tables(sites).items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
            told = list(rows)
            writer = csv.DictWriter(out, list(told[0]))
            writer.writeheader()
            writer.writerows(told)
    began = time.process_time()
    load_folder = folder / "many"
    load_folder.mkdir()
    for file in folder.glob("*.csv"):
        file.rename(load_folder / file.name)
    load(load_folder, clock.now())
    took = time.process_time() - began
    publish(clock.now())
    return {"load_seconds": round(took, 1), "load_average": round(os.getloadavg()[0], 1), "pages": pages()}


def tables(sites: int) -> dict[str, Iterator[dict[str, Any]]]:
    """The rows of each table."""
    towns = range(sites)
    return {
        "sites": (
            {
                "short": f"town-{n}", "name": f"Town {n}", "type": ("pch", "mcp", "pacs")[n % 3],
                "population": 30_000 + 20 * n, "region": ("North", "South", "London")[n % 3],
                "latitude": 50.5 + n % 40 / 10, "longitude": -3 + n // 40 / 6,
            }
            for n in towns
        ),
        "organisations": ({"name": f"Trust {n}", "kind": "acute_trust"} for n in range(sites * 4)),
        "partners": (
            {"site": f"town-{n}", "organisation": f"Trust {(n * 7 + k * 13) % (sites * 4)}", "role": "provider"}
            for n in towns for k in range(8)
        ),
        "initiatives": (
            {"site": f"town-{n}", "elsewhere": "", "capability": one, "summary": "What it does"}
            for n in towns for one in CAPABILITIES
        ),
        "targets": (
            {"site": f"town-{n}", "elsewhere": "", "metric": "emergency_admissions", "status": "aim",
             "direction": "down", "value": 5 + k, "unit": "per cent"}
            for n in towns for k in range(2)
        ),
        "awards": (
            {"short": f"town-{n}-1", "fund": "transformation-fund", "recipient": f"Town {n}", "stage": "approved",
             "amount": 50_000, "year": "2016/17"} for n in towns
        ),
        "award-shares": ({"award": f"town-{n}-1", "site": f"town-{n}", "amount": 50_000} for n in towns),
        "support-packages": (
            {"site": f"town-{n}", "area": "evaluation_and_metrics", "state": "agreed", "what": "Help", "lead": "Lead",
             "agreed": "2026-01"} for n in towns
        ),
        "blockers": (
            {"reference": f"b-{n}", "site": f"town-{n}", "what": "No line", "raised": "2026-01", "who_acts": "Lead",
             "act_by": f"2026-{1 + n % 12:02}"} for n in towns
        ),
        "milestones": (
            {"short": f"m-{n}-{k}", "name": f"Step {k}", "site": f"town-{n}", "due": f"2026-{1 + (n + k) % 12:02}",
             "forecast": f"2027-{1 + n % 12:02}" if k % 3 else "", "done": "2026-01" if not k else ""}
            for n in towns for k in range(6)
        ),
        "waits": (
            {"milestone": f"m-{n}-{k + 1}", "for_milestone": f"m-{n}-{k}", "for_dependency": ""}
            for n in towns for k in range(3)
        ),
        "risks": (
            {"short": f"r-{n}-{k}", "name": "It is late", "site": f"town-{n}", "milestone": f"m-{n}-{k + 2}",
             "owner": "Lead", "likelihood": 5, "impact": 5, "mitigation": "Look",
             "residual_likelihood": 1 + (n + k) % 5, "residual_impact": 4, "raised": "2026-01"}
            for n in towns for k in range(2)
        ),
        "benefits": (
            {"short": f"bf-{n}", "name": "Fewer stays", "site": f"town-{n}", "metric": "emergency_admissions",
             "unit": "stays", "baseline": 100, "baseline_on": "2025", "forecast": 80, "forecast_on": "2028",
             "latest": 100 - n % 30, "latest_on": "2026-06"} for n in towns
        ),
        "adoptions": (
            {"short": f"town-{n}-pacs", "site": f"town-{n}", "blueprint": "pacs", "version": "0.1.0",
             "since": "2026-01", "adopted_by": "Board"} for n in towns
        ),
        "learning": (
            {"reference": f"l-{n}", "claim": "It helps", "grade": "said", "site": f"town-{n}", "change_mind": "No fall",
             "proposed": "2026-02", "state": "proposed"} for n in towns
        ),
    }  # fmt: skip


def publish(now: Any) -> None:
    """What each site published last, written without its door: signatures are not what pages cost."""
    from vanguard.programme.published.models import Received, RunBlueprint, SiteMeasure
    from vanguard.programme.published.tallies import tally
    from vanguard.programme.sites.models import Site

    towns = list(Site.objects.filter(key__startswith="town-").order_by("pk"))
    files = Received.objects.bulk_create(
        Received(sha256=f"{one.pk:064}", name="f", site=one, at=now, made=now, known_until=now.date(), state="in_force")
        for one in towns
    )
    told = _measure()
    RunBlueprint.objects.bulk_create(
        RunBlueprint(received=file, site=one, blueprint="pacs", version="0.1.0", label="Pacs", varies=[])
        for one, file in zip(towns, files, strict=True)
    )
    SiteMeasure.objects.bulk_create(
        (
            SiteMeasure(
                received=file, site=one, blueprint="pacs", measure=f"measure-{k}", label=f"Measure {k}", core=k < 5,
                counts="a" * 64, light=LIGHTS[(one.pk + k) % 4], latest=5.0, numerator=50 + one.pk % 40,
                denominator=1000, told=told | {"id": f"measure-{k}", "label": f"Measure {k}"},
            )
            for one, file in zip(towns, files, strict=True) for k in range(10)
        ),
        batch_size=500,
    )  # fmt: skip
    tally((), SiteMeasure.objects.defer("told"))


def _measure() -> dict[str, Any]:
    points = [[f"{2024 + k // 12}-{1 + k % 12:02}-01", 50 + 5 * (k % 4), 1000, ""] for k in range(30)]
    state = {"light": "green", "variation": "common", "assurance": None, "mean": 5.0, "lower": 3.0, "upper": 7.0}
    return {
        "definition": "Stays", "core": True, "counts": "a" * 64, "interval": "month", "direction": "down", "per": 100.0,
        "summed": False, "share": False, "target": None, "rebased": [], "points": points,
        "state": state | {"sentence": "Usual."},
    }  # fmt: skip


def pages() -> dict[str, Any]:
    """Milliseconds of processor time and queries of each page, asked by a director."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from vanguard.web.demo_users import DEMO_PASSWORD

    client, found = Client(SERVER_NAME="127.0.0.1"), {}
    assert client.post("/sign-in", {"username": "director", "password": DEMO_PASSWORD}).status_code == 302
    for name, path in PAGES.items():
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path)
            # Asking again forgets them.
            queries = len(asked)
        assert answer.status_code == 200, (path, answer.status_code)
        times = []
        for _ in range(TIMES):
            began = time.process_time()
            client.get(path)
            times.append(time.process_time() - began)
        found[name] = {
            "ms": round(statistics.median(times) * 1000, 1),
            "queries": queries,
            "kb": len(answer.content) // 1000,
        }
    return found


if __name__ == "__main__":
    main()
