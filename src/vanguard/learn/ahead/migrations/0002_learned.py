from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ahead", "0001_initial")]

    operations = [migrations.AddField("trial", "learned", models.JSONField(default=dict))]
