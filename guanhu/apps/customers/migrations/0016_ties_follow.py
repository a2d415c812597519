# Who keeps the other side of a tie follows a customer also on sides that whoever moved her does not see.
#
# The function changes this one column of the ties of the one customer that has moved, and says nothing of them; the
# policy "follow" of rows.sql lets the tables' owner see just those, and only while it runs.

from django.db import migrations

FOLLOW = """
    CREATE OR REPLACE FUNCTION customers_relations_follow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        PERFORM set_config('app.moved', NEW.key::text, true);
        UPDATE public.customers_relation SET keeper_id = NEW.keeper_id WHERE other_id = NEW.key;
        PERFORM set_config('app.moved', '', true);
        RETURN NULL;
    END
    $$;
"""
AS_BEFORE = """
    CREATE OR REPLACE FUNCTION customers_relations_follow() RETURNS trigger LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        UPDATE public.customers_relation SET keeper_id = NEW.keeper_id WHERE other_id = NEW.key;
        RETURN NULL;
    END
    $$;
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0015_duplicates")]

    operations = [migrations.RunSQL(FOLLOW, AS_BEFORE)]
