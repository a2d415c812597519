# Ties between customers, what we offer for a need, the plan for one customer, what health or belief is kept for.
#
# Who keeps the other one stands beside a tie; a trigger keeps it so.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import guanhu.apps.people.vault

FOLLOW = """
    CREATE FUNCTION customers_relations_follow() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        UPDATE public.customers_relation SET keeper_id = NEW.keeper_id WHERE other_id = NEW.key;
        RETURN NULL;
    END
    $$;
    CREATE TRIGGER relations_follow AFTER UPDATE OF keeper_id ON customers_customer FOR EACH ROW
    WHEN (OLD.keeper_id IS DISTINCT FROM NEW.keeper_id)
    EXECUTE FUNCTION customers_relations_follow();
"""
UNFOLLOW = """
    DROP TRIGGER relations_follow ON customers_customer;
    DROP FUNCTION customers_relations_follow();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0013_visits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Relation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.UUIDField(verbose_name="哪一条")),
                ("version", models.PositiveIntegerField(verbose_name="第几次写")),
                ("removed", models.BooleanField(db_default=False, default=False, verbose_name="已移除")),
                ("recorded_at", models.DateTimeField(verbose_name="记下的时刻")),
                (
                    "bond",
                    models.CharField(
                        choices=[
                            ("spouse", "配偶"),
                            ("parent", "父母"),
                            ("child", "子女"),
                            ("grandparent", "祖辈"),
                            ("grandchild", "孙辈"),
                            ("sibling", "兄弟姐妹"),
                            ("relative", "其他亲戚"),
                            ("friend", "好友"),
                            ("teacher", "老师"),
                            ("student", "学生"),
                            ("classmate", "同学"),
                            ("colleague", "同事"),
                            ("townsman", "同乡"),
                            ("business", "生意往来"),
                            ("other", "其他关系"),
                        ],
                        max_length=12,
                        verbose_name="是其何人",
                    ),
                ),
                ("household", models.BooleanField(db_default=False, default=False, verbose_name="同一家庭，合计资产")),
                (
                    "introduced",
                    models.CharField(
                        blank=True,
                        choices=[("by", "由对方介绍来"), ("of", "介绍了对方")],
                        db_default="",
                        default="",
                        max_length=8,
                        verbose_name="谁介绍谁",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer"
                    ),
                ),
                (
                    "keeper",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("customer", "item", "version"), name="relation_version"),
                    models.CheckConstraint(
                        condition=models.Q(("customer", models.F("other")), _negated=True), name="relation_of_two"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("household", False),
                            (
                                "bond__in",
                                ["spouse", "parent", "child", "grandparent", "grandchild", "sibling", "relative"],
                            ),
                            _connector="OR",
                        ),
                        name="relation_household_is_kin",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Course",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.UUIDField(verbose_name="哪一条")),
                ("version", models.PositiveIntegerField(verbose_name="第几次写")),
                ("removed", models.BooleanField(db_default=False, default=False, verbose_name="已移除")),
                ("recorded_at", models.DateTimeField(verbose_name="记下的时刻")),
                (
                    "kind",
                    models.CharField(choices=[("goal", "目标"), ("step", "步骤")], max_length=12, verbose_name="条目"),
                ),
                (
                    "text",
                    guanhu.apps.people.vault.SealedField(
                        blank=True, null=True, row=("customer_id", "item", "version"), verbose_name="内容"
                    ),
                ),
                (
                    "owner",
                    guanhu.apps.people.vault.SealedField(
                        blank=True, null=True, row=("customer_id", "item", "version"), verbose_name="谁来做"
                    ),
                ),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="哪天之前")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "在做"), ("reached", "已做到"), ("dropped", "不做了")],
                        max_length=12,
                        verbose_name="做到哪一步",
                    ),
                ),
                (
                    "result",
                    guanhu.apps.people.vault.SealedField(
                        blank=True, null=True, row=("customer_id", "item", "version"), verbose_name="结果"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("customer", "item", "version"), name="course_version"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "step"), ("state", "open"), _negated=True),
                            ("due_on__isnull", False),
                            _connector="OR",
                        ),
                        name="course_step_has_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.UUIDField(verbose_name="哪一条")),
                ("version", models.PositiveIntegerField(verbose_name="第几次写")),
                ("removed", models.BooleanField(db_default=False, default=False, verbose_name="已移除")),
                ("recorded_at", models.DateTimeField(verbose_name="记下的时刻")),
                (
                    "can",
                    models.CharField(
                        choices=[("yes", "可"), ("not_yet", "暂不可")], max_length=12, verbose_name="能不能提供"
                    ),
                ),
                (
                    "bought",
                    guanhu.apps.people.vault.SealedField(
                        blank=True, null=True, row=("customer_id", "item", "version"), verbose_name="已购买"
                    ),
                ),
                (
                    "what",
                    guanhu.apps.people.vault.SealedField(
                        blank=True, null=True, row=("customer_id", "item", "version"), verbose_name="可提供"
                    ),
                ),
                (
                    "instead",
                    guanhu.apps.people.vault.SealedField(
                        blank=True, null=True, row=("customer_id", "item", "version"), verbose_name="替代"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("customer", "item", "version"), name="offer_version")],
            },
        ),
        migrations.AddField(
            model_name="fact",
            name="purpose",
            field=guanhu.apps.people.vault.SealedField(
                blank=True,
                null=True,
                row=("customer_id", "item", "version"),
                verbose_name="健康或信仰的用途，客户已单独同意",
            ),
        ),
        migrations.RunSQL(FOLLOW, UNFOLLOW),
    ]
