"""The dated policy: every number a bank may change, with the reason it has its value.

Rules take a ``Policy``; none of them holds a number of its own. What stands here is the first version
shipped, and every answer carries ``version``. Money is whole fen, shares are basis points (1/10,000),
times are days unless the name says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from guanhu.rules.counting import CountingNumbers
from guanhu.rules.kinds import (
    Channel,
    CustomerKind,
    Entitlement,
    FileItem,
    Outcome,
    Post,
    Tier,
)
from guanhu.rules.rounds import RoundNumbers
from guanhu.rules.trials import TrialNumbers
from guanhu.rules.worth import WorthNumbers

WAN = 10_000_00
"""One 万元 in fen."""


def _frequencies() -> dict[Tier, dict[Channel, int]]:
    return {
        Tier.A: {Channel.MESSAGE: 7, Channel.CALL: 30, Channel.MEETING: 91},
        Tier.B: {Channel.MESSAGE: 30, Channel.CALL: 91},
        Tier.C: {Channel.MESSAGE: 91},
    }


def _file_weights() -> dict[CustomerKind, dict[Tier, dict[FileItem, int]]]:
    """Who may be reached and what may be offered weighs most; the closer the service, the more is worth knowing."""
    i = FileItem
    firm = {i.PHONE: 4, i.CONSENT: 2, i.BUSINESS: 3}
    person = {i.PHONE: 4, i.CONSENT: 2, i.RISK: 2, i.BIRTH: 2, i.OCCUPATION: 1}
    closer = {i.NEED: 3, i.BEST_TIME: 1}
    close = {**closer, i.INTEREST: 2, i.FAMILY: 2}
    closest = {i.PERSONALITY: 1, i.NATIVE_PLACE: 1, i.SCHOOL: 1}
    return {
        CustomerKind.PERSONAL: {
            Tier.A: {**person, **close, **closest},
            Tier.B: {**person, **close},
            Tier.C: {**person, i.NEED: 3},
        },
        CustomerKind.CORPORATE: {Tier.A: {**firm, **closer}, Tier.B: {**firm, **closer}, Tier.C: firm},
    }


@dataclass(frozen=True)
class Policy(RoundNumbers, CountingNumbers, TrialNumbers, WorthNumbers):
    """One dated version of the bank's numbers (defaults.md of the product's specification)."""

    version: str = "2026-11-01"
    valid_from: date = date(2026, 11, 1)

    # tiers 分层 (P21): ranking sets the cut-offs each quarter-end; between, amounts are compared
    tier_a_share_bp: int = 2000
    tier_b_share_bp: int = 3000
    tier_keep_bp: int = 9000
    tier_down_months: int = 2
    average_days: int = 30

    # entitlements 权益 (P131–P133)
    entitlement_lines: tuple[tuple[int, Entitlement], ...] = (
        (5 * WAN, Entitlement.SILVER),
        (30 * WAN, Entitlement.GOLD),
        (50 * WAN, Entitlement.VIP),
        (200 * WAN, Entitlement.PLATINUM),
        (600 * WAN, Entitlement.PRIVATE),
    )
    near_line_bp: int = 4000

    # signals (group G)
    maturity_month_days: int = 30
    maturity_week_days: int = 7
    large_move_fen: int = 5 * WAN
    large_move_share_bp: int = 3000
    large_move_any_fen: int = 20 * WAN
    large_move_keep_days: int = 5
    outflow_share_bp: int = 1000
    outflow_deviations: int = 3
    outflow_months: int = 6
    """With n own months the mean and the deviation are themselves guesses: a steady customer's next month falls three
    such deviations below with a chance of about 8 % at n = 3, and 2.6 % at n = 6 (normal months)."""
    dormant_days: dict[Tier, int] = field(default_factory=lambda: {Tier.A: 60, Tier.B: 90, Tier.C: 180})
    dormant_rhythm: int = 2
    birthday_ahead_days: int = 7
    other_bank_days: int = 30
    other_bank_fen: int = 1 * WAN
    other_bank_legal_basis: str = ""
    """Empty: flows to other banks are not looked at (off until the bank records its legal basis)."""

    # the bank's files: when so much of one is kept aside that a person has to look before anything is published
    quarantine_stop_bp: int = 200
    """More than 2 % of a file's rows: the specification's line; a broken export is seldom below it."""
    quarantine_stop_rows: int = 10
    """And at least ten rows, so that a list of three branches does not stop the night over one bad row."""

    # signing in (reliability A11; [K] after the rules for graded protection, a bank's own may differ); 0: not asked for
    password_length: int = 12
    password_classes: int = 3
    """Of small letters, large letters, digits and all else."""
    password_days: int = 90
    password_history: int = 5
    password_known: int = 1
    """1: words that many people choose are refused, and runs along the keys."""
    password_words: str = "guanhu yinhang zhihang wangdian lingshou mima icbc bankcomm"
    """Words no password may hold, with spaces; the branch's and the colleague's own are added."""
    lock_failures: int = 5
    lock_address_failures: int = 5
    """A branch behind one address, or pages behind the bank's own relay, want more."""
    lock_minutes: int = 30
    idle_minutes: int = 15
    session_hours: int = 12
    seen_seconds: int = 60
    """How often it is written down that somebody works in a session."""
    place_bits_v4: int = 24
    place_bits_v6: int = 64
    """How much of an address must stay the same within a session."""
    half_way_minutes: int = 5
    """Between the password and the code."""
    confirmed_minutes: int = 10
    """How long a password or code, asked for again, opens what is dangerous."""
    code_drift_steps: int = 1
    """Steps of thirty seconds by which a colleague's clock may go wrong."""
    recovery_codes: int = 8

    # standing in (reliability §7)
    cover_days: int = 30
    """The most days one cover may be arranged for; both ends count."""

    # contacts (P52–P57, P103, P116)
    frequencies: dict[Tier, dict[Channel, int]] = field(default_factory=_frequencies)
    quota: dict[Channel, int] = field(
        default_factory=lambda: {Channel.MESSAGE: 30, Channel.CALL: 20, Channel.MEETING: 5}
    )
    quota_customers: int = 600
    month_days: int = 21
    """Working days a month has where contacts of a month are reckoned."""
    horizon_days: int = 22
    firm_days: int = 5
    """So many working days are planned at once, today the first; later ones than the first few are an outlook."""
    ahead_bp: int = 8_800
    """How much of the quota of a later day is planned: the rest is for what comes in by itself (18 of 20 calls)."""
    keep_slot_fen: int = 1_00
    """What a contact counts more on the day yesterday's plan had it on: who is told Thursday stays on Thursday."""
    post_factor_bp: dict[Post, int] = field(
        default_factory=lambda: {
            Post.WEALTH: 10_000,
            Post.RELATIONSHIP: 10_000,
            Post.LOBBY: 8_000,
            Post.TELLER: 4_000,
            Post.HEAD: 3_000,
            Post.OFFICE: 0,
        }
    )
    effective_call_seconds: int = 60
    minutes: dict[Channel, int] = field(
        default_factory=lambda: {Channel.MESSAGE: 2, Channel.CALL: 8, Channel.MEETING: 40}
    )
    """What one contact takes, reading before and writing after it included."""
    cap_contacts: int = 2
    cap_working_days: int = 5
    marketing_message_days: int = 7
    cool_down_days: dict[Outcome, int] = field(
        default_factory=lambda: {
            Outcome.ABUSED: 30,
            Outcome.HUNG_UP: 7,
            Outcome.NO_ANSWER: 1,
            Outcome.DECLINED: 30,
        }
    )
    complaint_quiet_days: int = 14
    complaint_answer_days: int = 1

    # the trail (reliability.md B2, B6, §7, §8)
    trail_seal_minutes: int = 10
    """What lies between two seals could be cut off unseen; more often costs a signature and a line each time."""
    trail_full_seals: int = 144
    """Every so many seals one names all chains, so that today's state is found without reading years."""
    trail_search_days: int = 366
    """How far back the auditor's page looks; older records are checked and exported by command."""
    trail_own_days: int = 30
    """How far back everybody sees what they did themselves."""
    trail_page_records: int = 300_000
    """So many records are checked from a page, in some seconds; more is for the night and the command."""

    # personal information (reliability.md A6, §9): what may be read in full, and how much is told where it may not
    reveal_customers_a_day: int = 80
    """About half again what a full day of contacts needs (30 + 20 + 5)."""
    reveal_burst: int = 10
    reveal_burst_minutes: int = 10
    """So many reveals in so many minutes are no work at a desk: the next asks for the second factor again."""
    reveal_seconds: int = 30
    """How long a revealed value stands on the page."""
    amount_bands: tuple[int, ...] = (1 * WAN, 5 * WAN, 10 * WAN, 50 * WAN, 100 * WAN, 500 * WAN)
    """The lines between the bands in which an amount is told to who may not read it."""

    # alarms over who looks at whom (reliability A10): measured in performance.md, "Alarms"
    alarm_every_minutes: int = 4
    """So that nobody waits longer than five minutes, the reading included."""
    alarm_own_bp: int = 30_000
    """Three times one's own middle day."""
    alarm_own_days: int = 20
    alarm_own_known_days: int = 5
    """Before that many days are known, the peers' middle day stands in."""
    alarm_peers_bp: int = 9_950
    """The line that 99.5 % of the peers' days do not cross."""
    alarm_peers_own_bp: int = 20_000
    """And at least twice one's own middle day: with the line alone one day in two hundred would be odd for ever."""
    alarm_peers_aside: int = 20
    """And so many customers among them who were on no list of hers and whom she did not contact."""
    alarm_floor_viewed: int = 60
    alarm_floor_revealed: int = 40
    alarm_floor_listed: int = 1_200
    alarm_floor_exported: int = 300
    """Below so many customers nothing is odd, whatever is usual: more than a full day of contacts, twice a book."""
    alarm_outside_customers: int = 10
    alarm_hours_from: int = 7
    alarm_hours_to: int = 21
    alarm_drip_days: int = 30
    alarm_drip_customers: int = 200
    """Distinct customers looked at in thirty days without a line on the list or a contact."""
    alarm_contact_days: int = 7
    """A contact so many days away still explains a look."""
    alarm_leaving_bp: int = 15_000
    alarm_leaving_customers: int = 12
    alarm_quiet_days: int = 7
    alarm_again_bp: int = 15_000
    """After an answer the same kind is quiet for a week, unless half as much again is seen."""

    # how long things are kept (reliability §10); counted from the day each kind of keeping names in rules/retention.py
    keep_left_customer_days: int = 90
    keep_left_staff_days: int = 366
    """A colleague's name and phone: a year after her last day, so that what she promised can be picked up."""
    keep_evidence_days: int = 5 * 365 + 2
    keep_consent_days: int = 5 * 365 + 2
    keep_trail_days: int = 3 * 365 + 1
    keep_snapshot_days: int = 397
    keep_sign_in_days: int = 366
    keep_quarantine_days: int = 30
    keep_upload_days: int = 14
    """Months and years are counted long, never short: 13 months are at most 397 days."""
    clearing_stale_days: int = 7
    """A count of what falls due that is older than this is counted anew before anything goes."""
    clearing_differs_bp: int = 100
    clearing_differs_rows: int = 10
    """By how much a second count as of the same day may differ: what was taken back or written late meanwhile."""
    clearing_batch: int = 1_000

    # searching for a customer: when one slip of the finger is forgiven
    search_slip_letters: int = 5
    search_slip_digits: int = 6
    search_slip_longest: int = 20
    """A sound of so many letters, a customer number of so many digits; nothing longer, so that guesses have an end."""
    # what a keeper writes in the file (defaults: children under 14, PIPL 31)
    child_years: int = 14
    """Below so many years of age a child has no name, school or birthday here, only an age band."""
    file_dates: int = 30
    file_facts: int = 60
    file_relations: int = 30
    file_courses: int = 30
    """So many dates, things learnt, ties and lines of the plan of one customer at once: a file, not a heap."""
    # what becomes of lines that were not done (P63)
    set_aside_days: int = 90
    """A quarter: later than that nothing is moved or left out, so that nobody is forgotten for good."""
    plan_final_hour: int = 21
    """From then on a plan of tomorrow that nobody confirmed stands as the system's: the night begins soon after."""
    # the system's own lists (P17)
    roster_silent_days: int = 90
    """Nobody was in touch for so long: what even the lowest tier is owed in a quarter."""
    # how complete a file is (P5, P13): what counts for whom, and when it has to be asked again
    file_weights: dict[CustomerKind, dict[Tier, dict[FileItem, int]]] = field(default_factory=_file_weights)
    file_stale_days: int = 365
    """A need, a job or a time to call may have changed after a year; a risk assessment holds no longer either."""
    file_stale_bp: int = 5_000
    """What is known and old counts half."""
    file_enough_bp: int = 8_000
    """Below it a file is on the list of those to be filled."""
    # ledgers kept by hand (P14; reliability A13): what one may weigh, and how long it may be taken back
    ledger_bytes: int = 50_000_000
    ledger_rows: int = 200_000
    ledger_columns: int = 256
    ledger_cell_signs: int = 2_000
    ledger_unpacked_bytes: int = 500_000_000
    ledger_ratio: int = 100
    """Unpacked to packed: sheets of text seldom pass 30."""
    ledger_members: int = 2_000
    ledger_seconds: int = 60
    """Of the reader's own processor time; 200,000 rows take some seconds."""
    ledger_memory_bytes: int = 900_000_000
    """What the reader may ask for, addresses and not pages: about 60 MB of it are the program itself."""
    ledger_rows_at_once: int = 500
    """Rows written in one transaction."""
    ledger_undo_hours: int = 24
    ledger_uploads_open: int = 5
    """Of one colleague, not yet written or given up: each keeps a sealed file."""
    ledger_cells_mended: int = 200
    """Single cells of one ledger typed anew on the page; more is mended in the file."""
    ledger_hands: int = 2
    """Ledgers worked on at once by one site: a long one does not keep a short one waiting."""

    # exports (reliability A9, §7): how much one file may hold, and how long it lives
    export_rows: int = 5_000
    export_rows_own: int = 200
    export_rows_branch: int = 2_000
    """Without personal columns a file needs nobody's approval and holds no more than this."""
    export_hours: int = 24
    """From the approval (without one, from the asking) until the file is destroyed, whether it was taken or not."""
    export_wait_hours: int = 72
    """So long a request waits for its second person: over a weekend, not over a holiday."""
    export_open: int = 5
    """Requests of one colleague that are under way at once."""
    export_in_clear: tuple[str, ...] = ()
    """Columns, by their codes, that a file holds in full although pages mask them: none, unless the bank says so."""

    # two files of one person (asks 2): what a sign speaks for or against it, and from how much on somebody looks
    duplicate_points: dict[str, int] = field(
        default_factory=lambda: {
            "identity": 100, "phone": 35, "email": 25, "name": 20, "sound": 12, "birth": 25, "tail": 10,
            "other_identity": -70, "other_birth": -30, "other_gender": -20,
        }
    )  # fmt: skip
    """A couple with one phone and two identity numbers stays below the line; a name and a birthday alone too."""
    duplicate_line: int = 50
    duplicate_block: int = 20
    """A phone or a name that more files share than this is nobody's in particular and is not compared."""
    split_days: int = 90
    """So long two files made one may be taken apart again."""
    bin_days: int = 30
    """So long what was removed may be put back."""

    # persons' rights (PIPL 44–50)
    case_working_days: int = 15
    case_soon_days: int = 3
    """So many working days before it is due a case is marked."""
    case_trail_lines: int = 200
    """Lines of the trail named one by one in a report; the others are counted."""


SHIPPED = Policy()
"""The policy a bank starts with."""
