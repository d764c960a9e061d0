"""A file that a place published, read and checked by itself: its form, hash, signature, and that no number is small."""

import json
from collections.abc import Iterator
from datetime import UTC, timedelta
from typing import Any

from pydantic import ValidationError

from vanguard.access import disclose, is_signed
from vanguard.errors import BadInput
from vanguard.learn.board.publishing.form import FORMAT, Published, PublishedBlueprint, PublishedMeasure
from vanguard.learn.board.publishing.sealing import Sealed, body_of, hash_of

LARGEST = 20_000_000
"""Bytes of a file: one with 500 measures of five years has about a tenth of it."""
ASK = "Ask the place to publish again, and take the file as it is."


def opened(text: str, where: str) -> tuple[Sealed, Published]:
    """The file, and what is in it. Raises BadInput for what a place cannot have published so.

    Whose key it is, and whether there is such a site, is for the programme to say.
    """
    if len(text.encode("utf-8", "replace")) > LARGEST:
        raise BadInput(f"The file is larger than {LARGEST // 1_000_000} MB.", where=where, do=ASK)
    try:
        told: Any = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise BadInput("The file is not JSON.", where=where, do=ASK) from problem
    body = told.get("published") if isinstance(told, dict) else None
    version = body.get("format") if isinstance(body, dict) else None
    if not isinstance(body, dict):
        raise BadInput("The file is none that `vanguard publish` writes.", where=where, do=ASK)
    if version != FORMAT:
        do = "Bring the older of the two, the place or the programme, up to date."
        raise BadInput(f"The file has the format {str(version)[:20]}, and we read {FORMAT}.", where=where, do=do)
    try:
        found = Sealed.model_validate(told)
        bytes_ = body_of(found.published)
    except (ValidationError, ValueError, RecursionError) as problem:
        raise BadInput(f"The file is not whole: {_first(problem)}", where=where, do=ASK) from problem
    if hash_of(bytes_) != found.sha256:
        raise BadInput("The file was changed after it was published: its hash is another.", where=where, do=ASK)
    if not is_signed(bytes_, found.signature, found.key):
        raise BadInput("The signature is not of this file and key.", where=where, do=ASK)
    try:
        published = Published.model_validate(found.published)
    except (ValidationError, RecursionError) as problem:
        raise BadInput(f"The file does not have the form: {_first(problem)}", where=where, do=ASK) from problem
    if published.made.utcoffset() != timedelta():
        raise BadInput("The file does not say in UTC when it was made.", where=where, do=ASK)
    wrong = next(_faults(published), "")
    if wrong:
        raise BadInput(wrong, where=where, do="Nothing of it was kept. Ask the place to look into it.")
    return found, published.model_copy(update={"made": published.made.astimezone(UTC)})


def _faults(published: Published) -> Iterator[str]:
    ids = [one.id for one in published.blueprints]
    yield from (f"The blueprint {id} stands there twice." for id in ids if ids.count(id) > 1)
    claims = [one.reference for one in published.learning]
    yield from (f"The claim {one} stands there twice." for one in claims if claims.count(one) > 1)
    for blueprint in published.blueprints:
        yield from _faults_of_blueprint(blueprint)


def _faults_of_blueprint(blueprint: PublishedBlueprint) -> Iterator[str]:
    for kind, ids in (
        ("measure", [one.id for one in blueprint.measures]),
        ("evaluation", [one.id for one in blueprint.evaluations]),
    ):
        yield from (f"The {kind} {id} of {blueprint.id} stands there twice." for id in ids if ids.count(id) > 1)
    for measure in blueprint.measures:
        yield from _faults_of_measure(measure, f"{blueprint.id}, measure {measure.id}")


def _faults_of_measure(measure: PublishedMeasure, where: str) -> Iterator[str]:
    before = None
    for start, numerator, denominator, reason in measure.points:
        here = f"{where}, {start.isoformat()}"
        if before is not None and start <= before:
            yield f"{here}: the point does not come after the one before it."
        before = start
        for what, count in (("numerator", numerator), ("denominator", denominator)):
            if count is not None and disclose(count) != count:
                yield f"{here}: the {what} is a small number, or not rounded to 5, so it may point at people."
        if measure.per is None and denominator is not None:
            yield f"{here}: there is a denominator, and the measure has none."
        if numerator is None and not reason:
            yield f"{here}: there is no number, and nothing says why."
        if numerator is not None and measure.per is not None and not denominator:
            yield f"{here}: there is a numerator, and nothing to divide it by."


def _first(problem: Exception) -> str:
    """The first mistake in words: where in the file, and what was expected."""
    if isinstance(problem, ValidationError):
        first = problem.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc'])) or 'the whole'}: {first['msg'][:200].lower()}."
    return "it cannot be read."
