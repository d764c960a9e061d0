from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="outgoing",
            name="table",
            field=models.CharField(default="care_event", max_length=20),
        ),
    ]
