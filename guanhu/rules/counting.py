"""点数与习惯: the numbers a bank may change about what a head is asked to look at, and about drives (P54, P55, P70)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CountingNumbers:
    """From which number on a day's writing, or a year's rhythm, is told. Every number is the product's own guess."""

    # how many calls it takes to have so many answered (P55)
    connect_bp: int = 6_000
    connect_cases: int = 60
    """How many of 10,000 calls are believed to be answered, and how many of a colleague's own weigh as much."""

    # counting that cannot be gamed (P54, P55; target 3): from which number on a head is asked to look
    flag_bulk_minutes: int = 10
    flag_bulk_contacts: int = 10
    """The shortest contact takes two minutes with its writing, so ten minutes hold five: twice that is no work done."""
    flag_copied_customers: int = 5
    flag_copied_signs: int = 8
    """Shorter notes are said alike by everybody: 未接，下午再试."""
    flag_copied_alike_bp: int = 8_000
    """Four of five pairs of signs in common: a name or a day put in another's sentence leaves as many."""
    flag_closing_minute: int = 18 * 60
    flag_last_minutes: int = 30
    flag_last_bp: int = 4_000
    flag_last_contacts: int = 8
    """Half an hour is a sixteenth of the day: two fifths of its contacts are six times as many. Eight, for a day with
    three contacts has a late one soon enough."""
    flag_near_seconds: int = 10
    flag_near_calls: int = 5
    flag_near_bp: int = 4_000
    """Real talks last minutes; of those from a minute on hardly one in a hundred ends within the next ten seconds."""
    flag_hours_from: int = 8
    flag_hours_to: int = 21
    flag_outside_contacts: int = 3
    """The hours outside which nobody is contacted; one or two late notes are somebody tidying up."""
    flag_unwritten_calls: int = 3
    """A talk of a minute that leaves nothing to write happens; three on one day do not."""

    # habits over a year (P70, P71)
    habit_weeks: int = 52
    habit_weeks_known: int = 26
    """Below half a year there is no middle week to speak of, and at most one quarter's end."""
    habit_burst_bp: int = 20_000
    """Twice one's own middle week."""
    habit_bursts: int = 3
    habit_drive_bp: int = 2_000
    """A fifth of the year's contacts in three bursts or more; evenly worked, so many weeks hold less than a tenth."""
