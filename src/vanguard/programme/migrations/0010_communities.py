import django.db.models.deletion
from django.db import migrations, models

import vanguard.programme.tables.fields


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0009_evaluations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Community",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(editable=False, max_length=600, unique=True)),
                ("short", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=100, unique=True)),
                ("purpose", models.CharField(max_length=500)),
                ("since", vanguard.programme.tables.fields.WhenField(blank=True, max_length=10)),
                ("sources", vanguard.programme.tables.fields.SourcesField(blank=True, max_length=400)),
                (
                    "type",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="communities",
                        to="programme.sitetype",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(editable=False, max_length=600, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("joined", vanguard.programme.tables.fields.WhenField(blank=True, db_index=True, max_length=10)),
                ("left", vanguard.programme.tables.fields.WhenField(blank=True, max_length=10)),
                ("gets", models.CharField(blank=True, max_length=500)),
                ("sources", vanguard.programme.tables.fields.SourcesField(blank=True, max_length=400)),
                (
                    "application",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="communities",
                        to="programme.application",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="members", to="programme.community"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="communities",
                        to="programme.site",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
