"""What a newer version would mean for a site: what it works by now and what it would work by, simulated alike."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from vanguard.blueprint import BadBlueprint, Blueprint, read_version, versions_of
from vanguard.errors import BadInput
from vanguard.learn.simulate import simulate
from vanguard.programme.blueprints.kept import beside, every_version
from vanguard.programme.blueprints.models import Adoption, Foreseen
from vanguard.programme.blueprints.varying import of, with_own

RUNS, DAYS = 4, 28
"""As many as tell a large difference within a minute or so; a place that decides runs more with `vanguard simulate`."""
APART, ALIKE = "The runs of the two do not overlap.", "The runs of the two overlap: no clear difference."


def behind() -> list[Adoption]:
    """The adoptions of a version that is not the newest here."""
    rows = Adoption.objects.select_related("site").order_by("blueprint", "key")
    newest = {name: versions_of(name, beside())[-1:] for name in set(rows.values_list("blueprint", flat=True))}
    return [one for one in rows if newest[one.blueprint] and newest[one.blueprint] != (one.version,)]


def foreseen(adoption: Adoption, version: str) -> Foreseen | None:
    """What was worked out of this version for the adoption as it stands; None where that is of another text."""
    kept = Foreseen.objects.filter(adoption=adoption, version=version).first()
    return kept if kept and kept.made_from == _made_from(adoption, version) else None


def foresee(adoption: Adoption, now: datetime) -> Foreseen:
    """Work out what the newest version would mean, unless it was already, and keep it."""
    version = versions_of(adoption.blueprint, beside())[-1]
    if kept := foreseen(adoption, version):
        return kept
    problem, found = "", {}
    try:
        found = _compared(adoption, version)
    except BadBlueprint as bad:
        problem = f"One of the two has {len(bad.mistakes):,} mistakes: {bad.mistakes[0]}"
    except BadInput as bad:
        problem = str(bad)
    told = {"version": version, "made_from": _made_from(adoption, version), "at": now}
    row, _ = Foreseen.objects.update_or_create(
        adoption=adoption, defaults={**told, "problem": problem[:2000], "found": found}
    )
    return row


def _compared(adoption: Adoption, version: str) -> dict[str, Any]:
    before = of(adoption)
    try:
        after, fits = with_own(adoption.blueprint, version, adoption.own, adoption.since), True
    except BadInput:
        after, fits = read_version(adoption.blueprint, version, beside()), False
    one, other = _run(before, adoption.version), _run(after, version)
    return {"days": DAYS, "runs": RUNS, "fits": fits, "lines": list(_lines(one, other))}


def _run(blueprint: Blueprint, version: str) -> dict[str, Any]:
    if not blueprint.simulate.arrivals:
        what = f"Version {version} assumes nothing of how many people come, so it cannot be simulated."
        raise BadInput(what, do="Write its simulate.yaml.")
    return simulate(blueprint, replications=RUNS, days=DAYS).found


def _lines(before: dict[str, Any], after: dict[str, Any]) -> Iterator[list[str]]:
    """What, before, after, and whether the runs tell them apart: promises first, then staff and beds."""
    for kind, share, words in (("clocks", "kept", "kept for"), ("resources", "used", "in use")):
        for id in [*before[kind], *(id for id in after[kind] if id not in before[kind])]:
            one, other = (found[kind].get(id) for found in (before, after))
            label = (other or one)["label"]
            yield [
                f"{label}: {words}",
                _told(one, share),
                _told(other, share),
                _apart(one, other, share),
            ]
    yield [
        "People who may come before a promise breaks",
        *(_growth(found["breaks_first"]) for found in (before, after)),
        "",
    ]


def _told(found: dict[str, Any] | None, share: str) -> str:
    if found is None:
        return "Not in this version"
    mean, low, high = (found[share][name] for name in ("mean", "low", "high"))
    if mean is None:
        return "Nothing came to it"
    return f"{mean:.1%}" + (
        f" ({max(low, 0):.1%} to {min(high, 1):.1%})" if low is not None and high is not None else ""
    )


def _apart(one: dict[str, Any] | None, other: dict[str, Any] | None, share: str) -> str:
    if one is None or other is None:
        return ""
    a, b = one[share], other[share]
    if None in (a["low"], a["high"], b["low"], b["high"]):
        return "It cannot be said."
    return ALIKE if a["low"] <= b["high"] and b["low"] <= a["high"] else APART


def _growth(first: dict[str, Any]) -> str:
    if first["growth"] is None:
        return "Three times as many, and all are still kept"
    return "A promise breaks as things are" if first["growth"] == 1 else f"{first['growth'] - 1:.0%} more"


def _made_from(adoption: Adoption, version: str) -> str:
    """A hash of the texts of both versions and of the site's own, and of how they are run."""
    folders = every_version().get(adoption.blueprint, {})
    parts = [f"{RUNS} {DAYS} {adoption.since} {adoption.own}"]
    for one in (adoption.version, version):
        parts += [one, *(file.read_text("utf-8") for file in _texts(folders.get(one)))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _texts(folder: Path | None) -> list[Path]:
    return sorted(folder.glob("*.yaml")) if folder else []
