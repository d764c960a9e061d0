from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import Coalesce

KEY = ("blueprint", "measure", "counts", "core", "light")


def tally_what_is_there(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """What each site published last, as the tallies will have it from now on."""
    there = Q(denominator__gt=0)
    rows = apps.get_model("programme", "SiteMeasure").objects.values(*KEY).order_by()
    told = rows.annotate(
        label=Max("label"),
        sites=Count("pk"),
        compared=Count("pk", filter=there),
        of=Coalesce(Sum("denominator", filter=there), 0.0),
        counted=Coalesce(Sum("numerator", filter=there), 0.0),
    )
    tallies = apps.get_model("programme", "MeasureTally")
    tallies.objects.bulk_create(
        tallies(
            **{name: one[name] for name in (*KEY, "label", "sites", "compared")},
            numerator=one["counted"],
            denominator=one["of"],
        )
        for one in told
    )


class Migration(migrations.Migration):
    dependencies = [("programme", "0011_boards_count_in_indexes")]

    operations = [
        migrations.CreateModel(
            name="MeasureTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("blueprint", models.CharField(max_length=60)),
                ("measure", models.CharField(max_length=60)),
                ("counts", models.CharField(max_length=64)),
                ("core", models.BooleanField()),
                ("light", models.CharField(max_length=10)),
                ("label", models.CharField(max_length=2000)),
                ("sites", models.IntegerField(default=0)),
                ("compared", models.IntegerField(default=0)),
                ("numerator", models.FloatField(default=0)),
                ("denominator", models.FloatField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("blueprint", "measure", "counts", "core", "light"), name="programme_tallied_once"
                    )
                ],
            },
        ),
        migrations.RunPython(tally_what_is_there, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="sitemeasure", name="programme_lights"),
        migrations.RemoveIndex(model_name="siteverdict", name="programme_verdicts_of"),
        migrations.AddIndex(
            model_name="siteverdict",
            index=models.Index(fields=["state", "verdict", "blueprint", "outcome"], name="programme_verdicts_of"),
        ),
        migrations.AddIndex(
            model_name="milestone",
            index=models.Index(fields=["done", "due"], name="programme_late_milestones"),
        ),
    ]
