from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("team", "0002_called_for_and_parted")]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="parted_in",
            field=models.BigIntegerField(default=0),
        ),
    ]
