"""`make safety`: turns off every control of the hazard log, one after the other, and notes what the tests said."""

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml
from tqdm import tqdm

from vanguard import clock

from .disabling import Outcome, copy_of_the_source, outcome
from .log import FOLDER, Control, hazard_log

SIDE_BY_SIDE = 2
BEFORE = (
    "# Written by `make safety`, which turns off each control of hazards.yaml and runs its test, which must fail.\n"
)


def main(wanted: list[str]) -> int:
    """Turn off the controls whose names begin with one of `wanted`; with none, all, and note the result."""
    chosen = [(name, one) for name, one in hazard_log().controls if not wanted or name.startswith(tuple(wanted))]
    with tempfile.TemporaryDirectory() as folder:
        found = _outcomes(Path(folder), chosen)
    print(f"{sum(one.noticed for one in found.values())} of {len(found)} tests fail when their control is turned off.")
    if not wanted:
        noted = {
            "day": clock.local_date(clock.now()),
            "controls": len(found),
            "noticed": sum(one.noticed for one in found.values()),
            "unnoticed": sorted(name for name, one in found.items() if not one.noticed),
        }
        (FOLDER / "turned-off.yaml").write_text(BEFORE + yaml.safe_dump(noted, sort_keys=False), "utf-8")
    return 0 if all(one.noticed for one in found.values()) else 1


def _outcomes(folder: Path, chosen: list[tuple[str, Control]]) -> dict[str, Outcome]:
    """By name. The controls are dealt out to a few copies of the source, so that each is changed by one alone."""
    hands = [chosen[place::SIDE_BY_SIDE] for place in range(SIDE_BY_SIDE)]
    with tqdm(total=len(chosen), unit="control", disable=None) as moved:

        def play(place: int) -> dict[str, Outcome]:
            own = folder / str(place)
            own.mkdir()
            results = {}
            with copy_of_the_source(own) as copy:
                for name, control in hands[place]:
                    results[name] = outcome(copy, control)
                    if not results[name].noticed:
                        moved.write(f"{name}: {results[name].said}")
                    moved.update()
            return results

        with ThreadPoolExecutor(SIDE_BY_SIDE) as crew:
            return {name: result for some in crew.map(play, range(SIDE_BY_SIDE)) for name, result in some.items()}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
