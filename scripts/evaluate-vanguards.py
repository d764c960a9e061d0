"""Writes docs/evaluations/vanguards.md with its figures, and the rows of the programme's library of evaluations: every
shipped plan on the published figures."""

import os
import sys
from pathlib import Path

from vanguard.console import progress_bar
from vanguard.errors import BadInput
from vanguard.learn.evaluate import (
    answer_all,
    for_programme,
    read_feeds,
    shipped_plans,
    vanguards_page,
    whose_they_are,
)

ROOT = Path(__file__).parent.parent
OUT = ROOT / "docs" / "evaluations"
LIBRARY = ROOT / "src" / "vanguard" / "programme" / "history" / "evaluations.csv"
SOURCE = "figures-of-the-vanguards"


def main() -> None:
    """Judge all plans and write the page, its figures and its table."""
    data = Path(os.environ.get("VANGUARD_OPEN_DATA", ROOT.parent / "shared" / "data" / "open"))
    if not data.is_dir():
        raise BadInput("There is no such folder of open data.", where=str(data), do="Name it in VANGUARD_OPEN_DATA.")
    plans = shipped_plans()
    with progress_bar("Evaluations", total=len(plans), unit="plan") as done:
        found = answer_all(plans, data, done=done)
    for path, text in vanguards_page(found, read_feeds()):
        (OUT / path).parent.mkdir(parents=True, exist_ok=True)
        (OUT / path).write_text(text, "utf-8")
    LIBRARY.write_text(for_programme(found, whose_they_are(), SOURCE), "utf-8")
    print(f"{OUT / 'vanguards.md'}: {len(plans)} plans.")


if __name__ == "__main__":
    try:
        main()
    except BadInput as problem:
        sys.exit(str(problem))
