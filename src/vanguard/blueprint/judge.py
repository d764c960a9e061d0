"""What is wrong with the files of a blueprint as they count, whichever folder they were written in."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from vanguard.blueprint.checks import file_faults
from vanguard.blueprint.citations import citation_faults
from vanguard.blueprint.elements import FILES, Pathways, Simulate, Strict
from vanguard.blueprint.elements.answers import vocabulary_of
from vanguard.blueprint.fault import Fault
from vanguard.blueprint.saying import said
from vanguard.blueprint.shape import Shape

PATHWAYS = next(file for file, model in FILES.items() if model is Pathways)
# So many mistakes of one file are told; a file with more is better begun again.
MOST = 200


@dataclass(frozen=True)
class Judged:
    """The files that are right by themselves, and every fault with its file."""

    files: Mapping[str, Strict]
    faults: tuple[tuple[str, Fault], ...]


def judge(data: Mapping[str, Mapping[str, Any] | None]) -> Judged:
    """`data` holds the values of each file; None for one that could not be read, of which nothing is said."""
    files: dict[str, Strict] = {}
    answers = data.get(PATHWAYS, {})
    faults: list[tuple[str, Fault]] = []
    for file, model in FILES.items():
        held = data.get(file, {})
        # The conditions of a simulation speak of the questions of the pathways.
        if held is None or (model is Simulate and answers is None):
            continue
        try:
            files[file] = model.model_validate(held, context={"answers": vocabulary_of(dict(answers or {}))})
        except ValidationError as error:
            details = itertools.islice(error.errors(include_url=False), MOST)
            faults += [(file, fault) for detail in details for fault in said(held, Shape.of(model), detail)]
    faults += itertools.islice(citation_faults(data), MOST)
    faults += file_faults(files)
    return Judged(files, tuple(faults))
