# What customers are found by: a table of search keys, and its rows for everybody who is here already.
#
# One transaction: killed, nothing of it is there and it begins anew. Two indexes are made after the rows are in.

import django.db.models.deletion
from django.db import migrations, models

from guanhu.apps.customers.search.actions import renew

TABLES = ["customers_customer", "customers_searchkey"]
FOLLOW = """
    CREATE FUNCTION customers_keys_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        UPDATE public.customers_searchkey SET branch_id = NEW.branch_id, keeper_id = NEW.keeper_id
        WHERE customer_id = NEW.key;
        RETURN NULL;
    END
    $$;
    CREATE TRIGGER keys_follow AFTER UPDATE OF branch_id, keeper_id ON customers_customer FOR EACH ROW
    WHEN ((OLD.branch_id, OLD.keeper_id) IS DISTINCT FROM (NEW.branch_id, NEW.keeper_id))
    EXECUTE FUNCTION customers_keys_follow();
"""
UNFOLLOW = """
    DROP TRIGGER keys_follow ON customers_customer;
    DROP FUNCTION customers_keys_follow();
"""
KINDS = [
    ("name", "姓名"),
    ("sound", "拼音"),
    ("initials", "拼音首字母"),
    ("number", "客户号"),
    ("phone", "电话全号"),
    ("tail", "电话后四位"),
    ("identity", "证件全号"),
    ("account", "账号或卡号全号"),
]


def fill(apps, schema_editor):
    """Under row security the owner sees no rows even of its own tables (FORCE): put aside while the keys are made.

    The reference to the customer is made before: later it would be checked by an owner who sees no customer.
    """
    for statement in schema_editor.deferred_sql:
        schema_editor.execute(statement, None)
    schema_editor.deferred_sql.clear()
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relforcerowsecurity AND relname = ANY(%s)", [TABLES])
        forced = [name for (name,) in cursor.fetchall()]
        for table in forced:
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        renew()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in forced:
            cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


class Migration(migrations.Migration):
    dependencies = [("customers", "0006_book_order")]
    operations = [
        migrations.AddField(
            "customer",
            "found_as",
            models.CharField("查找键按此而作", max_length=32, blank=True, db_default="", editable=False),
        ),
        migrations.CreateModel(
            name="SearchKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=KINDS, max_length=12, verbose_name="查找依据")),
                ("whole", models.BooleanField(verbose_name="从头开始")),
                ("key", models.CharField(db_collation="C", max_length=60, verbose_name="查找键")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer"
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="people.branch",
                    ),
                ),
                (
                    "keeper",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="people.staff",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(FOLLOW, UNFOLLOW),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            "searchkey",
            models.Index(fields=["keeper", "whole", "key", "customer"], name="search_key_of_keeper"),
        ),
        migrations.AddIndex(
            "searchkey",
            models.Index(fields=["branch", "whole", "key", "customer"], name="search_key_of_branch"),
        ),
    ]
