"""Whether each id that is cited is there, and each id is given only once."""

from collections.abc import Iterable, Iterator, Mapping

from vanguard.blueprint.elements import FILES
from vanguard.blueprint.fault import Fault
from vanguard.blueprint.shape import Mention, Mentions, Shape, kinds_of
from vanguard.codes import groupings
from vanguard.lake.condition import nearest

Ids = Mapping[tuple[str, str | None], dict[str, str]]


def citation_faults(files: Mapping[str, Mapping[str, object] | None]) -> Iterator[tuple[str, Fault]]:
    """Every citation of an id that is not there, and every id that two elements have; each with its file.

    `files` holds the values of each file, None for one that could not be read: what it defines is not missed.
    """
    scopes = {kind: around for model in FILES.values() for kind, around in kinds_of(Shape.of(model))}
    unread = {kind for file, data in files.items() if data is None for kind, _ in kinds_of(Shape.of(FILES[file]))}
    mentions = {file: Mentions() for file in files}
    for file, data in files.items():
        if data is not None:
            mentions[file].add(Shape.of(FILES[file]), data)
    unread |= {kind for found in mentions.values() for kind in found.unreadable}
    known: dict[tuple[str, str | None], dict[str, str]] = {("code set", None): dict.fromkeys(groupings(), "codes")}
    for file, found in mentions.items():
        for place in found.named_twice:
            do = "Take it out."
            yield file, Fault(place, "An element's id is the name that it stands under.", do, key=True)
        for mention in found.defined:
            yield from _note(known, scopes, mention, file)
    for file, found in mentions.items():
        for mention in found.cited:
            if mention.kind not in unread:
                yield from _look_up(known, scopes, mention, file)


def _note(
    known: dict[tuple[str, str | None], dict[str, str]],
    scopes: Mapping[str, str | None],
    mention: Mention,
    file: str,
) -> Iterator[tuple[str, Fault]]:
    around = mention.within.get(scopes.get(mention.kind) or "")
    here = known.setdefault((mention.kind, around), {})
    if mention.id in here:
        what = f"There is another {mention.kind} {mention.id}, in {here[mention.id]}."
        yield file, Fault(mention.place, what, "Give one of them another id.", key=mention.is_key)
    here.setdefault(mention.id, file)


def _look_up(
    known: Ids,
    scopes: Mapping[str, str | None],
    mention: Mention,
    file: str,
) -> Iterator[tuple[str, Fault]]:
    scope = scopes.get(mention.kind)
    around = mention.within.get(scope) if scope else None
    if scope and around is not None and not _exists(known, scope, around):
        return  # what is around it does not exist, which is said already
    ids = known.get((mention.kind, around), {})
    if mention.id not in ids:
        where = f" in {scope} {around}" if around else ""
        do = nearest(mention.id, ids, otherwise=there_are(ids))
        yield file, Fault(mention.place, f"There is no {mention.kind} {mention.id}{where}.", do, key=mention.is_key)


def _exists(known: Ids, kind: str, id: str) -> bool:
    return any(id in ids for (found, _), ids in known.items() if found == kind)


def there_are(ids: Iterable[str]) -> str:
    """The ids there are, in a sentence; the first of them where they are many."""
    every = list(ids)
    if len(every) < 2:
        return f"There is only {every[0]}." if every else "There is none."
    return f"There are {', '.join(every[:20])}{f' and {len(every) - 20} more' if len(every) > 20 else ''}."
