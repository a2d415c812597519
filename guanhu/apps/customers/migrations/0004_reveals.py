# That somebody read a sealed value in full is counted.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0003_reseal"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reveal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("staff_no", models.CharField(max_length=40, verbose_name="工号")),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("phone", "手机号码"),
                            ("id_no", "证件号码"),
                            ("address", "详细地址"),
                            ("email", "电子邮箱"),
                            ("account_no", "账号"),
                            ("card_no", "卡号"),
                        ],
                        max_length=12,
                        verbose_name="哪一项",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="时刻")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["staff_no", "at"], name="reveal_of_staff")],
            },
        ),
    ]
