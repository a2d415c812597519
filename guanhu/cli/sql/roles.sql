-- 数据库角色: run once by the database's administrator (superuser), in any database of the server.
-- The embedded database runs it by itself. On a bank's server: psql -f roles.sql, then give the three logins
-- a password or certificate, create the database with  owner guanhu_owner,  and name them to Guanhu:
--   DATABASE_URL=postgresql://guanhu_app@…      the pages
--   DATABASE_NIGHT_URL=postgresql://guanhu_night@…   the night and the commands
--   DATABASE_OWNER_URL=postgresql://guanhu_owner@…   migrations alone
-- Every statement may be run again.

do $$
declare
    one text;
begin
    -- logins: who may connect
    if not exists (select from pg_roles where rolname = 'guanhu_owner') then
        create role guanhu_owner login createdb nosuperuser;      -- owns the tables, migrates; no page ever connects so
    end if;
    if not exists (select from pg_roles where rolname = 'guanhu_app') then
        create role guanhu_app login noinherit nosuperuser nobypassrls;   -- the pages; by itself it sees no row of a customer
    end if;
    if not exists (select from pg_roles where rolname = 'guanhu_night') then
        create role guanhu_night login noinherit nosuperuser bypassrls;   -- the night: it reads and writes everybody
    end if;
    -- not logins: the owner of the trail, what all readers may do, and one reader for each reach of rules/access.py
    foreach one in array array['guanhu_audit', 'guanhu_pages', 'guanhu_own', 'guanhu_area', 'guanhu_one',
                               'guanhu_self', 'guanhu_staff', 'guanhu_feeds', 'guanhu_auditor', 'guanhu_cases',
                               'guanhu_exports']
    loop
        if not exists (select from pg_roles where rolname = one) then
            execute format('create role %I nologin nosuperuser nobypassrls', one);
        end if;
    end loop;
    -- a page becomes one of these for the length of its transaction, and has their rights only then (noinherit above)
    foreach one in array array['guanhu_own', 'guanhu_area', 'guanhu_one', 'guanhu_self', 'guanhu_staff',
                               'guanhu_feeds', 'guanhu_auditor', 'guanhu_cases',
                               'guanhu_exports']
    loop
        execute format('grant %I to guanhu_app, guanhu_night', one);
        execute format('grant guanhu_pages to %I', one);
    end loop;
    grant guanhu_audit to guanhu_owner;                            -- migrations change the trail's tables, too
end
$$;
