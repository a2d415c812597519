# Whose customer a standing is stands beside it, so that a keeper's list is read in its order from an index.
#
# It follows the customer by itself: a row written without it takes the customer's; a customer who gets another keeper takes
# her standings along, and one who is cleared is nobody's. What is there already is filled once; the tables' owner is for
# that moment not held to the rows it may see.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FILL = """
    ALTER TABLE customers_standing NO FORCE ROW LEVEL SECURITY;
    ALTER TABLE customers_customer NO FORCE ROW LEVEL SECURITY;
    UPDATE customers_standing SET keeper_id = whose.keeper_id FROM customers_customer whose
        WHERE whose.key = customer_id AND whose.cleared_on IS NULL;
    ALTER TABLE customers_standing FORCE ROW LEVEL SECURITY;
    ALTER TABLE customers_customer FORCE ROW LEVEL SECURITY;
"""
FOLLOW = """
    CREATE FUNCTION customers_standing_kept() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        SELECT whose.keeper_id INTO NEW.keeper_id FROM public.customers_customer whose
            WHERE whose.key = NEW.customer_id AND whose.cleared_on IS NULL;
        RETURN NEW;
    END
    $$;
    CREATE TRIGGER standing_kept BEFORE INSERT ON customers_standing FOR EACH ROW WHEN (NEW.keeper_id IS NULL)
    EXECUTE FUNCTION customers_standing_kept();

    CREATE FUNCTION customers_standings_follow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        PERFORM set_config('app.moved', NEW.key::text, true);
        UPDATE public.customers_standing SET keeper_id = CASE WHEN NEW.cleared_on IS NULL THEN NEW.keeper_id END
            WHERE customer_id = NEW.key;
        PERFORM set_config('app.moved', '', true);
        RETURN NULL;
    END
    $$;
    CREATE TRIGGER standings_follow AFTER UPDATE OF keeper_id, cleared_on ON customers_customer FOR EACH ROW
    WHEN (OLD.keeper_id IS DISTINCT FROM NEW.keeper_id OR OLD.cleared_on IS DISTINCT FROM NEW.cleared_on)
    EXECUTE FUNCTION customers_standings_follow();
"""
UNFOLLOW = """
    DROP TRIGGER standings_follow ON customers_customer;
    DROP FUNCTION customers_standings_follow();
    DROP TRIGGER standing_kept ON customers_standing;
    DROP FUNCTION customers_standing_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("customers", "0017_intentions"),
    ]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="keeper",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                models.F("night"),
                models.F("keeper"),
                models.OrderBy(models.F("average_fen"), descending=True),
                name="standing_kept_by_assets",
            ),
        ),
        migrations.RunSQL(FOLLOW, UNFOLLOW),
    ]
