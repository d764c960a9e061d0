from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("directory", "0002_placeofcare_professional"),
        ("hub", "0007_notices_of_late"),
    ]

    operations = [
        migrations.AddField("referral", "limit_at", models.DateTimeField(null=True)),
        *(
            migrations.AddField(
                "notice",
                name,
                models.ForeignKey(db_index=False, null=True, on_delete=models.PROTECT, related_name="+", to=to),
            )
            for name, to in (
                ("practice", "directory.practice"),
                ("locality", "directory.locality"),
                ("referrer", settings.AUTH_USER_MODEL),
            )
        ),
        *(
            migrations.AddIndex(
                "notice",
                models.Index(fields=[name, "role", "at"], name=f"notice_{name}", condition=models.Q(seen_at=None)),
            )
            for name in ("practice", "locality", "referrer")
        ),
    ]
