# Who kept a customer from when to when is written by the database with every change of keeper, whoever makes it: a round,
# the bank's list, a merge. What is there already begins with this migration.

from django.db import migrations

WRITE = """
    CREATE FUNCTION portfolio_assigned() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        PERFORM set_config('app.assigning', 'yes', true);
        IF TG_OP = 'INSERT' THEN
            INSERT INTO public.portfolio_assignment (customer_id, keeper_id, from_at)
                SELECT fresh.key, fresh.keeper_id, now() FROM fresh WHERE fresh.keeper_id IS NOT NULL;
        ELSE
            UPDATE public.portfolio_assignment SET until_at = now() WHERE customer_id = NEW.key AND until_at IS NULL;
            IF NEW.keeper_id IS NOT NULL THEN
                INSERT INTO public.portfolio_assignment (customer_id, keeper_id, from_at, round_id) VALUES
                    (NEW.key, NEW.keeper_id, now(), nullif(current_setting('app.round', true), '')::bigint);
            END IF;
        END IF;
        PERFORM set_config('app.assigning', '', true);
        RETURN NULL;
    END
    $$;
    CREATE TRIGGER assigned AFTER INSERT ON customers_customer REFERENCING NEW TABLE AS fresh
        FOR EACH STATEMENT EXECUTE FUNCTION portfolio_assigned();
    CREATE TRIGGER assigned_anew AFTER UPDATE OF keeper_id ON customers_customer FOR EACH ROW
        WHEN (OLD.keeper_id IS DISTINCT FROM NEW.keeper_id) EXECUTE FUNCTION portfolio_assigned();
    ALTER TABLE customers_customer NO FORCE ROW LEVEL SECURITY;
    INSERT INTO portfolio_assignment (customer_id, keeper_id, from_at)
        SELECT key, keeper_id, now() FROM customers_customer WHERE keeper_id IS NOT NULL;
    ALTER TABLE customers_customer FORCE ROW LEVEL SECURITY;
"""
UNWRITE = """
    DROP TRIGGER assigned_anew ON customers_customer;
    DROP TRIGGER assigned ON customers_customer;
    DROP FUNCTION portfolio_assigned();
"""


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0001_initial"), ("customers", "0021_bonds")]

    operations = [migrations.RunSQL(WRITE, UNWRITE)]
