"""为什么是今天: a reason's figures put into words, as a chip on the list and as a sentence in the brief."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanhu.apps.customers.shapes import Chip
from guanhu.apps.people import policy
from guanhu.rules.kinds import Calendar, Channel, MaturityStep, Reason, SignalKind
from guanhu.rules.lunar import lunar_of
from guanhu.web.words import days_ahead, label, liking, lunar, money, word_inside


@dataclass(frozen=True)
class Mark:
    """A chip as it is drawn: its look, its icon, how urgent, and its words, the figure last and strong."""

    kind: str
    icon: str
    text: str
    strong: str = ""
    heat: str = ""

    @property
    def sentence(self) -> str:
        """Both parts in one line."""
        return f"{self.text} {self.strong}".strip()


@dataclass(frozen=True)
class Scene:
    """What a chip is read against: the page's day and the branch's currency."""

    today: date
    currency: str


def mark(chip: Chip, scene: Scene) -> Mark:
    """The chip of one reason; what is unknown to this page is named plainly."""
    made = MARKS.get(chip.kind)
    return made(chip, scene) if made else Mark("tip", "doc", chip.kind, _amount(chip, scene))


def telling(chips: Sequence[Chip], scene: Scene) -> tuple[Mark, ...]:
    """The chips of one customer; the routine is told only where there is nothing else to tell."""
    special = [chip for chip in chips if chip.kind != Reason.ROUTINE]
    return tuple(mark(chip, scene) for chip in special or chips)


def held_words(chips: Sequence[Chip], scene: Scene) -> tuple[str, ...]:
    """留作对照: said plainly of each reason that is left alone on purpose."""
    held = [mark(chip, scene).sentence for chip in chips if chip.evidence.get("held_out")]
    return tuple(_("“%(what)s”这一条留作对照，不主动联系；客户自己提起就照常办") % {"what": what} for what in held)


def chance_words(kind: str, figures: Mapping[str, Any]) -> str:
    """The chances by which the reason was valued, as the night wrote them down; and who would do it unasked.

    A plan of an older night tells them beside the evidence.
    """
    told = figures.get("evidence") or {}
    with_bp = told.get("with_bp", figures.get("with_contact_bp"))
    without_bp = told.get("without_bp", figures.get("without_bp"))
    if not with_bp or without_bp is None:
        return ""
    said = _("，联系后成事的机会 %(chance)s") % {"chance": f"{_share(without_bp)}\u00a0→\u00a0{_share(with_bp)}"}
    if told.get("trials"):
        said += _("（据 %(n)s 例）") % {"n": told["trials"]}
    if without_bp >= policy.in_force().sure_without_bp:
        said += _("，多半会自己续存") if kind == SignalKind.MATURITY else _("，不联系多半也会成")
    return said


def unliked_words(figures: Mapping[str, Any]) -> str:
    """When or how the customer would rather be reached; what the plan took off for it stands beside."""
    return _("客户更愿意%(likes)s联系") % {"likes": liking(figures.get("weekdays") or 0, figures.get("way"))}


def _share(basis_points: int) -> str:
    return f"{round(basis_points / 100, 1):g}%"


def _amount(chip: Chip, scene: Scene) -> str:
    return "" if chip.amount_fen is None else money(abs(chip.amount_fen), scene.currency)


def _what(chip: Chip, scene: Scene) -> str:
    """定期存款50万: the product and its sum."""
    name = label("ProductKind", chip.product) if chip.product else _("资金")
    return _("%(name)s%(amount)s") % {"name": name, "amount": _amount(chip, scene)}


def _maturity(chip: Chip, scene: Scene) -> Mark:
    when = days_ahead(chip.due_on, scene.today) if chip.due_on else ""
    words = {
        MaturityStep.EVE: _("%(when)s到期 · 二次确认"),
        MaturityStep.DUE: _("%(when)s到期"),
        MaturityStep.AFTER: _("%(when)s已到期 · 未转存"),
    }
    heat = {MaturityStep.EVE: "hot", MaturityStep.WEEK: "hot", MaturityStep.DUE: "red", MaturityStep.AFTER: "red"}
    step = MaturityStep(chip.step) if chip.step else MaturityStep.MONTH
    strong = words.get(step, _("%(when)s到期")) % {"when": when}
    return Mark("due", "clock", _what(chip, scene), strong, heat.get(step, ""))


def _near_line(chip: Chip, scene: Scene) -> Mark:
    line = chip.evidence.get("line")
    name = label("Entitlement", line) if line else _("下一级")
    gap = _("差%(gap)s") % {"gap": _amount(chip, scene)}
    return Mark("gap", "threshold", _("距%(line)s门槛") % {"line": name}, gap)


def _outflow(chip: Chip, scene: Scene) -> Mark:
    return Mark("out", "outflow", _("30天净流出"), _amount(chip, scene))


def _large_move(chip: Chip, scene: Scene) -> Mark:
    out = chip.evidence.get("direction") == "out"
    word = _("大额转出") if out else _("大额转入")
    when = days_ahead(chip.due_on, scene.today) if chip.due_on else ""
    return Mark("out" if out else "in", "outflow" if out else "inflow", word + " " + _amount(chip, scene), when)


def _dormant(chip: Chip, scene: Scene) -> Mark:
    silent = chip.evidence.get("silent_days")
    text = "" if silent is None else ngettext("%(n)s天没有往来", "%(n)s天没有往来", silent) % {"n": silent}
    return Mark("idle", "sleep", _("睡眠"), text or _amount(chip, scene))


def _other_bank(chip: Chip, scene: Scene) -> Mark:
    return Mark("out", "outflow", _("30天转往他行"), _amount(chip, scene))


def _birthday(chip: Chip, scene: Scene) -> Mark:
    when = days_ahead(chip.due_on, scene.today) if chip.due_on else ""
    counted = ""
    if chip.due_on and chip.evidence.get("calendar") == Calendar.LUNAR:
        counted = lunar(*lunar_of(chip.due_on))
    return Mark("date", "cake", _("%(when)s生日") % {"when": when}, counted)


def _promise(chip: Chip, scene: Scene) -> Mark:
    when = days_ahead(chip.due_on, scene.today) if chip.due_on else ""
    return Mark("promise", "flag", _("承诺回访"), _("约在%(when)s") % {"when": when} if when else "")


def _complaint(chip: Chip, scene: Scene) -> Mark:
    opened = chip.evidence.get("opened_on")
    strong = ""
    if isinstance(opened, str):
        strong = _("第%(n)s天") % {"n": (scene.today - date.fromisoformat(opened)).days + 1}
    elif chip.due_on:
        strong = _("%(when)s前答复") % {"when": days_ahead(chip.due_on, scene.today)}
    return Mark("comp", "alert", _("投诉"), strong, "red")


def _routine(chip: Chip, scene: Scene) -> Mark:
    way = str(chip.evidence.get("touch") or chip.evidence.get("channel") or Channel.CALL)
    word, every = word_inside("Channel", way), chip.evidence.get("every_days")
    if every:
        each = ngettext("%(n)s天一次%(way)s", "%(n)s天一次%(way)s", every) % {"n": every, "way": word}
        return Mark("tip", "repeat", _("例行维护"), each)
    last = chip.evidence.get(f"last_{way}_on")
    if not isinstance(last, str):
        return Mark("tip", "repeat", _("例行维护"), _("还没有过%(way)s") % {"way": word})
    days = (scene.today - date.fromisoformat(last)).days
    return Mark("tip", "repeat", _("例行维护"), _("上次%(way)s在%(n)s天前") % {"way": word, "n": days})


def _introduction(chip: Chip, scene: Scene) -> Mark:
    """Since when she has a new keeper, and which of the three steps today's is."""
    words = {Channel.MESSAGE: _("发消息认识"), Channel.CALL: _("打电话认识"), Channel.MEETING: _("见面认识")}
    since = chip.evidence.get("from_on")
    text = _("新管户")
    if isinstance(since, str):
        text = _("新管户第%(n)s天") % {"n": (scene.today - date.fromisoformat(since)).days + 1}
    return Mark("tip", "people", text, str(words.get(Channel(chip.step), "")) if chip.step else "")


MARKS: dict[str, Callable[[Chip, Scene], Mark]] = {
    SignalKind.MATURITY: _maturity,
    SignalKind.NEAR_LINE: _near_line,
    SignalKind.OUTFLOW: _outflow,
    SignalKind.LARGE_MOVE: _large_move,
    SignalKind.DORMANT: _dormant,
    SignalKind.OTHER_BANK: _other_bank,
    SignalKind.DATES: _birthday,
    Reason.PROMISE: _promise,
    Reason.COMPLAINT: _complaint,
    Reason.INTRODUCTION: _introduction,
    Reason.ROUTINE: _routine,
}
