# What a customer's assets changed by on each day of the last three months, beside the standing it adds up to.

import django.contrib.postgres.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0018_standing_keeper"),
        ("people", "0007_exported"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="changed_on",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.DateField(), null=True, size=None, verbose_name="近三个月管理资产有变动的日子"
            ),
        ),
        migrations.AddField(
            model_name="standing",
            name="changes_fen",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), null=True, size=None, verbose_name="各变动多少"
            ),
        ),
        migrations.AddConstraint(
            model_name="standing",
            constraint=models.CheckConstraint(
                condition=models.Q(("changed_on__len", models.F("changes_fen__len"))), name="standing_changes_have_days"
            ),
        ),
    ]
