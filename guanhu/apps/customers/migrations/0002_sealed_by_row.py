# Sealed values are bound to their rows; numbers are found again by keyed hashes beside them.

from django.db import migrations, models

import guanhu.apps.people.vault


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0001_initial"),
        ("people", "0003_roles_and_covers"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="account_no_hash",
            field=guanhu.apps.people.vault.LookupField(form="account", null=True, of="account_no"),
        ),
        migrations.AddField(
            model_name="account",
            name="card_no_hash",
            field=guanhu.apps.people.vault.LookupField(form="account", null=True, of="card_no"),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="tail_hash",
            field=guanhu.apps.people.vault.LookupField(form="tail", null=True, of="value"),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="value_hash",
            field=guanhu.apps.people.vault.LookupField(form="phone", null=True, of="value"),
        ),
        migrations.AddField(
            model_name="customer",
            name="email_hash",
            field=guanhu.apps.people.vault.LookupField(form="email", null=True, of="email"),
        ),
        migrations.AddField(
            model_name="customer",
            name="id_no_hash",
            field=guanhu.apps.people.vault.LookupField(form="identity", null=True, of="id_no"),
        ),
        migrations.AlterField(
            model_name="account",
            name="account_no",
            field=guanhu.apps.people.vault.SealedField(row=("key",), verbose_name="账号"),
        ),
        migrations.AlterField(
            model_name="account",
            name="card_no",
            field=guanhu.apps.people.vault.SealedField(blank=True, null=True, row=("key",), verbose_name="卡号"),
        ),
        migrations.AlterField(
            model_name="contactpoint",
            name="value",
            field=guanhu.apps.people.vault.SealedField(row=("customer_id", "kind", "source"), verbose_name="号码"),
        ),
        migrations.AlterField(
            model_name="customer",
            name="address",
            field=guanhu.apps.people.vault.SealedField(blank=True, null=True, row=("key",), verbose_name="地址"),
        ),
        migrations.AlterField(
            model_name="customer",
            name="email",
            field=guanhu.apps.people.vault.SealedField(blank=True, null=True, row=("key",), verbose_name="邮箱"),
        ),
        migrations.AlterField(
            model_name="customer",
            name="id_no",
            field=guanhu.apps.people.vault.SealedField(blank=True, null=True, row=("key",), verbose_name="证件号码"),
        ),
        migrations.AlterField(
            model_name="quarantined",
            name="raw",
            field=guanhu.apps.people.vault.SealedField(
                blank=True, null=True, row=("day", "file", "row", "column", "rule"), verbose_name="原行"
            ),
        ),
        migrations.AlterField(
            model_name="quarantined",
            name="value",
            field=guanhu.apps.people.vault.SealedField(
                blank=True, null=True, row=("day", "file", "row", "column", "rule"), verbose_name="原值"
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(fields=["account_no_hash"], name="account_no_hash"),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(fields=["card_no_hash"], name="account_card_no_hash"),
        ),
        migrations.AddIndex(
            model_name="contactpoint",
            index=models.Index(fields=["value_hash"], name="contact_point_value_hash"),
        ),
        migrations.AddIndex(
            model_name="contactpoint",
            index=models.Index(fields=["tail_hash"], name="contact_point_tail_hash"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["id_no_hash"], name="customer_id_no_hash"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["email_hash"], name="customer_email_hash"),
        ),
    ]
