"""`make safety`: turns off the controls of the hazard log, one after the other, and notes what their tests said.

Those that were tried as they are now are passed over, unless they are named: `make safety CONTROLS="H08 H09.1"`.
"""

import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from tqdm import tqdm

from vanguard import clock

from .disabling import copy_of_the_source, outcome
from .log import Control, hazard_log
from .noted import Tried, holding, note, noted, state

SIDE_BY_SIDE = 2


def main(wanted: list[str], today: date) -> int:
    """Try the controls that are due, or whose names are among `wanted` or begin with one; 1 if a test shows nothing."""
    known = hazard_log().controls
    if wanted:
        due = [(name, one) for name, one in known if name in wanted or name.partition(".")[0] in wanted]
    else:
        held = {name for name, one in holding().items() if one.noticed}
        due = [(name, one) for name, one in known if name not in held]
    with tempfile.TemporaryDirectory() as folder:
        _try(Path(folder), due, today)
    shown = [name for name, one in holding().items() if one.noticed]
    print(f"{len(shown)} of {len(known)} tests fail when their control is turned off.")
    return 0 if len(shown) == len(known) or (wanted and {name for name, _ in due} <= set(shown)) else 1


def _try(folder: Path, due: list[tuple[str, Control]], today: date) -> None:
    """The controls are dealt out to a few copies of the source, so that each is changed by one alone."""
    lock = threading.Lock()
    with tqdm(total=len(due), unit="control", disable=None) as moved:

        def play(place: int) -> None:
            own = folder / str(place)
            own.mkdir()
            with copy_of_the_source(own) as copy:
                for name, control in due[place::SIDE_BY_SIDE]:
                    before = state(control, copy)
                    result = outcome(copy, control)
                    with lock:
                        # Read again: another run may have noted its own meanwhile.
                        note(noted() | {name: Tried(day=today, noticed=result.noticed, state=before)})
                        if not result.noticed:
                            moved.write(f"{name}: {result.said}")
                        moved.update()

        with ThreadPoolExecutor(SIDE_BY_SIDE) as crew:
            list(crew.map(play, range(SIDE_BY_SIDE)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], clock.local_date(clock.now())))
