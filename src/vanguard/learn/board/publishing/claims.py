"""What a place says that it learnt, in a short list that people keep by hand."""

from pathlib import Path

from pydantic import ValidationError

from vanguard.learn.board.publishing.form import PublishedClaim
from vanguard.row_file import Mistakes, read_rows

NEEDED = ("reference", "claim", "grade", "change_mind")
OPTIONAL = ("evaluation", "blueprint", "element")


def read_claims(file: Path) -> tuple[PublishedClaim, ...]:
    """The claims of a CSV file, one a line. Raises BadInput with each mistake, by line and column."""
    mistakes, found = Mistakes(str(file)), {}
    for line, row in read_rows(file, NEEDED, OPTIONAL):
        try:
            claim = PublishedClaim.model_validate(dict(row))
        except ValidationError as problem:
            for one in problem.errors(include_url=False, include_input=False):
                mistakes.add(line, str(one["loc"][0]), f"{one['msg']}.")
            continue
        if claim.reference in found:
            mistakes.add(line, "reference", f"{claim.reference} stands there twice.", do="Give each its own.")
        found[claim.reference] = claim
    mistakes.stop()
    return tuple(found.values())
