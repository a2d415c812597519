-- The night's measures and signals once more, written by hand from the definitions, for DuckDB.
-- The second road: tests hold the engine against it row for row, the benchmark compares what both cost.
-- Given: views customers, accounts, holdings, balances, moves, contacts; variables night, today, previous_day,
-- next_day, first_day (dates), legal_basis (text); table celebrated (calendar, month, day, on_day). One list of
-- customers speaks for all days. Answers: tables standings, month_ends, cut_offs, found.

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
         sum(change_fen)::bigint as change, sum(change_fen * margin(kind))::bigint as weighted,
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
         f.last_move_on, t.last_contact_on, l.opened_on, f.first_move_on, coalesce(f.moves, 0) as moves
  from lined l
  left join kept k using (customer)
  left join (select customer, sum(came)::bigint as came, sum(went)::bigint as went, sum(moves)::bigint as moves,
                    min(first_move_on) as first_move_on, max(last_move_on) as last_move_on
             from flow group by 1) f using (customer)
  left join (select customer, sum(weighted)::bigint as weighted from money group by 1) w using (customer)
  left join (select customer, sum(fdiv(amount_fen * 200, 10000))::bigint as value from holdings
             where kind = 'loan' and started_on <= getvariable('night')
               and (matures_on is null or matures_on > getvariable('night')) group by 1) o using (customer)
  left join last_contacts t using (customer)
  where l.e = getvariable('night');

-- signals: customer, account, kind, step, amount_fen, due_on
create or replace table found as
with shares30 as (
  select branch_no, case when a > 0 then fdiv(fdiv(n, 100) * 1000000, a) else 0 end as ppm
  from (select branch_no, sum(in30_fen - out30_fen)::bigint as n, fdiv(sum(average_fen)::bigint, 100) as a
        from standings group by 1)),
due as (
  select customer, account, amount_fen, matures_on,
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
leaving as (
  select s.*, h.*, in30_fen - out30_fen as net,
         fdiv(in30_fen - out30_fen - fdiv(average_fen * ppm, 1000000), 100) as yuan
  from standings s join shares30 using (branch_no) join habits h using (customer)),
large as (
  select m.customer, m.account, m.day_on, abs(m.amount_fen) as amount_fen, s.average_fen
  from moves m join standings s using (customer)
  where m.kind <> 'own' and m.day_on between getvariable('today') - 5 and getvariable('night')
    and abs(m.amount_fen) >= 50000 * 100),
silent as (
  select *, getvariable('night') - coalesce(greatest(last_move_on, last_contact_on), opened_on) as days,
         greatest(case tier when 'A' then 60 when 'B' then 90 else 180 end,
                  case when moves >= 2 then 2 * ((last_move_on - first_move_on) // (moves - 1)) else 0 end) as patience
  from standings),
sent as (
  select customer, other_bank, sum(-amount_fen)::bigint as amount_fen from moves
  where amount_fen < 0 and other_bank is not null and getvariable('legal_basis') <> ''
    and day_on > getvariable('night') - 30 and day_on <= getvariable('night') group by 1, 2)
select customer, account, 'maturity' as kind, step, sum(amount_fen)::bigint as amount_fen, matures_on as due_on
from due where step is not null and customer in (select customer from standings) group by all
union all
select customer, null, 'near_line', null, gap_fen, getvariable('today') from standings
where gap_fen is not null and average_fen * 10 >= (average_fen + gap_fen) * 6
union all
select customer, null, 'outflow', null, -net, getvariable('today') from leaving
where net < 0 and yuan < 0 and average_fen > 0 and months >= 3 and -yuan * 1000 >= average_fen
  and total - months * yuan >= 0
  and (total - months * yuan)::double * (total - months * yuan)::double
      >= 9 * (months * squares::double - total::double * total::double)
union all
select customer, account, 'large_move', null, max(amount_fen), day_on from large
where amount_fen >= 200000 * 100 or amount_fen * 10 >= average_fen * 3 group by customer, account, day_on
union all
select customer, null, 'dormant', null, greatest(balance_fen, 0), getvariable('today') from silent where days >= patience
union all
select customer, null, 'other_bank', null, max(amount_fen), getvariable('today') from sent
where amount_fen >= 10000 * 100 and customer in (select customer from standings) group by customer
union all
select s.customer, null, 'dates', null, greatest(s.balance_fen, 0), d.on_day
from standings s join customers c using (customer) join celebrated d
  on d.calendar = coalesce(c.birth_calendar, 'solar') and d.month = c.birth_month and d.day = c.birth_day_of_month
where c.kind = 'personal';
