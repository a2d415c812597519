from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("work", "0001_initial")]

    operations = [
        migrations.RemoveIndex(model_name="touch", name="touch_staff_day"),
        migrations.RemoveIndex(model_name="touch", name="touch_own_day"),
        migrations.AddIndex(
            model_name="touch",
            index=models.Index(fields=["day_on"], condition=models.Q(contact_key=None), name="touch_here_day"),
        ),
    ]
