from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hub", "0006_settled")]

    operations = [
        migrations.RemoveIndex(model_name="notice", name="notice_unseen"),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["role", "at"], name="notice_unseen", condition=models.Q(seen_at=None)),
        ),
    ]
