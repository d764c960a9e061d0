"""The door: a file that a place published comes in whole, or not at all and with a sentence why."""

import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from vanguard.clock import local_date
from vanguard.errors import BadInput
from vanguard.learn.board import ENDING, TOGETHER, Card, Published, PublishedMeasure, Sealed, card, opened
from vanguard.programme.days import first_day, last_day
from vanguard.programme.nobody import names_nobody
from vanguard.programme.published.learning import propose
from vanguard.programme.published.models import PublishingKey, Received, RunBlueprint, SiteMeasure, SiteVerdict
from vanguard.programme.published.tallies import tally
from vanguard.programme.sites.models import Site
from vanguard.web.presenters import things

IN_FORCE, REPLACED, OLDER, REFUSED, SAME = "in_force", "replaced", "older", "refused", "same"
EARLY = timedelta(hours=1)
"""How far a place's clock may be ahead of ours."""
# A name such as pacs@1.2.0 is no e-mail address.
VERSIONED = re.compile(r"@(?=\d+\.\d+\.\d+)")


@dataclass(frozen=True)
class Came:
    """What became of one file: `state`, for which site, and the sentence that says so."""

    name: str
    site: str
    state: str
    sentence: str


def files_of(path: Path) -> list[Path]:
    """The published files that `path` is or holds, also in the folder that `programme export` writes them to."""
    if not path.is_dir():
        return [path] if path.name.endswith(ENDING) else []
    return sorted([*path.glob(f"*{ENDING}"), *path.glob(f"published/*{ENDING}")])


def receive_file(file: Path, now: datetime, *, by: str) -> Came:
    """Take in one file, as `receive` does."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise BadInput("The file cannot be read as text.", where=str(file), do="Check the path.") from problem
    return receive(text, file.name, now, by=by)


def receive(text: str, name: str, now: datetime, *, by: str) -> Came:
    """Take in a file. The same again changes nothing; of a site's files the one made last is in force."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    known = Received.objects.filter(sha256=digest).exclude(state=REFUSED).select_related("site").first()
    if known is not None:
        assert known.site is not None
        return Came(name, known.site.name, SAME, f"{name} was received before. Nothing changes.")
    try:
        sealed, published = opened(text, name)
        site = _checked(sealed, published, name, now)
        return _keep(digest, text, name, published, site, now, by)
    except BadInput as bad:
        return _refuse(digest, name, str(bad), now, by)


def body_of(received: Received) -> str:
    """The file as it came."""
    return zlib.decompress(bytes(received.body)).decode()


def export_published(folder: Path) -> int:
    """Write the file of each site that is in force into `published` of the folder; returns how many there are."""
    rows = Received.objects.filter(state=IN_FORCE).select_related("site").order_by("site__key")
    for number, row in enumerate(rows.iterator(chunk_size=50)):
        if not number:
            (folder / "published").mkdir(parents=True, exist_ok=True)
        assert row.site is not None
        (folder / "published" / f"{row.site.key}{ENDING}").write_text(body_of(row), "utf-8")
    return rows.count()


def _checked(sealed: Sealed, published: Published, where: str, now: datetime) -> Site:
    """The site whose file it is. Raises BadInput."""
    site = Site.objects.filter(key=published.site).first()
    if site is None:
        do = "Check the short name with the place, or add the site."
        raise BadInput(f"There is no site {published.site} in this programme.", where=where, do=do)
    key = PublishingKey.objects.filter(public_key=sealed.key).select_related("site").first()
    if key is None:
        do = "Ask the place for what `vanguard publish --key` says, and add it to publishing-keys."
        raise BadInput(f"{site.name} has no key here that signed this file.", where=where, do=do)
    if key.site_id != site.pk:
        what = f"The file speaks for {site.name}, and {key.site.name} signed it."
        raise BadInput(what, where=where, do="Ask who sent it.")
    made = local_date(published.made)
    if made < first_day(key.since) or (key.until and made > last_day(key.until)):
        do = "See publishing-keys for the key that was the site's then."
        raise BadInput(f"The key was not that of {site.name} when the file was made.", where=where, do=do)
    if published.made > now + EARLY:
        raise BadInput("The file was made later than now.", where=where, do="Check the clocks of place and programme.")
    _not_to_come(published, made, where)
    for part in (*published.blueprints, *published.learning):
        for text in _texts(part.model_dump(mode="json")):
            for fault in names_nobody({"text": VERSIONED.sub(" ", text)}):
                what = fault.what.replace("The cell seems", f"“{text[:80]}” seems")
                raise BadInput(what, where=where, do="A programme holds no persons. Ask the place to leave it out.")
    return site


def _not_to_come(published: Published, made: date, where: str) -> None:
    latest = [one.points[-1][0] for each in published.blueprints for one in each.measures if one.points]
    if published.known_until > made or max(latest, default=made) > published.known_until:
        do = "Ask the place to publish again."
        raise BadInput("The file has figures of days that were to come when it was made.", where=where, do=do)


def _texts(value: Any) -> Iterator[str]:
    """Every text that people wrote: not ids, hashes and words that the form knows."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in ("id", "counts", "version", "own", "reference"):
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value


@transaction.atomic
def _refuse(digest: str, name: str, reason: str, now: datetime, by: str) -> Came:
    told = {"name": name[:200], "at": now, "by": by, "state": REFUSED, "reason": reason[:1000]}
    row, new = Received.objects.get_or_create(sha256=digest, defaults=told)
    if not new:
        Received.objects.filter(pk=row.pk).update(**told, times=row.times + 1)
    return Came(name, "", REFUSED, reason)


@transaction.atomic
def _keep(digest: str, text: str, name: str, published: Published, site: Site, now: datetime, by: str) -> Came:
    # One file of a site after the other.
    Site.objects.select_for_update().get(pk=site.pk)
    newest = Received.objects.filter(site=site, state=IN_FORCE).defer("body").first()
    older = newest is not None and newest.made is not None and published.made <= newest.made
    told = {
        "name": name[:200],
        "site": site,
        "at": now,
        "by": by,
        "made": published.made,
        "known_until": published.known_until,
        "state": OLDER if older else IN_FORCE,
        "reason": "",
        "body": zlib.compress(text.encode()),
    }
    row, _ = Received.objects.update_or_create(sha256=digest, defaults=told)
    if older:
        return Came(name, site.name, OLDER, f"{name} is kept, and a newer one of {site.name} stays in force.")
    if newest is not None:
        newest.state = REPLACED
        newest.save(update_fields=["state"])
    gone = list(SiteMeasure.objects.filter(site=site).defer("told"))
    for model in (RunBlueprint, SiteMeasure, SiteVerdict):
        model.objects.filter(site=site).delete()
    _in_force(row, site, published)
    tally(gone, SiteMeasure.objects.filter(site=site).defer("told"))
    propose(published, site, name, now, by)
    measures = sum(len(one.measures) for one in published.blueprints)
    sentence = f"{site.name}: {measures:,} measures, known to {published.known_until:%-d %B %Y}."
    if published.learning:
        sentence += f" In the library of learning: {things(len(published.learning), 'claim')}."
    return Came(name, site.name, IN_FORCE, sentence)


def _in_force(row: Received, site: Site, published: Published) -> None:
    for blueprint in published.blueprints:
        shared = {"received": row, "site": site, "blueprint": blueprint.id}
        varies = [one.model_dump() for one in blueprint.varies]
        RunBlueprint.objects.create(
            **shared, version=blueprint.version, label=blueprint.label, own=blueprint.own, varies=varies
        )
        SiteMeasure.objects.bulk_create(SiteMeasure(**shared, **_measured(one)) for one in blueprint.measures)
        SiteVerdict.objects.bulk_create(
            SiteVerdict(
                **shared,
                evaluation=one.id,
                outcome=one.outcome,
                state=one.state,
                verdict=one.verdict,
                told=one.model_dump(mode="json"),
            )
            for one in blueprint.evaluations
        )


def card_of(measure: PublishedMeasure) -> Card:
    """The card of a measure as it was published: its chart is worked out again here."""
    return card(measure.id, measure, measure.series())


def _measured(measure: PublishedMeasure) -> dict[str, Any]:
    points = measure.series()
    told = [one for one in points if one.value is not None]
    year = [one for one in points[-TOGETHER[measure.interval] :] if one.value is not None]
    of = sum(one.denominator or 0 for one in year)
    return {
        "measure": measure.id,
        "label": measure.label,
        "core": measure.core,
        "counts": measure.counts,
        "light": card_of(measure).light.colour,
        "latest": told[-1].value if told else None,
        "latest_on": told[-1].start if told else None,
        "numerator": sum(one.numerator or 0 for one in year) if of else None,
        "denominator": of or None,
        "told": measure.model_dump(mode="json"),
    }
