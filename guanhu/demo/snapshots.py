"""What the bank knows as of a day: branches, staff, customers, accounts, products, holdings, consents, complaints."""

from __future__ import annotations

import numpy as np

from guanhu.demo import cast, names, places, shelf
from guanhu.demo.books import NEVER
from guanhu.demo.calendar import DAYS, HISTORY_LAST, day_of, t_of
from guanhu.demo.files import yuan
from guanhu.demo.people import People, birth_text
from guanhu.demo.personas import PERSONAS
from guanhu.demo.touch import CHANNELS
from guanhu.demo.truth import TALK_SECONDS
from guanhu.demo.world import World
from guanhu.rules.kinds import Channel, ConsentPurpose, CustomerKind, Stage

Rows = list[list[str]]
REFUSED_CHANNELS = (
    (ConsentPurpose.CALL, 30, "客户要求不打电话，有事发消息，柜面登记"),
    (ConsentPurpose.MESSAGE, 8, "客户要求不发消息，柜面登记"),
    (ConsentPurpose.MEETING, 6, "客户不愿上门或到店，柜面登记"),
)
"""So many of a thousand customers would refuse the channel, and what the bank wrote down."""
FIRST_NUMBER = 80_000_001
"""Customer numbers count from here; the named customers come first."""


def customer_no(i: int) -> str:
    """The bank's number of customer ``i``."""
    return str(FIRST_NUMBER + i)


def branches() -> Rows:
    """The three branches."""
    return [[b.no, b.name, b.address, b.region] for b in cast.BRANCHES]


def staff() -> Rows:
    """Everybody, with post, capability, licence and leave."""
    rows = []
    for place, c in enumerate(cast.STAFF):
        licence = [f"DEMO{c.no}", f"2027-{place % 12 + 1:02d}-28"] if c.customers else ["", ""]
        rows.append(
            [
                c.no,
                c.name,
                cast.BRANCHES[c.branch].no,
                c.post.value,
                str(c.capability),
                *licence,
                names.phone_no(9_000_000 + int(c.no)),
                *c.leave,
            ]
        )
    return rows


def products() -> Rows:
    """The shelf."""
    return [
        [
            p.no, p.name, shelf.KINDS[p.kind].value, p.risk.value if p.kind != shelf.LOAN else "",
            str(p.days) if p.days else "", p.drawbacks,
        ]
        for p in shelf.PRODUCTS
    ]  # fmt: skip


def customers(world: World) -> Rows:
    """Every customer as of the end of the history; the same in every delivery."""
    people = world.people
    stages = _stages(world)
    opened = [day_of(t).isoformat() for t in people.opened.tolist()]
    return [_company(people, i, opened[i], stages[i]) if people.company[i] else _person(people, i, opened[i], stages[i])
            for i in range(people.n)]  # fmt: skip


def _person(people: People, i: int, opened: str, stage: list[str]) -> list[str]:
    birth = birth_text(people, i)
    keeper = cast.KEEPERS[people.keeper[i]]
    return [
        customer_no(i), CustomerKind.PERSONAL.value, people.name[i], cast.BRANCHES[keeper.branch].no, keeper.no,
        "女" if people.female[i] else "男", birth, "lunar" if people.lunar[i] else "solar", names.identity_no(i, birth),
        names.phone_no(i), _address(people, i), f"c{customer_no(i)}@example.invalid" if i % 3 == 0 else "",
        people.occupation[i], f"C{people.risk[i]}", _assessed(people, i), *stage, opened,
    ]  # fmt: skip


def _company(people: People, i: int, opened: str, stage: list[str]) -> list[str]:
    keeper = cast.KEEPERS[people.keeper[i]]
    return [
        customer_no(i), CustomerKind.CORPORATE.value, people.name[i], cast.BRANCHES[keeper.branch].no, keeper.no,
        "", "", "", names.company_no(i), names.phone_no(i), _address(people, i), "", "", "", "", *stage, opened,
    ]  # fmt: skip


def _address(people: People, i: int) -> str:
    community = places.COMMUNITIES[people.branch[i]][people.community[i]]
    return f"{places.CITY}{community} {people.house[i] // 100 + 1} 幢 {people.house[i] % 100 + 101} 室"


def _assessed(people: People, i: int) -> str:
    """Day of the risk test: within the year for most, older for the rest, never for one in twenty-five."""
    luck = i * 7_919 % 1_000
    if luck >= 960 and not people.named[i]:
        return ""
    ago = 10 + luck * 330 // 780 if luck < 780 or people.named[i] else 380 + luck % 240
    return day_of(max(t_of(HISTORY_LAST) - ago, int(people.opened[i]))).isoformat()


def _stages(world: World) -> list[list[str]]:
    """客情: the more real conversations, the closer; as the old system had it."""
    people = world.people
    talks = [contact for contact in world.contacts if contact.seconds >= TALK_SECONDS]
    count, last = np.zeros(people.n, np.int64), people.opened.copy()
    for talk in talks:
        count[talk.customer] += 1
        last[talk.customer] = talk.t
    noise = np.arange(people.n) * 31 % 3
    level = np.digitize(count + noise - 1, (2, 4, 7, 11))
    stages = list(Stage)
    end = t_of(HISTORY_LAST)
    rows = [
        [stages[n].value, day_of(min(t, end)).isoformat()] for n, t in zip(level.tolist(), last.tolist(), strict=True)
    ]
    for i, persona in enumerate(PERSONAS[: people.n]):
        rows[i] = [persona.stage.value, day_of(end - 90 - i * 17).isoformat()]
    return rows


def account_numbers(world: World) -> list[str]:
    """The bank's number of every account."""
    return [names.account_no(i) for i in range(world.books.accounts)]


def accounts(world: World, t: int, numbers: list[str]) -> Rows:
    """Every account opened by the end of day ``t``."""
    books, people = world.books, world.people
    rows = []
    for a in np.flatnonzero(books.opened[: books.accounts] <= t).tolist():
        kind, owner = int(books.kind[a]), int(books.owner[a])
        current = kind == shelf.CURRENT and not people.company[owner]
        rows.append([
            numbers[a], customer_no(owner), shelf.KINDS[kind].value, "1" if current else "",
            names.card_no(a) if current else "", day_of(int(books.opened[a])).isoformat(), "",
        ])  # fmt: skip
    return rows


def holdings(world: World, t: int, numbers: list[str]) -> Rows:
    """What stands in the books at the end of day ``t``: a matured deposit nobody came for is still there."""
    books = world.books
    rows = []
    for h in books.live(t).tolist():
        product, due, start = int(books.h_product[h]), int(books.h_due[h]), int(books.h_start[h])
        amount = int(books.h_amount[h])
        if product == shelf.NO["M240"]:
            amount = amount * (due - t) // (due - start) // 100 * 100
        account = int(books.account_of[shelf.KIND[product], books.h_customer[h]])
        deposit = shelf.KIND[product] == shelf.DEPOSIT
        rows.append([
            f"H{h + 1:07d}", numbers[account], shelf.PRODUCTS[product].no, yuan(amount), day_of(start).isoformat(),
            day_of(due).isoformat() if due < NEVER else "", yuan(int(books.h_rate[h])) if books.h_rate[h] else "",
            ("Y" if books.h_auto[h] else "N") if deposit else "",
        ])  # fmt: skip
    return rows


def consents(world: World, t: int) -> Rows:
    """Consent as it stood at the end of day ``t``; some were never asked."""
    people = world.people
    ways = ("柜面签署《个人信息使用授权书》", "手机银行勾选同意", "开户时签署", "电话录音登记")
    rows = []
    for i in range(people.n):
        opened = int(people.opened[i])
        when = day_of(opened if opened > -30 else opened + i * 7_919 % -opened).isoformat()
        for purpose, said in (
            (ConsentPurpose.MARKETING, people.marketing[i]),
            (ConsentPurpose.SERVICE, people.service[i]),
        ):
            if said < 0:
                continue
            flag, day, way = "Y" if said else "N", when, ways[i % 3]
            if not said and purpose is ConsentPurpose.MARKETING:
                refused = world.refusals.get(i)
                way = "客户电话中拒绝，录音登记" if refused is not None else "客户拒收营销，柜面登记"
                if refused is not None and refused <= t:
                    day = day_of(refused).isoformat()
                elif refused is not None:
                    flag, way = "Y", ways[i % 3]
            rows.append([customer_no(i), purpose.value, flag, day, way])
    return rows + _refused_channels(world)


def _refused_channels(world: World) -> Rows:
    """Who will not be reached by one channel, and said so when he opened his account: nobody ever tried it."""
    people = world.people
    tried = {(contact.customer, CHANNELS[contact.channel]) for contact in world.contacts}
    rows = []
    for purpose, share, said in REFUSED_CHANNELS:
        for i in range(people.n):
            wants_none = (i * 6_151 + len(purpose.value) * 389) % 1_000 < share and not people.named[i]
            if wants_none and (i, Channel(purpose.value)) not in tried and people.opened[i] <= t_of(HISTORY_LAST):
                rows.append([customer_no(i), purpose.value, "N", day_of(int(people.opened[i])).isoformat(), said])
    return rows


def complaints(world: World, t: int) -> Rows:
    """Complaints taken down by the end of day ``t``; a closing after that day is not known yet."""
    rows = []
    for number, c in enumerate(world.complaints, 1):
        if c.opened <= t < DAYS:
            closed = day_of(c.closed).isoformat() if c.closed is not None and c.closed <= t else ""
            rows.append([f"TS{number:05d}", customer_no(c.customer), day_of(c.opened).isoformat(), closed, c.subject])
    return rows
