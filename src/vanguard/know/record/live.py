"""What this service itself does is in the record at once: an entry is told in the transaction that does it."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from vanguard.know.record.models import LiveEntry


def tell(person_id: str, key: str, entry: Mapping[str, Any]) -> None:
    """Put an entry into a person's record, in place of the one that was told under the same key.

    `entry` has the members of a record's entries: kind, setting, status, start, date, display, source and the like;
    beside them `plan` where it is a plan that holds, which is then shown with what matters most, and `unsettled` where
    it may be somebody else's: professionals see it, the person and their relatives do not.
    """
    text = orjson.dumps({name: value for name, value in {**entry, "id": key}.items() if value is not None}).decode()
    LiveEntry.objects.update_or_create(key=key, defaults={"person_id": person_id, "entry": text})


def take_back(keys: Iterable[str]) -> None:
    """Take entries out of the record that are told under these keys no more."""
    LiveEntry.objects.filter(key__in=list(keys)).delete()


def take_back_all(beginning: str) -> None:
    """Take every entry out of the record whose key begins so: whoever's it became meanwhile."""
    LiveEntry.objects.filter(key__startswith=beginning).delete()


def go_along(moved: Mapping[str, str], **_: Any) -> None:
    """Entries go along with persons who turn out to be somebody else; where that is open, they stay where they were."""
    for was in LiveEntry.objects.filter(person_id__in=moved).values_list("person_id", flat=True).distinct():
        if moved[was]:
            LiveEntry.objects.filter(person_id=was).update(person_id=moved[was])
