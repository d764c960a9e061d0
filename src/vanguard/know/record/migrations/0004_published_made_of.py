from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("record", "0003_live_entry")]

    operations = [
        migrations.AddField(
            model_name="published",
            name="made_of",
            field=models.TextField(default=""),
        ),
    ]
