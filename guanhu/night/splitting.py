"""分户 by night: rounds whose day has come are put in force, and the calendar's rounds are opened as proposals. P46."""

from __future__ import annotations

from django.db import DatabaseError

from guanhu.apps.people.copying import first_sentence
from guanhu.apps.people.errors import Refused
from guanhu.apps.portfolio.rounds import actions
from guanhu.apps.portfolio.rounds.calendar import queries as calendar
from guanhu.apps.portfolio.rounds.coming import actions as coming
from guanhu.night.stages import Task
from guanhu.rules.portfolio import round_due


def hand_over(task: Task) -> str:
    """Before anything is exported: whoever changes keeper today belongs to the new one already."""
    assert task.at is not None
    done, failed = 0, 0
    for key in coming.due(task.today):
        try:
            done += coming.carry_out(round_key=key, now=task.at)
        except DatabaseError:
            failed += 1  # it stays due, and everybody stays where she is; the next night tries again
    said = f"{done} 轮生效" if done else "没有到日子的"
    return f"{said}，{failed} 轮没有换成，客户都没有动" if failed else said


def propose(task: Task) -> str:
    """Open the rounds the calendar asks for, and those for colleagues who came or left; each as a proposal."""
    assert task.at is not None
    wanted = calendar.wanted(round_due(task.today, task.calendar, task.policy), task.at)
    opened = 0
    unsolved: list[str] = []
    for number, one in enumerate(wanted, 1):
        task.say("分户方案", number, len(wanted))
        try:
            actions.open_round(by=None, now=task.at, **one._asdict())
            opened += 1
        except (Refused, DatabaseError) as refused:
            unsolved.append(f"{one.post.zh}（{first_sentence(refused)}）")
    said = f"{opened} 份方案" if opened else "没有到日子的"
    return f"{said}，暂不能分：{'、'.join(unsolved[:3])}" if unsolved else said
