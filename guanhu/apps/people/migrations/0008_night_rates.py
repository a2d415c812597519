from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_exported"),
    ]

    operations = [
        migrations.AddField(
            model_name="night",
            name="rates",
            field=models.JSONField(db_default=[], default=list, verbose_name="学到的成功率"),
        ),
    ]
