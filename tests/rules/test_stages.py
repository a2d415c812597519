import pytest

from guanhu.rules.kinds import Stage
from guanhu.rules.stages import ORDER, allowed_moves, may_move_stage, stage_rank


@pytest.mark.practice("P77")
def test_five_stages_in_their_order() -> None:
    assert [stage.label() for stage in ORDER] == ["认识", "接受", "习惯", "依赖", "朋友"]
    assert set(ORDER) == set(Stage)
    assert [stage_rank(stage) for stage in (None, *ORDER)] == [0, 1, 2, 3, 4, 5]


@pytest.mark.practice("P77")
def test_stages_move_one_by_one_and_may_fall_back() -> None:
    assert allowed_moves(Stage.HABIT) == (Stage.ACCEPTED, Stage.RELIED_ON)
    assert allowed_moves(Stage.KNOWN) == (Stage.ACCEPTED,)
    assert allowed_moves(Stage.FRIEND) == (Stage.RELIED_ON,)
    assert allowed_moves(None) == (Stage.KNOWN,)


@pytest.mark.practice("P77")
def test_no_stage_without_evidence() -> None:
    assert may_move_stage(Stage.KNOWN, Stage.ACCEPTED, evidence="来网点领了答谢礼，聊了孩子上学")
    assert not may_move_stage(Stage.KNOWN, Stage.ACCEPTED, evidence="  ")
    assert not may_move_stage(Stage.KNOWN, Stage.HABIT, evidence="回了三次消息")
    assert not may_move_stage(Stage.KNOWN, Stage.KNOWN, evidence="回了三次消息")
