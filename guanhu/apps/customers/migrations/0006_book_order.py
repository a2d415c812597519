# A branch's customers by assets: the first fifty of sixty thousand without looking at the others.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_cases"),
        ("people", "0006_clearing_and_alarms"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                models.F("night"),
                models.F("branch"),
                models.OrderBy(models.F("average_fen"), descending=True),
                name="standing_by_assets",
            ),
        ),
    ]
