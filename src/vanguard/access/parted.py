"""What was kept for a person whose record was parted since: whose it may be, until somebody says, and asking again."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models

from vanguard.access.following import who_they_may_be

if TYPE_CHECKING:
    from vanguard.access.rules import Actor


class SaidWhose(models.Model):
    """That somebody said whose a thing of parted records is, or asked again. Added to, never changed.

    It names nobody: whose it was said to be, the audit trail says. `parted_from` and `parted_in` are kept, so that what
    was said by mistake can be asked again.
    """

    parted_from = models.CharField(max_length=64)
    parted_in = models.BigIntegerField()
    again = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.parted_from} {self.at:%Y-%m-%d}"


class OfSomebody(models.Model):
    """A thing of one person, open until `ended_at`, whose table of `SaidWhose` rows is called `settled`.

    `parted_from` is whose it was before their records were parted, in the linking `parted_in`, until somebody says
    whose it is.
    """

    parted_from = models.CharField(max_length=64, blank=True)
    parted_in = models.BigIntegerField(default=0)

    class Meta:
        abstract = True

    if TYPE_CHECKING:
        pk: Any
        person_id: Any
        ended_at: Any
        settled: Any


def part(table: type[OfSomebody], parted: Collection[str], number: int) -> None:
    """Whose the open things of these persons are is asked from now on; what was asked before stays as it was asked."""
    for was in parted:
        held = table._default_manager.filter(person_id=was, ended_at=None, parted_from="")
        held.update(parted_from=was, parted_in=number)


def whose(one: OfSomebody) -> tuple[str, ...]:
    """Whose a thing may be whose person's record was parted from another's since; nobody where that is settled."""
    return who_they_may_be(one.parted_from, one.parted_in) if one.parted_from else ()


def said_to_be(one: OfSomebody, person_id: str, *, by: "Actor", now: datetime) -> None:
    """Somebody says whose it is; who said so is kept. Does not save the thing itself."""
    _keep(one, by, now, again=False)
    one.person_id, one.parted_from = person_id, ""


def may_ask_again(one: OfSomebody) -> bool:
    """Whether somebody said whose an open thing of parted records is, which can have been a mistake."""
    # Of nearly everything it is known without asking: nothing was ever parted.
    return one.parted_in > 0 and not one.ended_at and not one.parted_from and one.settled.exists()


def asked_again(one: OfSomebody, *, by: "Actor", now: datetime) -> None:
    """Whose it is is open once more; who asked is kept. Does not save the thing itself.

    Of records that were parted several times it is asked as at the first: each answer was one of those whose it might
    be then, so that everybody is asked about whom any of the answers may have missed.
    """
    first = one.settled.order_by("pk")[0]
    one.parted_from, one.parted_in = first.parted_from, first.parted_in
    _keep(one, by, now, again=True)


def _keep(one: OfSomebody, by: "Actor", now: datetime, *, again: bool) -> None:
    one.settled.create(
        parted_from=one.parted_from, parted_in=one.parted_in, again=again, at=now, by_id=by.user_id, role=by.role.id
    )
