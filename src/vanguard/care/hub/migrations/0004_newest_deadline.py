from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hub", "0003_doors")]

    operations = [
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(fields=["fired_at"], name="deadline_fired"),
        ),
    ]
