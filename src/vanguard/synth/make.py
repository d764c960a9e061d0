"""Make the place: part by part, side by side where there are processors, then the pieces put together."""

import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import yaml

from vanguard.errors import BadInput
from vanguard.synth.columns import texts
from vanguard.synth.days import date_of, number, window
from vanguard.synth.deliveries import Every, deliveries, with_resent
from vanguard.synth.disorder import Disorder, read_disorder
from vanguard.synth.effect import Effect
from vanguard.synth.extracts import feeds
from vanguard.synth.nhs_numbers import enough
from vanguard.synth.part import PartMade, file_of, make_part
from vanguard.synth.people import drawn_for
from vanguard.synth.plan import PEOPLE_OF_A_PART, Plan
from vanguard.synth.truth import README, in_place, settings
from vanguard.synth.write import join_pieces, write_rows, write_table

MOST_AT_ONCE = 8
"""Parts made side by side at most: each takes some hundred MB."""
SNAPSHOTS = ("gp_registrations", "care_home_residents")
"""Feeds whose every file is whole."""


@dataclass(frozen=True)
class Summary:
    """What was made: people registered on the last day, persons in all (also those who have died or left), rows by
    file, rows planted wrong, and the folder."""

    people: int
    persons: int
    files: dict[str, int]
    planted: int
    out: Path


def make_place(
    people: int,
    seed: int,
    until: date,
    out: Path,
    months: int = 36,
    step: Callable[[str], object] = str,
    *,
    disorder: Disorder | None = None,
    every: Every = "once",
    times: int = 12,
    effect: Effect | None = None,
) -> Summary:
    """Write the extracts of a synthetic place with `people` registered people on the day `until`, for the `months`
    months before it, into `out`, and the truth into `out`/truth. The same arguments give the same bytes, on any number
    of processors.

    `disorder` is the usual one if not given. `every` month or day a delivery comes, `times` after the first,
    which is whole; `once`, one whole delivery. `step` is told each step: parts, then files.
    Raises BadInput for a number of people, months or deliveries that cannot be made, and where `out` holds
    something else.
    """
    if not 1 <= months <= 240:
        raise BadInput(f"The extracts can cover 1 to 240 months; {months} were asked for.")
    disorder = disorder or read_disorder("usual")
    when = window(until, months)
    in_all = drawn_for(people, when)
    enough(in_all)
    days = deliveries(number(until), every, times)
    if days[0].day <= when.start:
        raise BadInput(
            f"The first delivery would be on {date_of(days[0].day)}, before the extracts begin.",
            do="Ask for more months or fewer deliveries.",
        )
    planned = {feed: days if feed in SNAPSHOTS else with_resent(seed, feed, days, disorder) for feed in feeds()}
    plan = Plan(in_all, people, seed, when, out, disorder, planned, effect, PEOPLE_OF_A_PART)
    names = [file_of(feed, delivery) for feed, plan_of in planned.items() for delivery in plan_of]
    _empty_enough(out, {out / name for name in names})
    pieces = out / ".pieces"
    shutil.rmtree(pieces, ignore_errors=True)
    (pieces / "truth").mkdir(parents=True)
    (out / "truth").mkdir(exist_ok=True)
    made = []
    for position, one in enumerate(_parts(plan), start=1):
        step(f"part {position} of {plan.parts}")
        made.append(one)
    files = {name: sum(part.rows[name] for part in made) for name in names}
    _put_together(plan, made, step)
    shutil.rmtree(pieces)
    _write_deliveries(plan, files)
    (out / "truth" / "README.md").write_text(README, encoding="utf-8")
    (out / "truth" / "settings.yaml").write_text(yaml.safe_dump(settings(plan), sort_keys=False), encoding="utf-8")
    return Summary(sum(one.registered for one in made), in_all, files, sum(one.mistakes for one in made), out)


def steps(people: int, until: date, months: int) -> int:
    """How many steps making a place of so many people takes."""
    return -(-drawn_for(people, window(until, months)) // PEOPLE_OF_A_PART) + 1


def _parts(plan: Plan) -> Iterator[PartMade]:
    """The parts in their order, made side by side where there are several."""
    at_once = min(plan.parts, len(os.sched_getaffinity(0)), MOST_AT_ONCE)
    if at_once == 1:
        yield from (make_part(plan, part) for part in range(plan.parts))
        return
    with ProcessPoolExecutor(at_once, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(make_part, [plan] * plan.parts, range(plan.parts))


def _put_together(plan: Plan, made: list[PartMade], step: Callable[[str], object]) -> None:
    """Join the pieces of every file, and say where the planted rows came to lie."""
    step("files")
    before = dict.fromkeys(made[0].rows, 0)
    for part, one in enumerate(made):
        piece = plan.piece("truth/planted.csv", part)
        placed = in_place(piece, before) if piece.stat().st_size else None
        if placed is not None:
            write_rows(piece, [placed])
        before = {name: rows + one.rows[name] for name, rows in before.items()}
    for name, header in made[0].headers.items():
        join_pieces(plan.out / name, header, [plan.piece(name, part) for part in range(plan.parts)])


def _write_deliveries(plan: Plan, files: dict[str, int]) -> None:
    """What each file is: told beside the truth."""
    rows = []
    for feed, planned in plan.deliveries.items():
        for one in planned:
            since = one.since if feed not in SNAPSHOTS else None
            later = "snapshot" if feed in SNAPSHOTS else "delta" if one.resent is None else "resent"
            holds = "whole" if one.since is None else later
            first = date_of(since).isoformat() if since is not None else None
            rows.append((file_of(feed, one), feed, date_of(one.day).isoformat(), holds, first))
    columns = {
        name: texts([row[at] for row in rows]) for at, name in enumerate(("file", "feed", "day", "holds", "since"))
    }
    columns["rows"] = pa.array([files[row[0]] for row in rows])
    write_table(plan.out / "truth" / "deliveries.csv", pa.table(columns))


def _empty_enough(out: Path, ours: set[Path]) -> None:
    """Refuse a folder whose other CSV files would be taken for extracts of this place."""
    others = sorted(path.name for path in out.glob("*.csv") if path not in ours)
    if others:
        raise BadInput(
            f"The folder holds other extracts, {others[0]} among them.",
            where=str(out),
            do="Name an empty folder, or remove them.",
        )
