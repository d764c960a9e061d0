"""What was found as files: tables for a spreadsheet and one JSON for machines."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from vanguard.errors import BadInput
from vanguard.learn.simulate.comparing import Section
from vanguard.learn.simulate.findings import WEEKDAYS, id_of
from vanguard.learn.simulate.intervals import interval
from vanguard.learn.simulate.simulation import Simulation


def make(folder: Path) -> None:
    """Make a folder for files that take long to find. Raises BadInput where it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        what = f"{folder} cannot be made: {problem.strerror}."
        raise BadInput(what, where="--out", do="Name another folder.") from problem


def write(simulation: Simulation, folder: Path, summary: dict[str, Any]) -> list[Path]:
    """Write every file into a folder, which is made if it is not there; those written before are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    found = simulation.found
    tables = {
        "clocks.csv": _flat("clock", found["clocks"]),
        "steps.csv": _flat("step", found["steps"]),
        "ends.csv": _flat("end", found["ends"]),
        "resources.csv": _flat("resource", found["resources"]),
        "queues.csv": _flat("queue", found["queues"]),
        "week.csv": _week(simulation),
    }
    paths = []
    for name, rows in tables.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        paths.append(folder / name)
    paths.append(folder / "summary.json")
    paths[-1].write_bytes(orjson.dumps(summary, option=orjson.OPT_INDENT_2))
    return paths


def write_comparison(folder: Path, sections: Iterable[Section], names: Sequence[str]) -> Path:
    """Scenarios side by side, a row for each thing and a column for each scenario."""
    path = folder / "comparison.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["what", "of", *names])
        rows.writerows(
            [section.title, line.label, *(line.cells[name] for name in names)]
            for section in sections
            for line in section.lines
        )
    return path


def _flat(what: str, found: dict[str, dict[str, Any]]) -> Iterator[Iterable[Any]]:
    """A row for each; of a mean with an interval three columns."""
    for number, (id, one) in enumerate(found.items()):
        columns = dict(_columns(one))
        if number == 0:
            yield what, *columns
        yield id, *columns.values()


def _columns(one: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in one.items():
        if isinstance(value, dict):
            yield from ((name if part == "mean" else f"{name}_{part}", _short(value[part])) for part in value)
        else:
            yield name, _short(value)


def _short(value: Any) -> Any:
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _week(simulation: Simulation) -> Iterator[Iterable[Any]]:
    """Who waits, who is at work and how many promises are kept, by the hour of the week."""
    outcome = simulation.outcome
    tally, names = outcome.tallies, outcome.service.names
    ticks = np.maximum(tally.ticks, 1)
    yield "what", "id", "weekday", "hour", "mean", "low", "high"
    with np.errstate(invalid="ignore", divide="ignore"):
        series = [("waiting", queue.id, tally.queue_week[:, n] / ticks) for n, queue in enumerate(names.queues)]
        series += [("in_use", unit.id, tally.unit_week[:, n] / ticks) for n, unit in enumerate(names.units)]
        series += [
            ("kept", id_of(outcome, way, clock.id), tally.clock_week[:, n, :, 1] / tally.clock_week[:, n, :, 0])
            for n, (way, clock) in enumerate(names.clocks)
        ]
    for what, id, values in series:
        for hour in range(168):
            at = interval(values[:, hour])
            yield what, id, WEEKDAYS[hour // 24], hour % 24, *map(_short, at.values())
