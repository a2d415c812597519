import pytest

from guanhu.rules.kinds import Channel, Group, Post
from guanhu.rules.plan import attempts_for, connect_bp, group_of, post_factor_bp, quota_for, quota_of, spare_fen
from guanhu.rules.policy import SHIPPED


def _quota(customers: int, post: Post = Post.WEALTH, presence_bp: int = 10_000) -> tuple[int, ...]:
    quota = quota_for(SHIPPED, post=post, customers=customers, presence_bp=presence_bp)
    return tuple(quota[channel] for channel in (Channel.MESSAGE, Channel.CALL, Channel.MEETING))


@pytest.mark.practice("P52")
@pytest.mark.practice("P53")
@pytest.mark.practice("P57")
@pytest.mark.parametrize(
    ("customers", "quota"),
    [(600, (30, 20, 5)), (566, (28, 19, 5)), (300, (15, 10, 3)), (900, (30, 20, 5)), (1, (1, 1, 1)), (0, (0, 0, 0))],
)
def test_52030_scales_with_the_list_and_rounds_half_up(customers: int, quota: tuple[int, ...]) -> None:
    assert _quota(customers) == quota


@pytest.mark.practice("P57")
@pytest.mark.parametrize(
    ("post", "quota"),
    [
        (Post.WEALTH, (30, 20, 5)),
        (Post.RELATIONSHIP, (30, 20, 5)),
        (Post.LOBBY, (24, 16, 4)),
        (Post.TELLER, (12, 8, 2)),
        (Post.HEAD, (9, 6, 2)),
    ],
)
def test_52030_scales_with_the_post(post: Post, quota: tuple[int, ...]) -> None:
    assert _quota(600, post) == quota


@pytest.mark.practice("P57")
def test_52030_scales_with_the_presence_of_the_day() -> None:
    assert _quota(600, presence_bp=5_000) == (15, 10, 3)
    assert _quota(600, presence_bp=0) == (0, 0, 0)
    assert _quota(20, Post.TELLER, 1) == (1, 1, 1)


@pytest.mark.practice("P53")
def test_a_month_of_52030_over_600_customers_is_1155_contacts() -> None:
    month = [21 * number for number in _quota(600)]
    assert month == [630, 420, 105]
    assert sum(month) == 1_155


def test_an_unknown_post_or_channel_is_asked_for_nothing() -> None:
    assert post_factor_bp("gardener", SHIPPED) == 0
    assert quota_of("call", "gardener", 600, 10_000, SHIPPED) == 0
    assert quota_of("pigeon", "wealth", 600, 10_000, SHIPPED) == 0
    assert quota_of("call", "wealth", None, None, SHIPPED) == 0


def test_duties_stand_first_and_the_rest_under_their_channel() -> None:
    assert group_of(True, "message") == Group.DUTY
    assert [group_of(False, channel) for channel in Channel] == ["message", "call", "meeting"]
    assert group_of(None, None) == Group.MESSAGE


@pytest.mark.practice("P55")
@pytest.mark.parametrize(
    ("dialled", "connected", "rate"), [(0, 0, 6_000), (60, 60, 8_000), (60, 0, 3_000), (6_000, 3_000, 5_009)]
)
def test_how_many_calls_are_answered_is_learnt_from_her_own_and_believed_until_then(
    dialled: int, connected: int, rate: int
) -> None:
    assert connect_bp(dialled, connected, SHIPPED) == rate


@pytest.mark.practice("P55")
@pytest.mark.parametrize(
    ("effective", "rate", "calls"), [(20, 10_000, 20), (20, 6_000, 34), (0, 6_000, 0), (1, 1, 10_000)]
)
def test_so_many_calls_are_dialled_that_enough_are_answered(effective: int, rate: int, calls: int) -> None:
    assert attempts_for(effective, rate) == calls


@pytest.mark.practice("P55")
@pytest.mark.parametrize(
    ("worth", "later", "spare"), [(100, None, 100), (100, 30, 70), (100, -30, 100), (100, 130, -30)]
)
def test_a_slot_brings_with_a_customer_what_he_is_worth_less_what_is_his_already(
    worth: int, later: int | None, spare: int
) -> None:
    assert spare_fen(worth, later) == spare
