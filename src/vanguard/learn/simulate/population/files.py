"""What the years came to as files: tables for a spreadsheet, pictures, and one JSON for machines."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from vanguard.learn.simulate.population.causes import Chain
from vanguard.learn.simulate.population.findings import middle
from vanguard.learn.simulate.population.pictures import svg, which_does_what, who_is_where
from vanguard.learn.simulate.population.plan import YEAR

PARTS = ("mean", "low", "high")


def write(chain: Chain, found: dict[str, Any], folder: Path) -> list[Path]:
    """Write every file into a folder, which is made if it is not there; those written before are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "years.csv": _years(found),
        "causes.csv": _causes(found),
        "localities.csv": _localities(chain),
    }
    for name, rows in tables.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
    (folder / "summary.json").write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    (folder / "places.svg").write_text(svg(who_is_where(found)), encoding="utf-8")
    (folder / "causes.svg").write_text(svg(which_does_what(found)), encoding="utf-8")
    return [folder / name for name in (*tables, "summary.json", "places.svg", "causes.svg")]


def _years(found: dict[str, Any]) -> Iterator[Iterable[Any]]:
    yield "future", "year", "what", "id", *PARTS
    for future, rows in found["found"].items():
        for row in rows:
            yield future, row["year"], row["what"], row["id"], *_short(row)


def _causes(found: dict[str, Any]) -> Iterator[Iterable[Any]]:
    yield "year", "what", "id", "change", *PARTS
    for row in found["causes"]:
        yield row["year"], row["what"], row["id"], row["change"], *_short(row)


def _localities(chain: Chain) -> Iterator[Iterable[Any]]:
    """By locality and age, in the future that was run: who is there on an average night, and how often it began."""
    yield "year", "locality", "age", "place", *(f"{what}_{part}" for what in ("there", "begun") for part in PARTS)
    run = chain.whole
    population = run.model.population
    for year in range(run.nights.shape[1]):
        for at, locality in enumerate(run.model.localities):
            for a, age in enumerate(population.ages):
                for n, place in enumerate(list(population.places)[:-1]):
                    there = middle(run.nights[:, year, n, at, a] / YEAR)
                    begun = middle(run.begun[:, year, n, at, a])
                    yield population.first_year + year, locality, age, place, *_short(there), *_short(begun)


def _short(row: dict[str, Any]) -> list[float]:
    return [float(f"{row[part]:.8g}") for part in PARTS]
