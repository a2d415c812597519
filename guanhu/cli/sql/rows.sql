-- 行级权限: which role may touch which table, and which rows it sees. Run by guanhu_owner after every migration; every
-- statement may be run again. This is the second of two locks: the first is people/scope.py. A page that forgets the
-- first still sees nothing here. docs/security.md tells how to check it.
--
-- The context of a request is set inside its transaction (people/rows.py):
--   app.keepers   keys of the colleagues whose customers the viewer keeps or covers today, with commas
--   app.branches  keys of the branches in reach, with commas
--   app.number    the one customer number a request is bound to
--   app.presented the keyed hash of the phone or identity number presented at a counter, while that number is looked for
--   app.staff     the viewer's staff number
--   app.claiming  the key of the branch whose claims are looked through; for the tables' owner alone
--   app.assigning that the database writes down who keeps whom; for the tables' owner alone
--   app.moved     the key of the customer who has just got another keeper; for the tables' owner alone
-- Without it every comparison is with null, and null is no row. Each context is read in a sub-select, so that it is
-- worked out once for a statement and indexes are used.

-- ------------------------------------------------------------ what may be done with whole tables

revoke create on schema public from public;
grant usage on schema public to guanhu_app, guanhu_pages, guanhu_night, guanhu_audit;
revoke all on all tables in schema public from guanhu_app, guanhu_pages, guanhu_own, guanhu_area, guanhu_one,
    guanhu_self, guanhu_staff, guanhu_feeds, guanhu_auditor, guanhu_cases, guanhu_exports;

grant select, insert, update, delete on all tables in schema public to guanhu_night;
grant usage on all sequences in schema public to guanhu_night, guanhu_app, guanhu_pages;
do $$
begin  -- so many rows come at once that they must be counted anew; before PostgreSQL 17 that is left to its own housekeeping
    if current_setting('server_version_num')::int >= 170000 then
        execute 'grant maintain on customers_ledgerentry to guanhu_night';
    end if;
end
$$;
grant temporary on database :database to guanhu_night;

-- pages read every table, as far as row security lets them
grant select on all tables in schema public to guanhu_app, guanhu_pages;

-- signing in, and everything about one's own session and account
do $$
declare
    one regclass;
begin
    for one in select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
               where n.nspname = 'public' and c.relkind = 'r'
                 and (c.relname = 'django_session' or c.relname ~ '^(axes|otp)_' or c.relname in
                      ('people_signin', 'people_passwordused', 'people_secondfactor', 'people_recoverycode'))
    loop
        execute format('grant insert, update, delete on %s to guanhu_app, guanhu_pages', one);
    end loop;
end
$$;
grant update (password, password_set_at, must_change, last_login) on people_staff to guanhu_app, guanhu_pages;

-- a colleague's work on customers in reach; pages delete no row of a customer
grant insert on work_touch, work_promise, work_deferral, customers_stagerecord to guanhu_own;
grant insert on customers_importantday, customers_fact, customers_offer, customers_intention, customers_course to guanhu_own;  -- a next wording is a row of its own: none is ever changed
grant insert on customers_relation to guanhu_own, guanhu_area;  -- each side of a tie with its own customer
grant insert on customers_savedview to guanhu_own, guanhu_area;
grant update (asks, "order", columns, layout, pinned, opens_first, saved_at, removed_at) on customers_savedview to guanhu_own, guanhu_area;
grant insert on customers_consent to guanhu_own, guanhu_area;
grant insert on customers_reveal to guanhu_own, guanhu_area;
grant insert on customers_visit to guanhu_one;
grant insert on customers_notice to guanhu_own, guanhu_area, guanhu_one;
grant update (read_at) on customers_notice to guanhu_own;
grant update (undone_at) on work_touch, work_deferral to guanhu_own;
grant update (ended_at) on work_deferral to guanhu_own;
grant insert on work_review, work_weekgoal to guanhu_own, guanhu_area;
grant update (contacts, meetings, said, set_at) on work_weekgoal to guanhu_own, guanhu_area;
grant update (best, missed, written_at, confirmed_at) on work_review to guanhu_own, guanhu_area;
grant insert on work_reviewnote to guanhu_area;
grant update (kept_by_id, withdrawn_at) on work_promise to guanhu_own;
grant insert on customers_merge, customers_notsame to guanhu_own, guanhu_area;
grant update (split_by_id, split_at) on customers_merge to guanhu_own, guanhu_area;
grant update (merged_into_id, keeper_id) on customers_customer to guanhu_own, guanhu_area;  -- one file with its keeper
grant update (branch_id, keeper_id) on customers_searchkey to guanhu_own, guanhu_area;  -- which follow the customer's
grant insert on customers_prospect to guanhu_one;  -- who came to the counter and is unknown
grant update (removed_by_id, removed_at, removed_why) on customers_prospect to guanhu_own, guanhu_area;
grant update (stage, stage_on) on customers_customer to guanhu_own, guanhu_area;  -- also what lets them lock a row
grant update (address) on people_branch to guanhu_own, guanhu_area;  -- no page writes it: it lets them hold the day open

-- rounds of the split: worked on by who leads the branch, approved by her region; claims are the keepers' own
grant insert on portfolio_round, portfolio_member to guanhu_area;
grant update (state, moves, protects, effective_on, asked_by_id, asked_at, decided_by_id, decided_at, handed_at,
              ended_by_id, ended_at, ended_because) on portfolio_round to guanhu_area;
grant update (protection, after_id, earlier_id, why, partner_id, rank, pinned_id, pinned_by_id, pinned_at)
    on portfolio_member to guanhu_area;
grant insert on portfolio_proposal, portfolio_handover to guanhu_area;
grant insert on portfolio_claim to guanhu_own;
grant update (withdrawn_at) on portfolio_claim to guanhu_own, guanhu_area;
grant update (handed_at, ended_at) on portfolio_handover to guanhu_area;
grant update (told, told_at, met, met_at, begun, begun_at) on portfolio_handover to guanhu_own;
grant update (kept_by) on customers_customer to guanhu_area;
grant update (keeper_id, place) on work_planline to guanhu_area;  -- today's line goes with the customer

-- what in a day's writing calls for a question: explained by the colleague, answered by who leads her
grant update (explained, explained_at) on work_flag to guanhu_own;
grant update (answer, note, answered_by_id, answered_at) on work_flag to guanhu_area;

-- colleagues and rights
grant insert on people_cover to guanhu_area;
grant update (ended_by_id, ended_at, ended_because) on people_cover to guanhu_area, guanhu_staff;
grant insert on people_rolegrant to guanhu_staff;
grant update (approved_by_id, approved_at, ended_by_id, ended_at, ended_because) on people_rolegrant to guanhu_staff;
grant update (branch_id, locked_at) on people_staff to guanhu_staff;

-- a person's requests: opened by many, worked on by one who is bound to the person's number
grant insert on customers_case to guanhu_self, guanhu_cases;
grant update (state, handled_by_id, result, closed_at, closed_on, search_asked_at, search_begun_at, search_done_at,
              search_step, search_done, search_of, search_fault) on customers_case to guanhu_one;
grant update (handed_at) on customers_casecopy to guanhu_one;
grant insert, update on customers_hold to guanhu_one;
revoke select on customers_case from guanhu_app;
grant select (public_id, customer_no) on customers_case to guanhu_app;  -- to find out to whom a request is bound

-- exports: asked for and taken by one, decided by another; what may be taken lies apart from what is asked
grant insert on customers_export, customers_exportfile to guanhu_own, guanhu_area;
grant update (state, because, made_at, ended_at) on customers_export to guanhu_own, guanhu_area;
grant update (keys, content, digest) on customers_exportfile to guanhu_own, guanhu_area;
grant update (state, because, approved, until, decided_by_id, decided_role, decided_in, decided_at)
    on customers_export to guanhu_area, guanhu_exports;

-- ledgers brought in a browser: whoever brings one puts its pieces in and says how it goes on; pages read no piece of it
grant insert on customers_ledgerupload, customers_ledgerpart to guanhu_own, guanhu_area;
grant update (state, told, asked_at, touched_at, fault, done) on customers_ledgerupload to guanhu_own, guanhu_area;

-- clearing what has fallen due, alarms, and who is known to leave
grant insert, update on people_clearing to guanhu_feeds;
grant update (answer, answered_by_id, answered_at, note) on people_alarm to guanhu_auditor;
grant insert, update on people_leaving to guanhu_staff;

-- ------------------------------------------------------------ which rows

do $$
declare
    one text;
    gone record;
    scoped text[] := array[
        'customers_customer', 'customers_contactpoint', 'customers_account', 'customers_standing', 'customers_holding',
        'customers_monthend', 'customers_consent', 'customers_stagerecord', 'customers_complaint',
        'customers_quarantined', 'work_opportunity', 'work_ahead', 'work_planline', 'work_quota', 'work_touch', 'work_promise',
        'work_deferral', 'customers_reveal', 'customers_case', 'customers_casecopy', 'customers_finding',
        'customers_hold', 'customers_searchkey', 'customers_importantday', 'customers_fact',
        'customers_relation', 'customers_offer', 'customers_intention', 'customers_course', 'customers_ledgerentry', 'customers_export', 'customers_exportfile', 'customers_ledgerupload', 'customers_ledgerpart',
        'customers_ledgerrefusal', 'customers_savedview', 'customers_visit', 'customers_notice', 'customers_merge', 'customers_notsame',
        'customers_prospect', 'people_alarm', 'people_looked', 'people_leaving', 'portfolio_round', 'portfolio_member',
        'work_review', 'work_reviewnote', 'work_weekgoal',
        'portfolio_proposal', 'portfolio_claim', 'portfolio_assignment', 'portfolio_handover', 'work_daycount', 'work_flag'];
    apart text[] := array[
        'customers_customer', 'customers_standing', 'customers_quarantined', 'work_quota', 'customers_reveal', 'customers_notice',
        'customers_case', 'customers_casecopy', 'customers_finding', 'customers_hold', 'customers_searchkey', 'customers_export',
        'customers_exportfile', 'customers_ledgerupload', 'customers_ledgerpart', 'customers_merge', 'customers_notsame', 'customers_prospect',
        'customers_ledgerrefusal', 'customers_savedview', 'people_alarm', 'people_looked', 'people_leaving',
        'portfolio_round', 'portfolio_proposal', 'portfolio_claim', 'portfolio_handover',
        'work_review', 'work_reviewnote', 'work_weekgoal', 'work_daycount', 'work_flag'];
begin
    foreach one in array scoped
    loop
        execute format('alter table %I enable row level security', one);
        execute format('alter table %I force row level security', one);
        for gone in select policyname from pg_policies where schemaname = 'public' and tablename = one
        loop
            execute format('drop policy %I on %I', gone.policyname, one);
        end loop;
        -- What hangs on a customer is seen with the customer: the sub-select is itself under the policies below. As a
        -- value it is planned once and looked up for each row that is read; an "exists" would be worked out for all
        -- customers of the bank at once, whatever few rows a page asks for.
        if one <> all (apart) then
            execute format(
                'create policy of_customer on %1$I to guanhu_own, guanhu_one, guanhu_area using '
                '((select true from customers_customer seen where seen.key = %1$I.customer_id))', one);
        end if;
    end loop;
end
$$;

-- own: kept or covered today. Said as a case, of which the database expects half of the rows: pages say the same once more
-- in their questions, and taken for two conditions that know nothing of each other it would expect one row of thousands.
create policy own on customers_customer to guanhu_own using (
    case when cleared_on is null
        and keeper_id = any ((select string_to_array(nullif(current_setting('app.keepers', true), ''), ',')::bigint[])::bigint[])
    then true end
);
-- area: the branches in reach, and one's own wherever they are
create policy area on customers_customer to guanhu_area using (
    case when cleared_on is null and (
    branch_id = any ((select string_to_array(nullif(current_setting('app.branches', true), ''), ',')::bigint[])::bigint[])
    or keeper_id = any ((select string_to_array(nullif(current_setting('app.keepers', true), ''), ',')::bigint[])::bigint[]))
    then true end
);
-- one: the customer whose number was presented at the counter of a branch, or the person of a case
create policy one on customers_customer to guanhu_one using (
    cleared_on is null
    and customer_no = (select nullif(current_setting('app.number', true), ''))
    and ((select nullif(current_setting('app.branches', true), '')) is null
         or branch_id = any ((select string_to_array(nullif(current_setting('app.branches', true), ''), ',')::bigint[])::bigint[]))
);

-- what a night measured: one's own by whose it is, which stands beside it, so that a list is read in the order of an index;
-- it is set from the customer when a standing is written (the trigger standing_kept) and follows her (standings_follow, which
-- has the owner's hand as relations_follow below). Others see it with the customer.
create policy own on customers_standing to guanhu_own using (
    case when
        keeper_id = any ((select string_to_array(nullif(current_setting('app.keepers', true), ''), ',')::bigint[])::bigint[])
    then true end
);
create policy of_customer on customers_standing to guanhu_one, guanhu_area using (
    (select true from customers_customer seen where seen.key = customer_id)
);
create policy follow on customers_standing to guanhu_owner using (
    customer_id = (select nullif(current_setting('app.moved', true), '')::bigint)
);

-- a tie begins only between two customers in reach; taken off, it may be on one's own side alone
create policy two_in_reach on customers_relation as restrictive for insert to guanhu_own, guanhu_area with check (
    version > 1 or exists (select from customers_customer seen where seen.key = other_id)
);

-- who keeps the other side stands beside each tie, also where the mover does not see it: the trigger relations_follow has
-- the owner's hand, and while it runs the owner sees the ties of the one customer who has moved
create policy follow on customers_relation to guanhu_owner using (
    other_id = (select nullif(current_setting('app.moved', true), '')::bigint)
);

-- of whom the bank does not know: prospects of whoever brought the ledger, and of the branch (the others: of_customer)
create policy own on customers_ledgerentry to guanhu_own using (
    customer_id is null
    and keeper_id = any ((select string_to_array(nullif(current_setting('app.keepers', true), ''), ',')::bigint[])::bigint[])
);
create policy area on customers_ledgerentry to guanhu_area using (
    customer_id is null and (
    branch_id = any ((select string_to_array(nullif(current_setting('app.branches', true), ''), ',')::bigint[])::bigint[])
    or keeper_id = any ((select string_to_array(nullif(current_setting('app.keepers', true), ''), ',')::bigint[])::bigint[]))
);

create policy own on work_quota to guanhu_own, guanhu_area using (
    keeper_id = any ((select string_to_array(nullif(current_setting('app.keepers', true), ''), ',')::bigint[])::bigint[])
);

-- what she read in full herself, whosever the customer is today; she notes only whom she sees
create policy self on customers_reveal to guanhu_own, guanhu_area using (
    staff_no = (select nullif(current_setting('app.staff', true), ''))
) with check (
    staff_no = (select nullif(current_setting('app.staff', true), ''))
    and exists (select from customers_customer seen where seen.key = customer_id)
);

-- what a keeper is told of her customers: read by her alone, on whatever page; told by whoever did it, in her own name, to
-- whoever keeps a customer she sees
create policy self on customers_notice for select to guanhu_own, guanhu_area, guanhu_one, guanhu_self, guanhu_staff, guanhu_exports using (
    to_id = (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
);
create policy read on customers_notice for update to guanhu_own using (
    to_id = (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
);
create policy tell on customers_notice for insert to guanhu_own, guanhu_area, guanhu_one with check (
    by_id = (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
    and to_id = (select seen.keeper_id from customers_customer seen where seen.key = customer_id)
);

-- and, of no customer, to whoever wrote a review in reach
create policy tell_of_review on customers_notice for insert to guanhu_area with check (
    customer_id is null
    and by_id = (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
    and exists (select from work_review mine where mine.staff_id = to_id)
);

-- a round of the split: to the keepers of its branch its name and state, to who leads the branch everything
create policy branch on portfolio_round for select to guanhu_own using (
    branch_id = (select branch_id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
);
create policy area on portfolio_round to guanhu_area using (
    branch_id = any ((select string_to_array(nullif(current_setting('app.branches', true), ''), ',')::bigint[])::bigint[])
);
create policy of_round on portfolio_proposal to guanhu_area using (
    exists (select from portfolio_round mine where mine.id = round_id)
);
-- who asks for whom is asked in the open, in one's own name and only while claims are open; who it is is masked
create policy of_round on portfolio_claim for select to guanhu_own, guanhu_area using (
    exists (select from portfolio_round mine where mine.id = round_id)
);
create policy claim on portfolio_claim for insert to guanhu_own with check (
    staff_id = (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
    and exists (select from portfolio_round mine where mine.id = round_id and mine.state = 'claiming' and mine.post = (
        select post from people_staff where staff_no = (select nullif(current_setting('app.staff', true), ''))))
);
create policy withdraw on portfolio_claim for update to guanhu_own using (
    staff_id = (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
);
create policy settle on portfolio_claim for update to guanhu_area using (
    exists (select from portfolio_round mine where mine.id = round_id)
);
-- whom a keeper names by number or name while her branch's claims are open, and the few of the common pool she is told
-- each day, are looked up by functions of the owner's
create policy claimable on portfolio_round for select to guanhu_owner using (
    branch_id = (select nullif(current_setting('app.claiming', true), '')::bigint)
);
create policy claimable on portfolio_member for select to guanhu_owner using (
    round_id in (select id from portfolio_round)
);
create policy claimable on customers_standing for select to guanhu_owner using (
    branch_id = (select nullif(current_setting('app.claiming', true), '')::bigint)
);
create policy claimable on customers_customer for select to guanhu_owner using (
    branch_id = (select nullif(current_setting('app.claiming', true), '')::bigint)
);
-- a handover is both colleagues', whoever keeps the customer by now, and the branch's
create policy of_two on portfolio_handover to guanhu_own using (
    giver_id = any ((select string_to_array(nullif(current_setting('app.keepers', true), ''), ',')::bigint[])::bigint[])
    or taker_id = any ((select string_to_array(nullif(current_setting('app.keepers', true), ''), ',')::bigint[])::bigint[])
);
create policy area on portfolio_handover to guanhu_area using (
    exists (select from portfolio_round mine where mine.id = round_id)
    or giver_id = any ((select string_to_array(nullif(current_setting('app.keepers', true), ''), ',')::bigint[])::bigint[])
    or taker_id = any ((select string_to_array(nullif(current_setting('app.keepers', true), ''), ',')::bigint[])::bigint[])
);
-- who kept whom is written by the database alone (the trigger portfolio_assigned)
create policy write on portfolio_assignment to guanhu_owner using (
    (select current_setting('app.assigning', true)) = 'yes'
);

-- what customers are found by: with the customer; a search reads few keys, so for all it is a value
create policy of_customer on customers_searchkey to guanhu_own, guanhu_area, guanhu_one using (
    (select true from customers_customer seen where seen.key = customer_id)
);

-- to find out who stands at the counter: the login sees whose number it is, by its keyed hash, and nobody else; what is
-- shown of her is read as the one present
create policy presented on customers_customer for select to guanhu_app using (
    id_no_hash = (select decode(nullif(current_setting('app.presented', true), ''), 'hex'))
    or key in (select customer_id from customers_contactpoint)
);
create policy presented on customers_contactpoint for select to guanhu_app using (
    value_hash = (select decode(nullif(current_setting('app.presented', true), ''), 'hex'))
);

-- that two files are one, or are not: seen with the one that is kept, said only by who sees both
create policy of_customer on customers_merge to guanhu_own, guanhu_area, guanhu_one using (
    (select true from customers_customer seen where seen.key = customer_id)
) with check (
    (select count(*) = 2 from customers_customer seen where seen.key in (customer_id, joined_id))
);
create policy of_customer on customers_notsame to guanhu_own, guanhu_area, guanhu_one using (
    (select true from customers_customer seen where seen.key = customer_id)
) with check (
    (select count(*) = 2 from customers_customer seen where seen.key in (customer_id, other_id))
);

-- who came in and is no customer: her keeper's and the branch's; a counter writes her down and reads none
create policy own on customers_prospect to guanhu_own using (
    keeper_id = any ((select string_to_array(nullif(current_setting('app.keepers', true), ''), ',')::bigint[])::bigint[])
);
create policy area on customers_prospect to guanhu_area using (
    branch_id = any ((select string_to_array(nullif(current_setting('app.branches', true), ''), ',')::bigint[])::bigint[])
    or keeper_id = any ((select string_to_array(nullif(current_setting('app.keepers', true), ''), ',')::bigint[])::bigint[])
);
create policy counter on customers_prospect for insert to guanhu_one with check (
    branch_id = any ((select string_to_array(nullif(current_setting('app.branches', true), ''), ',')::bigint[])::bigint[])
    and keeper_id is null and removed_at is null
);

-- a ledger somebody brought: her own alone, with what was refused of it; its pieces go in and are read by no page
create policy self on customers_ledgerupload to guanhu_own, guanhu_area using (
    by_id = (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
);
create policy of_upload on customers_ledgerpart for insert to guanhu_own, guanhu_area with check (
    exists (select from customers_ledgerupload mine where mine.key = upload_id)
);
create policy of_upload on customers_ledgerrefusal for select to guanhu_own, guanhu_area using (
    exists (select from customers_ledgerupload mine where mine.key = upload_id)
);

-- named ways to see the list hold nobody: one's own, those of one's branch, those of the bank; each changes her own alone
create policy of_colleague on customers_savedview for select to guanhu_own, guanhu_area using (
    owner_id = (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
    or (shared = 'branch' and branch_id = (
        select branch_id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), ''))))
    or (shared = 'bank' and (select nullif(current_setting('app.staff', true), '')) is not null)
);
create policy self on customers_savedview to guanhu_own, guanhu_area using (
    owner_id = (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
) with check (
    owner_id = (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
    and branch_id = (
        select branch_id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
);

-- what a colleague wrote about her own day: hers alone to write, read by who leads or coaches her branch; a comment is
-- said in one's own name to a review of somebody else
create policy self on work_review to guanhu_own, guanhu_area using (
    staff_id = (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
) with check (
    staff_id = (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
    and branch_id = (
        select branch_id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
);
create policy area on work_review for select to guanhu_area using (
    branch_id = any ((select string_to_array(nullif(current_setting('app.branches', true), ''), ',')::bigint[])::bigint[])
);
create policy of_review on work_reviewnote for select to guanhu_own, guanhu_area using (
    exists (select from work_review mine where mine.id = review_id)
);
create policy comment on work_reviewnote for insert to guanhu_area with check (
    by_id = (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
    and exists (select from work_review mine where mine.id = review_id and mine.staff_id <> by_id)
);

create policy self on work_weekgoal to guanhu_own, guanhu_area using (
    staff_id = (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
);

create policy feeds on customers_quarantined to guanhu_feeds using (true);

-- cases: the one a request is bound to (never at a counter), all of them for the list, those one opened oneself
create policy one on customers_case to guanhu_one using (
    customer_no = (select nullif(current_setting('app.number', true), ''))
    and (select nullif(current_setting('app.branches', true), '')) is null
);
create policy cases on customers_case to guanhu_cases using (true);
create policy self on customers_case to guanhu_self using (
    opened_by_id = (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
);
create policy number on customers_case for select to guanhu_app using (true);  -- two columns, granted above
create policy one on customers_casecopy to guanhu_one using (
    exists (select from customers_case mine where mine.id = case_id)
);
create policy one on customers_finding to guanhu_one using (
    exists (select from customers_case mine where mine.id = case_id)
);
create policy one on customers_hold to guanhu_one using (
    exists (select from customers_customer seen where seen.key = customer_id)
    and (select nullif(current_setting('app.branches', true), '')) is null
);

-- exports: one's own; those of the branches in reach, and those for the bank's offices, to be decided by somebody else
create policy self on customers_export to guanhu_own, guanhu_area using (
    asked_by_id = (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
);
create policy branch on customers_export for select to guanhu_area using (
    branch_id = any ((select string_to_array(nullif(current_setting('app.branches', true), ''), ',')::bigint[])::bigint[])
);
create policy decide on customers_export for update to guanhu_area using (
    branch_id = any ((select string_to_array(nullif(current_setting('app.branches', true), ''), ',')::bigint[])::bigint[])
) with check (
    decided_by_id = (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
);
create policy bank on customers_export for select to guanhu_exports, guanhu_auditor using (
    (select nullif(current_setting('app.staff', true), '')) is not null
);
create policy decide_bank on customers_export for update to guanhu_exports using (
    (select nullif(current_setting('app.staff', true), '')) is not null
) with check (
    decided_by_id = (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
);
create policy self on customers_exportfile to guanhu_own, guanhu_area using (
    exists (select from customers_export mine where mine.id = export_id and mine.asked_by_id =
        (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), ''))))
);

-- a colleague's counts and the flags on them: her own, not those of whom she covers, and her branch's head's and region's
create policy self on work_daycount for select to guanhu_own, guanhu_area using (
    staff_id = (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
);
create policy area on work_daycount for select to guanhu_area using (
    staff_id in (select id from people_staff where
        branch_id = any ((select string_to_array(nullif(current_setting('app.branches', true), ''), ',')::bigint[])::bigint[]))
);
create policy self on work_flag for select to guanhu_own, guanhu_area using (
    staff_id = (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
);
create policy explain on work_flag for update to guanhu_own using (
    staff_id = (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
) with check (
    answer = 'open'
    and staff_id = (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
);
create policy area on work_flag for select to guanhu_area using (
    staff_id in (select id from people_staff where
        branch_id = any ((select string_to_array(nullif(current_setting('app.branches', true), ''), ',')::bigint[])::bigint[]))
);
create policy answer on work_flag for update to guanhu_area using (
    staff_id in (select id from people_staff where
        branch_id = any ((select string_to_array(nullif(current_setting('app.branches', true), ''), ',')::bigint[])::bigint[]))
) with check (
    answered_by_id = (select id from people_staff where staff_no = (select nullif(current_setting('app.staff', true), '')))
);

-- alarms speak of colleagues: for those who answer them alone
create policy alarms on people_alarm to guanhu_auditor using (true);
create policy alarms on people_looked to guanhu_auditor using (true);
create policy alarms on people_leaving to guanhu_auditor, guanhu_staff using (true);

-- ------------------------------------------------------------ the trail
-- Owned by a role nobody signs in as. Records come in through two functions alone; nobody changes or removes one.

grant create on schema public to guanhu_audit;
alter table audit_chain owner to guanhu_audit;
alter table audit_entry owner to guanhu_audit;
alter table audit_seal owner to guanhu_audit;
alter function audit_append(text, text) owner to guanhu_audit;
alter function audit_seal(bigint, timestamptz, text, bytea, text) owner to guanhu_audit;
revoke create on schema public from guanhu_audit;

revoke all on audit_chain, audit_entry, audit_seal from public, guanhu_app, guanhu_pages, guanhu_night;
revoke all on function audit_append(text, text) from public;
revoke all on function audit_seal(bigint, timestamptz, text, bytea, text) from public;
grant execute on function portfolio_claimable(bigint, text) to guanhu_own;
grant execute on function portfolio_pool(integer) to guanhu_own;
grant execute on function audit_append(text, text) to guanhu_app, guanhu_pages, guanhu_night;
grant execute on function audit_seal(bigint, timestamptz, text, bytea, text) to guanhu_night;
grant select on audit_entry to guanhu_pages, guanhu_night;
grant select on audit_chain, audit_seal to guanhu_auditor, guanhu_night;

do $$
declare
    one text;
    gone record;
begin
    foreach one in array array['audit_chain', 'audit_entry', 'audit_seal']
    loop
        execute format('alter table %I enable row level security', one);
        execute format('alter table %I force row level security', one);
        for gone in select policyname from pg_policies where schemaname = 'public' and tablename = one
        loop
            execute format('drop policy %I on %I', gone.policyname, one);
        end loop;
        execute format('create policy keep on %I to guanhu_audit using (true) with check (true)', one);
        execute format('create policy audit on %I for select to guanhu_auditor using (true)', one);
    end loop;
end
$$;

-- everybody: what one did oneself
create policy self on audit_entry for select to guanhu_pages using (
    actor = (select nullif(current_setting('app.staff', true), ''))
);
