"""What a place publishes, made from what its pages give to everybody: never from an exact count."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from vanguard import __version__
from vanguard.blueprint import Blueprint, Measure, adopted, read_version, variation
from vanguard.clock import local_date
from vanguard.errors import BadInput
from vanguard.lake import Lake
from vanguard.learn.board.cards import card
from vanguard.learn.board.evaluations import Evaluated, design_words, evaluated
from vanguard.learn.board.in_words import exact_words
from vanguard.learn.board.points import Point, Points, given, whole_place
from vanguard.learn.board.publishing.form import (
    FORMAT,
    Published,
    PublishedBlueprint,
    PublishedChange,
    PublishedClaim,
    PublishedEvaluation,
    PublishedMeasure,
    PublishedRebased,
    PublishedTarget,
    State,
)

BLUEPRINTS = "blueprints"
"""In the place: what a site's own extends may lie beside it."""


def publication(home: Path, site: str, now: datetime, learning: tuple[PublishedClaim, ...] = ()) -> Published:
    """What the place in the folder `home` tells as `site`, with what it says that it learnt. Raises BadInput where
    nothing was measured yet."""
    lake, blueprints = Lake(home), adopted(home)
    points = [given(one, whole_place(lake, one)) for one in blueprints]
    ends = [point.end for each in points for some in each.values() for point in some]
    if not ends:
        raise BadInput(
            "This place has measured nothing yet.", where=str(home), do="Run vanguard refresh and vanguard measure."
        )
    return Published(
        format=FORMAT,
        site=site,
        made=now.astimezone(UTC),
        known_until=max(ends),
        software=__version__,
        blueprints=tuple(_blueprint(home, one, each) for one, each in zip(blueprints, points, strict=True)),
        learning=learning,
    )


def _blueprint(home: Path, blueprint: Blueprint, points: Points) -> PublishedBlueprint:
    id, version = blueprint.extends.split("@") if blueprint.extends else (blueprint.id, blueprint.version)
    differs = variation(read_version(id, version, home / BLUEPRINTS), blueprint) if blueprint.extends else ()
    core = {measure for link in blueprint.logic.values() for measure in link.measured_by} or set(blueprint.measures)
    return PublishedBlueprint(
        id=id,
        version=version,
        label=blueprint.label,
        own=f"{blueprint.id}@{blueprint.version}" if blueprint.extends else "",
        varies=tuple(PublishedChange(file=one.file, place=one.place, sentence=f"{one.sentence}.") for one in differs),
        measures=tuple(
            _measure(blueprint, id, measure, points[id], core=id in core) for id, measure in blueprint.measures.items()
        ),
        evaluations=tuple(_evaluation(evaluated(blueprint, id, exactly=False)) for id in blueprint.evaluations),
    )


def _measure(
    blueprint: Blueprint, id: str, measure: Measure, points: tuple[Point, ...], *, core: bool
) -> PublishedMeasure:
    shown = card(id, measure, points)
    reading = shown.reading
    return PublishedMeasure(
        id=id,
        label=measure.label,
        definition=measure.definition,
        core=core,
        counts=_counts(blueprint, measure),
        interval=measure.interval,
        direction=measure.direction,
        per=measure.per.number if measure.per else None,
        summed=measure.sum is not None,
        share=measure.per is not None and measure.per.of == "all_counted",
        target=PublishedTarget(value=measure.target.value) if measure.target else None,
        rebased=tuple(PublishedRebased(start=one.start, because=one.because) for one in measure.rebased),
        points=tuple((one.start, _whole(one.numerator), _whole(one.denominator), one.reason or "") for one in points),
        state=State(
            light=shown.light.colour,
            variation=shown.variation,
            assurance=reading.assurance if reading else None,
            mean=reading.mean if reading else None,
            lower=reading.lower if reading else None,
            upper=reading.upper if reading else None,
            sentence=shown.sentence,
        ),
    )


def _whole(count: float | None) -> int | None:
    return None if count is None else round(count)


def _counts(blueprint: Blueprint, measure: Measure) -> str:
    """A hash of what is counted: of the words about it, without who defines it."""
    words = [one for one in exact_words(blueprint, measure) if one[0] != "Defined in"]
    return hashlib.sha256(repr((measure.interval, words)).encode()).hexdigest()


def _evaluation(one: Evaluated) -> PublishedEvaluation:
    shown = one.result if one.result and not one.result.withheld else None
    registered = one.kept.registered if one.kept else None
    return PublishedEvaluation(
        id=one.id,
        label=one.plan.label,
        question=one.plan.question,
        outcome=one.plan.outcome,
        design=design_words(one.plan),
        state=one.kept.state if one.kept else "planned",
        standing=f"It {one.standing}.",
        verdict=shown.found.verdict if shown else "",
        early=shown.found.early if shown else False,
        share=shown.found.share[0] if shown else "",
        interval=shown.found.share[1] if shown else "",
        warnings=shown.warnings if shown else (),
        written=local_date(registered.at) if registered else None,
        changed=bool(registered and registered.changes),
    )
