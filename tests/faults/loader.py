"""Loads on request, each in a process group of its own that begins with everything imported, so that a try to kill one
takes no longer than the load itself: `python loader.py` reads lines `HOME<tab>FOLDER`, answers with the number of the
process that it made, and then with how it ended."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from vanguard.know.intake import load
from vanguard.lake import Lake

NOW = datetime(2018, 8, 6, 9, 0, tzinfo=UTC)


def main() -> None:
    for line in sys.stdin:
        home, folder = line.rstrip("\n").split("\t")
        process = os.fork()
        if not process:
            os.setsid()
            try:
                load(Lake(Path(home)), Path(folder), NOW)
            except BaseException:
                os._exit(1)
            os._exit(0)
        print(process, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
