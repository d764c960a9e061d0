"""Make the place: draw it, live it, write it down as its partners would, and put the truth beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from vanguard.errors import BadInput
from vanguard.synth import extracts
from vanguard.synth.attendances import attend
from vanguard.synth.chance import stream
from vanguard.synth.community import support, visit
from vanguard.synth.conditions import fall_ill
from vanguard.synth.days import FOREVER, window
from vanguard.synth.diagnoses import diagnose
from vanguard.synth.disorder import keep_records, truth
from vanguard.synth.falls import falls_of
from vanguard.synth.households import form
from vanguard.synth.lives import live, registrations
from vanguard.synth.names import name
from vanguard.synth.people import draw, nhs_numbers
from vanguard.synth.primary_care import write_down
from vanguard.synth.rates import rates
from vanguard.synth.stays import stay
from vanguard.synth.truth import write_truth
from vanguard.synth.write import Planted, write_feed

SOURCE = {
    "gp_registrations": "gp",
    "gp_events": "gp",
    "inpatient_spells": "acute",
    "emergency_attendances": "acute",
    "community_contacts": "community",
    "care_packages": "social_care",
}
STEPS = 4 + len(SOURCE)


@dataclass(frozen=True)
class Summary:
    """What was made: people in all (also those who have died or left), those registered on the last day,
    rows by file, rows planted wrong, and the folder."""

    people: int
    registered: int
    files: dict[str, int]
    planted: int
    out: Path


def make_place(
    people: int, seed: int, until: date, out: Path, months: int = 36, step: Callable[[str], object] = str
) -> Summary:
    """Write the six extracts of a synthetic place of `people` people for the `months` months before
    `until` into `out`, and the truth into `out`/truth. The same arguments give the same bytes. `step` is
    told each step.

    Raises BadInput for a number of people or months that cannot be made, and where `out` holds something
    else.
    """
    if not 1 <= months <= 240:
        raise BadInput(f"The extracts can cover 1 to 240 months; {months} were asked for.")
    numbers = nhs_numbers(stream(seed, "nhs_numbers"), people)
    paths = {feed: out / f"{feed}_{until:%Y%m%d}.csv" for feed in SOURCE}
    _empty_enough(out, set(paths.values()))

    def part(of: str) -> np.random.Generator:
        return stream(seed, of)

    when = window(until, months)
    step("people")
    drawn, households = form(part("households"), draw(part("people"), people, when), when)
    names = name(part("names"), drawn, households)
    lives = live(part("lives"), drawn, households, when)
    conditions = fall_ill(part("conditions"), lives)
    step("hospital care")
    stays = stay(part("stays"), lives, conditions)
    diagnoses = diagnose(part("diagnoses"), lives, conditions, stays)
    through_ed = part("through_ed").random(len(stays)) < rates("hospital")["through_ed"]
    attendances = attend(part("attendances"), lives, stays, through_ed)
    sites = extracts.hospital_sites(part("sites"), lives, stays)
    step("community care")
    contacts = visit(part("contacts"), lives, stays)
    packages = support(part("packages"), lives, stays)
    step("general practice")
    entries = write_down(part("entries"), lives, conditions, stays, falls_of(lives, stays, attendances))
    listed = registrations(lives)

    true = truth(lives, names, numbers)
    known = {
        "gp": listed.person,
        "acute": np.concatenate([stays.person, attendances.person]),
        "community": contacts.person,
        "social_care": packages.person,
    }
    records = {
        source: keep_records(part(f"records {source}"), lives, true, those, source) for source, those in known.items()
    }
    out.mkdir(parents=True, exist_ok=True)
    gp, acute = records["gp"], records["acute"]
    layouts: dict[str, Callable[[np.random.Generator], extracts.Columns]] = {
        "gp_registrations": lambda rng: extracts.gp_registrations(rng, lives, gp, listed),
        "gp_events": lambda rng: extracts.gp_events(rng, lives, gp, entries),
        "inpatient_spells": lambda rng: extracts.inpatient_spells(
            rng, lives, acute, stays, diagnoses, through_ed, sites
        ),
        "emergency_attendances": lambda rng: extracts.emergency_attendances(
            rng, lives, acute, attendances, diagnoses, sites
        ),
        "community_contacts": lambda rng: extracts.community_contacts(rng, lives, records["community"], contacts),
        "care_packages": lambda rng: extracts.care_packages(rng, lives, records["social_care"], packages),
    }
    files: dict[str, int] = {}
    planted: list[Planted] = []
    for feed, layout in layouts.items():
        step(feed)
        rows, wrong = write_feed(part(feed), paths[feed], feed, layout(part(f"layout {feed}")))
        files[paths[feed].name] = rows
        planted += wrong
    step("truth")
    write_truth(out / "truth", lives, households, true, records, planted)
    registered = int(((lives.gone >= when.end) & (lives.died == FOREVER)).sum())
    mistakes = sum(one.kind == "mistake" for one in planted)
    return Summary(people, registered, files, mistakes, out)


def _empty_enough(out: Path, ours: set[Path]) -> None:
    """Refuse a folder whose other CSV files would be taken for extracts of this place."""
    others = sorted(path.name for path in out.glob("*.csv") if path not in ours)
    if others:
        raise BadInput(
            f"The folder holds other extracts, {others[0]} among them.",
            where=str(out),
            do="Name an empty folder, or remove them.",
        )
