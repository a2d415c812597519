# Whom a keeper may ask for is not hers to read: while the claims of her branch are open she names a customer by number or by
# full name, and a function with the owner's hand says who that is, and nothing else of her. Only members of the round are found.

from django.db import migrations

FIND = """
    CREATE FUNCTION portfolio_claimable(asked bigint, said text)
    RETURNS TABLE (customer_id bigint, member uuid, customer_no text, name text, kind text, tier text, keeper_id bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE here bigint; mine text;
    BEGIN
        SELECT me.branch_id, me.post INTO here, mine FROM public.people_staff me
            WHERE me.staff_no = nullif(current_setting('app.staff', true), '');
        PERFORM set_config('app.claiming', coalesce(here::text, ''), true);
        RETURN QUERY SELECT seen.key, part.public_id, seen.customer_no::text, seen.name::text, seen.kind::text, part.tier::text,
                part.before_id
            FROM public.customers_customer seen JOIN public.portfolio_member part ON part.customer_id = seen.key
            JOIN public.portfolio_round open ON open.id = part.round_id
            WHERE part.round_id = asked AND open.state = 'claiming' AND open.post = mine AND length(said) > 1
            AND seen.cleared_on IS NULL
            AND (seen.customer_no = said OR seen.name = said OR part.public_id::text = said) ORDER BY seen.customer_no LIMIT 20;
        PERFORM set_config('app.claiming', '', true);
    END
    $$;
    REVOKE ALL ON FUNCTION portfolio_claimable(bigint, text) FROM PUBLIC;
"""
UNFIND = "DROP FUNCTION portfolio_claimable(bigint, text);"


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0002_assignments")]

    operations = [migrations.RunSQL(FIND, UNFIND)]
