"""Shifts that were entered before there was a way to the lake are said once, as those entered since are."""

from django.db import migrations

from vanguard import clock

SOURCE, TABLE, SLICE = "rota", "shift", 500


def tell_earlier(apps, _):
    """A version of each shift of which nothing was said: when it is sent, the lake has what the rota has."""
    shift, outgoing = apps.get_model("roster", "Shift"), apps.get_model("outbox", "Outgoing")
    said = set(outgoing.objects.filter(table=TABLE, source=SOURCE).values_list("key", flat=True))
    rows = shift.objects.select_related("professional", "team").order_by("pk")
    now = clock.now()
    fresh = (
        outgoing(
            table=TABLE,
            source=SOURCE,
            source_id=str(row.pk),
            key=str(row.pk),
            linking=0,
            entry=entry(row),
            told_at=now,
        )
        for row in rows.iterator(SLICE)
        if str(row.pk) not in said
    )
    outgoing.objects.bulk_create(fresh, batch_size=SLICE)


def entry(row):
    return {
        "professional": row.professional_id,
        "employer": row.professional.employer_id,
        "pool": row.pool,
        "team": row.team_id,
        "locality": row.team.locality_id if row.team else None,
        "skills": row.skills,
        "start": row.start.isoformat(),
        "end": row.end.isoformat(),
        "withdrawn_at": row.withdrawn_at.isoformat() if row.withdrawn_at else None,
    }


class Migration(migrations.Migration):
    dependencies = [
        ("roster", "0001_initial"),
        ("outbox", "0002_table"),
        ("directory", "0002_placeofcare_professional"),
    ]

    operations = [migrations.RunPython(tell_earlier, migrations.RunPython.noop)]
