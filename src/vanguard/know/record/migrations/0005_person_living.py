from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("record", "0004_published_made_of")]

    operations = [
        migrations.AddIndex(
            model_name="personindex",
            index=models.Index(
                fields=["locality", "person_id"], name="person_living", condition=models.Q(death_date=None)
            ),
        ),
    ]
