-- The night's measures, signals and opportunities once more, written by hand from the definitions, for DuckDB.
-- The second road: tests hold the engine against it row for row, the benchmark compares what both cost.
-- Given: views customers, accounts, holdings, products, balances, moves, contacts, complaints, promises; variables
-- night, today, previous_day, next_day, first_day (dates), legal_basis, policy (texts); tables celebrated (calendar,
-- month, day, on_day) and workdays (day_on). One list of customers speaks for all days.
-- Answers: tables standings, month_ends, cut_offs, signals, opportunities.

create or replace macro words(x) as coalesce('"' || replace(replace(x::text, '\', '\\'), '"', '\"') || '"', 'null');
create or replace macro digits(x) as coalesce(x::text, 'null');
create or replace macro fdiv(a, b) as cast((a - ((a % b) + b) % b) // b as bigint);
create or replace macro inside(change, day_on, e) as change * greatest(0, least(30, (e - day_on) + 1));
create or replace macro margin(kind) as case kind when 'wealth' then 60 when 'fund' then 80
  when 'insurance' then 300 when 'loan' then 200 else 100 end;

-- the months up to the night; the last one may be unfinished
create or replace temp table spans as
  select row_number() over (order by e) as i, e, date_trunc('month', e)::date as begins, e = last_day(e) as closed,
         coalesce(lead(e) over (order by e), e) as next_e
  from (select distinct least(last_day(d::date), getvariable('night')) as e
        from range(getvariable('first_day'), getvariable('night') + interval 1 day, interval 1 day) as r(d));

create or replace temp table money as
  select customer, least(last_day(b.day_on), getvariable('night')) as e,
         sum(change_fen)::bigint as change, sum(change_fen * case kind when 'insurance' then 0 else margin(kind) end)::bigint as weighted,
         sum(inside(change_fen, b.day_on, least(last_day(b.day_on), getvariable('night'))))::bigint as here,
         sum(inside(change_fen, b.day_on,
                    least(last_day(last_day(b.day_on) + 1), getvariable('night'))))::bigint as after
  from balances b where b.day_on <= getvariable('night') group by 1, 2;

create or replace temp table flow as
  select customer, least(last_day(day_on), getvariable('night')) as e,
         (sum(amount_fen) filter (kind <> 'own'))::bigint as net,
         (sum(amount_fen) filter (kind <> 'own' and amount_fen > 0 and day_on > getvariable('night') - 30))::bigint as came,
         (sum(-amount_fen) filter (kind <> 'own' and amount_fen < 0 and day_on > getvariable('night') - 30))::bigint as went,
         count(*) filter (by_customer) as moves,
         min(day_on) filter (by_customer) as first_move_on, max(day_on) filter (by_customer) as last_move_on
  from moves where day_on <= getvariable('night') group by 1, 2;

-- every customer at every month's end and on the night
create or replace temp table measured as
  select customer, branch_no, opened_on, i, e, begins, closed, net, balance,
         fdiv(window_sum, 30) as average
  from (
    select c.customer, c.branch_no, c.opened_on, s.i, s.e, s.begins, s.closed, coalesce(f.net, 0) as net,
           (sum(coalesce(m.change, 0)) over up_to)::bigint as balance,
           (coalesce(m.here, 0) + coalesce(lag(m.after) over up_to, 0)
            + 30 * coalesce(sum(m.change) over (partition by c.customer order by s.i
                                                rows between unbounded preceding and 2 preceding), 0))::bigint as window_sum
    from customers c cross join spans s
    left join money m on m.customer = c.customer and m.e = s.e
    left join flow f on f.customer = c.customer and f.e = s.e
    window up_to as (partition by c.customer order by s.i))
  where opened_on <= e;

create or replace table month_ends as
  select customer, e as day_on, balance as balance_fen, average as average_fen, net as net_fen
  from measured where closed;

-- the branch's own movement, and each customer's months without it
create or replace temp table shares as
  select i, branch_no, case when a > 0 then fdiv(fdiv(n, 100) * 1000000, a) else 0 end as ppm
  from (select i, branch_no, sum(net)::bigint as n, fdiv(sum(average)::bigint, 100) as a
        from measured where closed group by 1, 2);

create or replace temp table habits as
  select customer, count(*) as months, sum(yuan)::bigint as total, sum(yuan * yuan)::bigint as squares
  from (select customer, greatest(-300000000, least(300000000,
               fdiv(net - fdiv(average * ppm, 1000000), 100))) as yuan
        from measured join shares using (i, branch_no)
        where closed and opened_on <= begins and getvariable('first_day') <= begins
          -- the last closed month is left out while the 30 days reach into it
          and (e < (select max(e) from spans where closed) or getvariable('night') - e >= 30))
  group by 1;

-- lines: the ranking of the last quarter's end, before the first one that of the day itself
create or replace temp table ranked as
  select i, e, branch_no, average,
         row_number() over (partition by i, branch_no order by average desc, customer) as place,
         count(*) over (partition by i, branch_no) as people
  from measured
  where (closed and month(e) % 3 = 0)
     or e < coalesce((select min(e) from spans where closed and month(e) % 3 = 0), date '9999-01-01');

create or replace table cut_offs as
  select i, e, branch_no,
         max(greatest(1, average)) filter (place = (people * 2000 + 5000) // 10000) as line_a,
         max(greatest(1, average)) filter (place = (people * 5000 + 5000) // 10000) as line_b
  from ranked group by all;

create or replace temp table lined as
  select m.*, l.line_a, l.line_b,
         case when average > 0 and average >= line_a then 2 when average > 0 and average >= line_b then 1 else 0 end as reached
  from measured m asof left join cut_offs l on m.branch_no = l.branch_no and m.i >= l.i;

-- the kept tier, month-end by month-end
create or replace temp table kept as
  with recursive walk as (
    select customer, i, reached as tier, 0 as below from lined
    where closed and i = (select min(k.i) from lined k where k.closed and k.customer = lined.customer)
    union all
    select customer, i, case when rank_low >= 2 then reached else greatest(tier, reached) end,
           case when (case when rank_low >= 2 then reached else greatest(tier, reached) end) = tier then rank_low else 0 end
    from (select l.customer, l.i, l.reached, w.tier,
                 case when l.average * 10000 < (case w.tier when 2 then coalesce(l.line_a, 0)
                                                when 1 then coalesce(l.line_b, 0) else 0 end) * 9000
                      then w.below + 1 else 0 end as rank_low
          from walk w join lined l on l.customer = w.customer and l.i = w.i + 1 and l.closed))
  select customer, arg_max(tier, i) as tier from walk group by 1;

-- what stands on the night
create or replace temp table last_contacts as
  select customer,
         max(day_on) filter (outcome in ('reached', 'declined', 'booked', 'closed')
                             and (channel = 'meeting' or (channel = 'call' and seconds >= 60))) as last_contact_on
  from contacts where day_on <= getvariable('night') group by 1;

create or replace table standings as
  select l.customer, l.branch_no, ['C', 'B', 'A'][1 + greatest(coalesce(k.tier, 0), l.reached)] as tier,
         case when average >= 6000000 * 100 then 'private' when average >= 2000000 * 100 then 'platinum'
              when average >= 500000 * 100 then 'vip' when average >= 300000 * 100 then 'gold'
              when average >= 50000 * 100 then 'silver' else 'basic' end as entitlement,
         balance as balance_fen, average as average_fen,
         (select min(x) from (values (50000 * 100), (300000 * 100), (500000 * 100), (2000000 * 100), (6000000 * 100)) v(x)
          where x > average) - average as gap_fen,
         coalesce(f.came, 0) as in30_fen, coalesce(f.went, 0) as out30_fen,
         fdiv(coalesce(w.weighted, 0), 10000) + coalesce(o.value, 0) as value_fen,
         f.last_move_on, t.last_contact_on, getvariable('policy') as policy,
         l.opened_on, f.first_move_on, coalesce(f.moves, 0) as moves
  from lined l
  left join kept k using (customer)
  left join (select customer, sum(came)::bigint as came, sum(went)::bigint as went, sum(moves)::bigint as moves,
                    min(first_move_on) as first_move_on, max(last_move_on) as last_move_on
             from flow group by 1) f using (customer)
  left join (select customer, sum(weighted)::bigint as weighted from money group by 1) w using (customer)
  left join (select customer, sum(fdiv(amount_fen * margin(kind), 10000))::bigint as value from holdings
             where started_on <= getvariable('night')
               and (kind = 'loan' and (matures_on is null or matures_on > getvariable('night'))
                    or kind = 'insurance' and started_on > getvariable('night') - 365) group by 1) o using (customer)
  left join last_contacts t using (customer)
  where l.e = getvariable('night');

-- signals, each with its evidence
create or replace table signals as
with shares30 as (
  select branch_no, case when a > 0 then fdiv(fdiv(n, 100) * 1000000, a) else 0 end as ppm
  from (select branch_no, sum(in30_fen - out30_fen)::bigint as n, fdiv(sum(average_fen)::bigint, 100) as a
        from standings group by 1)),
due as (
  select customer, account, product_no, h.kind, amount_fen, started_on, matures_on, rate_bp,
         case when matures_on < getvariable('today') then case when auto_renew then null else 't+1' end
              when matures_on < getvariable('next_day') then 't0'
              when matures_on = getvariable('next_day') then 't-1'
              when matures_on - getvariable('today') <= 7 then 't-7'
              when matures_on - getvariable('today') <= 30 then 't-30' end as step
  from holdings h
  where started_on <= getvariable('night') and matures_on >= getvariable('previous_day')
    and not (matures_on < getvariable('today') and exists (
      select 1 from holdings n where n.customer = h.customer and n.kind <> 'loan' and n.started_on >= h.matures_on
        and n.started_on <= getvariable('night')))),
maturing as (
  select customer, account, d.kind as product, step, sum(amount_fen)::bigint as amount_fen, matures_on,
         max(p.name) as name, max(rate_bp) as rate_bp, min(started_on) as started_on, count(*) as holdings
  from due d left join products p using (product_no)
  where step is not null and customer in (select customer from standings) group by all),
lines(line_fen, line) as (values (50000 * 100, 'silver'), (300000 * 100, 'gold'), (500000 * 100, 'vip'),
                                 (2000000 * 100, 'platinum'), (6000000 * 100, 'private')),
leaving as (
  select s.*, h.*, in30_fen - out30_fen as net, ppm, greatest(-300000000, least(300000000,
         fdiv(in30_fen - out30_fen - fdiv(average_fen * ppm, 1000000), 100))) as yuan
  from standings s join shares30 using (branch_no) join habits h using (customer)),
large as (
  select m.customer, m.account, m.day_on, m.amount_fen < 0 as went, abs(m.amount_fen) as amount_fen, m.kind,
         m.other_bank, s.average_fen, count(*) over (partition by m.account, m.day_on) as moves,
         row_number() over (partition by m.account, m.day_on order by abs(m.amount_fen) desc, m.move) as place
  from moves m join standings s using (customer)
  where m.kind <> 'own' and m.day_on between getvariable('today') - 5 and getvariable('night')
    and abs(m.amount_fen) >= 50000 * 100
    and (abs(m.amount_fen) >= 200000 * 100 or abs(m.amount_fen) * 10 >= s.average_fen * 3)),
silent as (
  select *, getvariable('night') - coalesce(greatest(last_move_on, last_contact_on),
                                             greatest(opened_on, getvariable('first_day'))) as days,
         case when moves >= 2 then (last_move_on - first_move_on) // (moves - 1) end as gap,
         greatest(case tier when 'A' then 60 when 'B' then 90 else 180 end, coalesce(2 * gap, 0)) as patience
  from standings),
sent as (
  select customer, other_bank, sum(-amount_fen)::bigint as amount_fen, count(*) as moves from moves
  where amount_fen < 0 and other_bank is not null and getvariable('legal_basis') <> ''
    and day_on > getvariable('night') - 30 and day_on <= getvariable('night') group by 1, 2),
most as (
  select *, count(*) over (partition by customer) as banks,
         row_number() over (partition by customer order by amount_fen desc, other_bank) as place
  from sent where amount_fen >= 10000 * 100 and customer in (select customer from standings)),
found as (
select customer, account, 'maturity' as kind, step, product, amount_fen, matures_on as due_on,
       (select min(day_on) from workdays where day_on > matures_on) as expires_on,
       '{"product": ' || words(product) || ', "name": ' || words(name) || ', "amount_fen": ' || amount_fen
       || ', "matures_on": ' || words(matures_on) || ', "started_on": ' || words(started_on)
       || ', "rate_bp": ' || digits(rate_bp) || ', "holdings": ' || holdings || ', "step": ' || words(step) as why
from maturing
union all
select customer, null, 'near_line', null, null, gap_fen, getvariable('today'), getvariable('today') + 30,
       '{"line": ' || words(line) || ', "line_fen": ' || line_fen || ', "average_fen": ' || average_fen
       || ', "gap_fen": ' || gap_fen
from standings join lines on line_fen = average_fen + gap_fen where average_fen * 10 >= (average_fen + gap_fen) * 6
union all
select customer, null, 'outflow', null, null, -net, getvariable('today'), getvariable('today') + 30,
       '{"net_fen": ' || net || ', "average_fen": ' || average_fen || ', "adjusted_yuan": ' || yuan
       || ', "usual_yuan": ' || fdiv(total, months) || ', "months": ' || months || ', "branch_ppm": ' || ppm
from leaving
where net < 0 and yuan < 0 and average_fen > 0 and months >= 6 and -net * 10 >= average_fen
  and total - months * yuan >= 0
  and (total - months * yuan)::double * (total - months * yuan)::double
      >= 9 * (months * squares::double - total::double * total::double)
union all
select customer, account, 'large_move', null, null, amount_fen, day_on, day_on + 5,
       '{"amount_fen": ' || amount_fen || ', "direction": "' || case when went then 'out' else 'in' end
       || '", "moved_on": ' || words(day_on) || ', "move_kind": ' || words(kind)
       || ', "other_bank": ' || words(other_bank) || ', "average_fen": ' || average_fen || ', "moves": ' || moves
from large where place = 1
union all
select customer, null, 'dormant', null, null, greatest(balance_fen, 0), getvariable('today'),
       getvariable('today') + 30,
       '{"silent_days": ' || days || ', "line_days": ' || patience || ', "usual_gap_days": ' || digits(gap)
       || ', "tier": ' || words(tier) || ', "last_move_on": ' || words(last_move_on)
       || ', "last_contact_on": ' || words(last_contact_on) || ', "balance_fen": ' || balance_fen
from silent where days >= patience
union all
select customer, null, 'other_bank', null, null, amount_fen, getvariable('today'), getvariable('today') + 30,
       '{"other_bank": ' || words(other_bank) || ', "sent_fen": ' || amount_fen || ', "moves": ' || moves
       || ', "banks": ' || banks || ', "days": 30, "legal_basis": ' || words(getvariable('legal_basis'))
from most where place = 1
union all
select s.customer, null, 'dates', null, null, greatest(s.balance_fen, 0), d.on_day, d.on_day,
       '{"what": "birthday", "calendar": ' || words(d.calendar) || ', "due_on": ' || words(d.on_day)
       || ', "tier": ' || words(s.tier) || ', "balance_fen": ' || s.balance_fen
from standings s join customers c using (customer) join celebrated d
  on d.calendar = coalesce(c.birth_calendar, 'solar') and d.month = c.birth_month and d.day = c.birth_day_of_month
where c.kind = 'personal')
select customer, account, kind, step, product, amount_fen, due_on, expires_on::date as expires_on,
       why || ', "rule": "' || kind || '"}' as evidence, getvariable('policy') as policy
from found;

-- opportunities: what is open today, one line for each customer, kind and account, with what a call is worth
create or replace table opportunities as
with ranked as (
  select * exclude (policy),
         coalesce(step in ('t-1', 't0', 't+1'), false)
         or (kind = 'large_move' and evidence like '%"direction": "out"%' and due_on >= getvariable('previous_day')) as duty
  from signals where expires_on is null or expires_on >= getvariable('today')),
foremost as (
  select *, row_number() over (partition by customer, kind, account
                               order by duty desc, due_on, amount_fen desc, step) as place
  from ranked),
promised as (
  select *, row_number() over (partition by customer order by due_on, channel) as place from promises
  where due_on <= getvariable('today') and customer in (select customer from standings)),
complained as (
  select c.customer, min(c.opened_on) as opened_on, count(*) as complaints from complaints c join standings s using (customer)
  where c.opened_on <= getvariable('night') and (c.closed_on is null or c.closed_on > getvariable('night'))
    and (s.last_contact_on is null or s.last_contact_on < c.opened_on) group by 1),
believed(kind, place_1, with_bp, without_bp, share) as (values
  ('maturity', 1, 8200, 6500, 0), ('near_line', 2, 1600, 500, 500), ('outflow', 3, 2500, 800, 200),
  ('large_move', 4, 3000, 1200, 300), ('dormant', 5, 900, 200, 500), ('other_bank', 6, 1200, 400, 0), ('dates', 7, 150, 50, 0)),
-- held out: a lot drawn from the customer, the account, the day of the trial and the signal, by arithmetic alone
named as (
  select f.*, b.* exclude (kind), due_on - date '1970-01-01' as due, coalesce(account, 0)::hugeint % 2147483647 as a
  from foremost f join believed b using (kind) where account is null or f.place = 1),
begun as (
  select *, case when kind in ('near_line', 'outflow', 'dormant') then due - (due + customer % 30) % 30 else due end as trial
  from named),
mixed as (
  select *, ((((((customer::hugeint % 2147483647 * 48271 + a) % 2147483647 * 48271 + trial) % 2147483647 * 48271 + place_1)
              % 2147483647) * 48271 + 1) % 2147483647) as x from begun),
drawn as (
  select *, (((x * x % 2147483647) * (x * x % 2147483647) % 2147483647) * x % 2147483647) * 10000 // 2147483647 < share
            and not duty and not (kind = 'large_move' and evidence like '%"direction": "out"%') as held from mixed),
every as (
select customer, account, kind, duty, kind not in ('maturity', 'large_move') as marketing, step, product, amount_fen,
       due_on, expires_on, fdiv(fdiv(amount_fen * margin(product), 10000) * (with_bp - without_bp), 10000) as gain_fen,
       evidence[:-2] || ', "with_bp": ' || with_bp || ', "without_bp": ' || without_bp || ', "trials": 0, "held_out": '
       || held || '}' as evidence
from drawn
union all
select customer, null, 'promise', true, false, null, null, 0, due_on, null, 8000,
       '{"promised_on": ' || words(due_on) || ', "channel": ' || words(channel) || ', "rule": "promise"}'
from promised where place = 1
union all
select customer, null, 'complaint', true, false, null, null, 0, opened_on, null, 20000,
       '{"opened_on": ' || words(opened_on) || ', "complaints": ' || complaints || ', "rule": "complaint"}'
from complained)
select *, getvariable('policy') as policy from every;
