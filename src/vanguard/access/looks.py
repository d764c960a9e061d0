"""When somebody last looked at a person's page, so that it can show what is new since."""

from datetime import datetime, timedelta

from vanguard.access.entitlement import Entitlement

# Looking again within this time is the same look: what was new stays marked while the page is in use.
SAME_LOOK = timedelta(minutes=30)


def last_look(entitlement: Entitlement) -> datetime | None:
    """When this actor's look before the present one was, and note the present one. None the first time.

    One indexed read; it writes only when a look begins, so reloading a page costs no write.
    """
    from vanguard.access.models import Look

    user, person, now = entitlement.actor.user_id, entitlement.person_id, entitlement.at
    look = Look.objects.filter(user_id=user, person_id=person).values_list("at", "before").first()
    if look and now - look[0] < SAME_LOOK:
        return look[1]
    before = look[0] if look else None
    Look.objects.bulk_create(
        [Look(user_id=user, person_id=person, at=now, before=before)],
        update_conflicts=True,
        unique_fields=["user", "person_id"],
        update_fields=["at", "before"],
    )
    return before
