"""What happened day by day: movements, end-of-day balances, contacts, as lines of the bank's files."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from guanhu.demo import cast, notes, places, shelf
from guanhu.demo.books import MOVES, NEVER, Ints
from guanhu.demo.calendar import DAYS, FESTIVALS, day_of
from guanhu.demo.snapshots import customer_no
from guanhu.demo.touch import CHANNELS, INFLOW, OUTCOMES, ROUTINE
from guanhu.demo.truth import TALK_SECONDS
from guanhu.demo.world import Contact, World
from guanhu.rules.kinds import Channel


@dataclass(frozen=True)
class Journal:
    """Every movement and every changed balance, in order of day."""

    moves: tuple[Ints, ...]
    """day, account, amount, kind, channel, bank."""
    account: Ints
    day: Ints
    before: Ints
    after: Ints
    days: list[str]


def journal(world: World) -> Journal:
    """Movements and the balances they leave; opening balances stand on the first day with nothing before."""
    books = world.books
    moves = books.moves()
    order = np.lexsort((moves[0], moves[1]))
    account, day, amount = moves[1][order], moves[0][order], moves[2][order]
    first = np.flatnonzero(np.concatenate([[True], (account[1:] != account[:-1]) | (day[1:] != day[:-1])]))
    change, account, day = np.add.reduceat(amount, first), account[first], day[first]
    opening = np.flatnonzero(books.start_balance[: books.accounts])
    account = np.concatenate([opening, account])
    day = np.concatenate([np.zeros(len(opening), np.int64), day])
    change = np.concatenate([books.start_balance[opening], change])
    order = np.lexsort((day, account))
    account, day, change = account[order], day[order], change[order]
    running = np.cumsum(change)
    begins = np.flatnonzero(np.concatenate([[True], account[1:] != account[:-1]]))
    base = np.repeat(running[begins] - change[begins], np.diff(np.append(begins, len(account))))
    after = running - base
    order = np.lexsort((account, day))
    before = after - change
    days = [day_of(t).isoformat() for t in range(DAYS)]
    return Journal(moves, account[order], day[order], before[order], after[order], days)


def transactions(book: Journal, numbers: list[str], since: int, until: int) -> tuple[list[str], int]:
    """Lines of the movements of these days, and the sum of their amounts in fen."""
    low, high = np.searchsorted(book.moves[0], (since, until + 1)).tolist()
    columns = [column[low:high].tolist() for column in book.moves]
    kinds = [kind.value for kind in MOVES]
    days, channels, banks = book.days, places.CHANNELS, places.OTHER_BANKS
    lines = [
        f"T{n:09d},{numbers[a]},{days[t]},{(v if v > 0 else -v) // 100}.{(v if v > 0 else -v) % 100:02d},"
        f"{'in' if v > 0 else 'out'},{kinds[k]},{channels[c]},{banks[b]}"
        for n, t, a, v, k, c, b in zip(range(low + 1, high + 1), *columns, strict=True)
    ]
    return lines, int(np.abs(book.moves[2][low:high]).sum())


def balances(book: Journal, numbers: list[str], since: int, until: int) -> tuple[list[str], int, int]:
    """Lines of the balances that changed on these days, and both sums in fen."""
    low, high = np.searchsorted(book.day, (since, until + 1)).tolist()
    columns = (column[low:high] for column in (book.account, book.day, book.before, book.after))
    lines = [
        f"{numbers[a]},{book.days[t]},{x // 100}.{x % 100:02d},{y // 100}.{y % 100:02d}"
        for a, t, x, y in zip(*(column.tolist() for column in columns), strict=True)
    ]
    return lines, int(book.before[low:high].sum()), int(book.after[low:high].sum())


def contacts(world: World, since: int, until: int) -> list[list[str]]:
    """The old system's contacts of these days, each with its note."""
    rows = []
    for number, contact in enumerate(sorted(world.contacts), 1):
        if since <= contact.t <= until:
            channel, at = CHANNELS[contact.channel], divmod(contact.minute, 60)
            spent = str(contact.seconds) if channel is not Channel.MESSAGE else ""
            rows.append([
                f"L{number:07d}", customer_no(contact.customer), cast.KEEPERS[contact.keeper].no,
                day_of(contact.t).isoformat(), f"{at[0]:02d}:{at[1]:02d}", channel.value, spent,
                OUTCOMES[contact.outcome].value, contact.text or _note(world, contact),
            ])  # fmt: skip
    return rows


def _closer(world: World, i: int, reason: int) -> int:
    """The reason as it sounds in this customer's life."""
    people = world.people
    street = people.branch[i] == 0 and people.community[i] == places.PULLED_DOWN
    if reason == INFLOW and street and not people.company[i]:
        return notes.DEMOLITION
    if reason != ROUTINE:
        return reason
    if people.company[i]:
        return notes.FIRM
    return notes.ELDER if people.birth_year[i] < 1966 else ROUTINE


def _note(world: World, contact: Contact) -> str:
    product, wan = "定期", ""
    if contact.holding < NEVER:
        product = shelf.PRODUCTS[world.books.h_product[contact.holding]].name
        wan = f"{int(world.books.h_amount[contact.holding]) / 1_000_000:g}"
    return notes.note(
        reason=_closer(world, contact.customer, contact.reason),
        channel=CHANNELS[contact.channel],
        outcome=OUTCOMES[contact.outcome],
        talked=contact.seconds >= TALK_SECONDS,
        luck=contact.customer * 31 + contact.t * 17,
        product=product,
        wan=wan,
        festival=FESTIVALS.get(day_of(contact.t), "节日"),
    )
