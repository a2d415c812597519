# Of the common pool a keeper is told so many customers a day, the same ones all day, others the next: names to be masked, and tiers.
# The function has the owner's hand, looks at the branch of whoever asks, and tells nothing else of anybody.

from django.db import migrations

FIND = """
    CREATE FUNCTION portfolio_pool(most integer)
    RETURNS TABLE (customer_id bigint, customer_no text, name text, kind text, tier text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE here bigint;
    BEGIN
        SELECT me.branch_id INTO here FROM public.people_staff me
            WHERE me.staff_no = nullif(current_setting('app.staff', true), '');
        PERFORM set_config('app.claiming', coalesce(here::text, ''), true);
        RETURN QUERY SELECT seen.key, seen.customer_no::text, seen.name::text, seen.kind::text, told.tier::text
            FROM public.customers_customer seen JOIN public.people_branch at ON at.id = seen.branch_id
            JOIN public.customers_standing told ON told.customer_id = seen.key AND told.night_id = at.current_night_id
            WHERE seen.branch_id = here AND seen.keeper_id IS NULL AND seen.merged_into_id IS NULL
            AND seen.left_on IS NULL AND seen.cleared_on IS NULL
            ORDER BY told.tier, md5(seen.customer_no || at.current_night_id::text) LIMIT least(most, 50);
        PERFORM set_config('app.claiming', '', true);
    END
    $$;
    REVOKE ALL ON FUNCTION portfolio_pool(integer) FROM PUBLIC;
"""
UNFIND = "DROP FUNCTION portfolio_pool(integer);"


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0003_claimable")]

    operations = [migrations.RunSQL(FIND, UNFIND)]
