# Values sealed before rows were bound in are sealed again, each to its row; and numbers get their keyed hashes.
#
# In batches of their own transactions: killed and started again it goes on. Under row security the owner sees no rows
# even of its own tables (FORCE), so that is put aside while it runs; ``cli/sql/rows.sql`` puts it back after migrating.

from django.db import migrations

from guanhu.apps.people.resealing import Lookup, SealedTable, reseal

ADDRESS = ("day", "file", "row", "column", "rule")
TABLES = (
    SealedTable(
        "customers_customer",
        "key",
        dict.fromkeys(("id_no", "address", "email"), ("key",)),
        (Lookup("id_no_hash", "id_no", "identity"), Lookup("email_hash", "email", "email")),
        "customers.Customer",
    ),
    SealedTable(
        "customers_contactpoint",
        "id",
        {"value": ("customer_id", "kind", "source")},
        (Lookup("value_hash", "value", "phone"), Lookup("tail_hash", "value", "tail")),
        "customers.ContactPoint",
    ),
    SealedTable(
        "customers_account",
        "key",
        dict.fromkeys(("account_no", "card_no"), ("key",)),
        (Lookup("account_no_hash", "account_no", "account"), Lookup("card_no_hash", "card_no", "account")),
        "customers.Account",
    ),
    SealedTable("customers_quarantined", "id", dict.fromkeys(("value", "raw"), ADDRESS), (), "customers.Quarantined"),
)


def bind_to_rows(apps, schema_editor):
    """Seal every value again; raises when one of them opens with no key, and then nothing of it is lost."""
    with schema_editor.connection.cursor() as cursor:
        forced = [one.table for one in TABLES if _is_forced(cursor, one.table)]
        for table in forced:
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        try:
            stands = reseal(TABLES, first_form=True)
        finally:
            for table in forced:
                cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    short = [f"{one.table}: {one.left + one.broken}" for one in stands if one.left or one.broken]
    if short:
        raise RuntimeError(f"未能重新封存（密钥不在 secret 目录，或有人正在写）：{'，'.join(short)}；没有丢失任何数据")


def _is_forced(cursor, table):
    cursor.execute("SELECT relforcerowsecurity FROM pg_class WHERE oid = to_regclass(%s)", [table])
    return cursor.fetchone()[0]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("customers", "0002_sealed_by_row")]
    operations = [migrations.RunPython(bind_to_rows, migrations.RunPython.noop, elidable=True)]
