"""Which practice of the branch is done where: the screen, the rule or action, and the tests that show it.

``PRACTICES`` is said by us; whether it is true is asked of the program (addresses, functions) and of the tests, which
name the practice they hold up by ``@pytest.mark.practice("P127")``.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2] / "tests"


@dataclass(frozen=True)
class Practice:
    """One practice: its number in the handbook, in our words, on which pages and by what it is done."""

    number: int
    word: str
    pages: tuple[str, ...]
    """Names of addresses; empty for what the night or a command does."""
    does: tuple[str, ...]
    """Rules, steps, actions and queries, below ``guanhu``."""


@dataclass(frozen=True)
class Shown:
    """One test that holds up a practice."""

    file: str
    sentence: str


PRACTICES = (
    Practice(1, "一份活的档案，每次改动都留着", ("customer", "facts", "dates"),
             ("apps.customers.living.actions.keep_fact", "apps.customers.living.queries.facts_of")),
    Practice(2, "关键信息分项写", ("facts", "dates"), ("apps.customers.living.actions.keep_fact",)),
    Practice(3, "经营状况逐次记", ("facts",), ("apps.customers.living.actions.keep_fact",)),
    Practice(4, "与我行往来的现状，一屏看全", ("customer", "customer_rest"), ("apps.work.file.queries.card",)),
    Practice(5, "档案完整度与下一问", ("customer_rest", "brief", "book"),
             ("rules.completeness.meter_of", "apps.customers.quality.queries.meters")),
    Practice(6, "就地改档案", ("dates", "facts", "book_line"),
             ("apps.customers.living.actions.keep_day", "apps.customers.books.lines.actions.mend_line")),
    Practice(8, "换人不断档", ("customer", "handovers", "handover_step"),
             ("apps.customers.living.queries.facts_of", "apps.customers.actions.hand_over",
              "apps.portfolio.handovers.actions.done", "apps.work.following.lines_follow",
              "rules.introductions.is_introduced", "night.reasons.reasons_of")),
    Practice(7, "接触前看一页准备", ("prepare",), ("apps.work.queries.brief", "web.prepared.prepared")),
    Practice(9, "差异化客户表", ("offers", "wants"),
             ("apps.customers.serving.actions.keep_offer", "apps.customers.serving.queries.wants_page")),
    Practice(10, "先梳理自己的名单", ("book", "view_save"),
             ("apps.customers.books.queries.book", "rules.lists.read_question",
              "apps.customers.books.groups.queries.groups", "apps.customers.books.views.actions.save_view")),
    Practice(11, "兴趣、喜好与需求，各有凭据", ("facts",), ("apps.customers.living.actions.keep_fact",)),
    Practice(12, "性格与方便通话的时间", ("facts", "brief"),
             ("apps.customers.living.actions.keep_fact", "apps.work.lines.best_hours",
              "rules.preferences.weekdays_in", "rules.preferences.unliked_fen")),
    Practice(13, "资料质量：缺多少、多久没核对、谁的", ("quality", "to_fill"),
             ("apps.customers.quality.actions.count_files", "apps.customers.quality.report.queries.report")),
    Practice(14, "手工台账搬进来，名单带得出去",
             ("imports", "import_columns", "import_trial", "import_writing", "exports", "export_form", "approvals"),
             ("apps.customers.ledgers.importing.dry_run", "apps.customers.ledgers.importing.commit",
              "apps.customers.uploads.actions.asking.bring", "apps.customers.exports.actions.ask",
              "apps.customers.exports.actions.take")),
    Practice(15, "到访先认人，归到管户人", ("counter", "open_prospect"),
             ("apps.customers.prospects.queries.presented", "apps.customers.prospects.actions.open_prospect")),
    Practice(16, "柜面几秒记一次来访", ("counter", "visit"), ("apps.customers.visits.actions.note_visit",)),
    Practice(17, "系统自己保持的名单", ("rosters", "roster"),
             ("apps.work.rosters.queries.roster", "apps.work.rosters.queries.brought")),
    Practice(18, "下班前过一遍今天来过的", ("visitors", "mark_visitor"),
             ("apps.customers.visits.queries.evening", "apps.work.sayings.scripts_of")),
    Practice(19, "对照已知，勾了就算核对", ("brief", "record"), ("apps.work.learning.actions.record_and_learn",)),
    Practice(20, "逐月留快照，走势不断档", ("customer",),
             ("night.publish.month_end_sums", "night.publish.day_changes", "web.charts.trend")),
    Practice(21, "按资产分 A/B/C 三层", ("book", "customer"),
             ("rules.tiers.tier_of", "engine.tiers.lines_in_force")),
    Practice(42, "每位客户都在一份名单上，或在公共池", ("allocation", "round"),
             ("optimise.allocation.solve.solve", "apps.portfolio.rounds.opening.actions.take_members")),
    Practice(43, "同岗公平：户数、层级、资产相当，先看差距", ("round", "round_proof"),
             ("optimise.allocation.check.check", "optimise.allocation.explain.rows")),
    Practice(44, "能力系数折算应有资产", ("round",),
             ("optimise.allocation.problem.Problem", "rules.portfolio.capability_pm")),
    Practice(45, "先认领自己熟悉的，有上限", ("claims", "claim"),
             ("optimise.allocation.claims.settle", "apps.portfolio.claims.actions.claim")),
    Practice(46, "每月微调、每季大调，到日子自己提出来", ("allocation", "round_submit"),
             ("rules.portfolio.round_due", "night.splitting.propose", "apps.portfolio.rounds.actions.submit")),
    Practice(47, "不推倒重来，只动必须动的", ("round",),
             ("optimise.allocation.solve.solve", "optimise.allocation.bounds.least_moved")),
    Practice(48, "信任深的不动", ("round", "round_limits"),
             ("optimise.allocation.solve.solve", "rules.portfolio.protected_by", "night.bonds.bonds")),
    Practice(50, "管户稳定", ("stability",), ("apps.portfolio.stability.queries.stability",)),
    Practice(51, "客户想换管户人", ("change_keeper",), ("apps.portfolio.rounds.actions.change_for",)),
    Practice(52, "52030 每日工作量", ("today", "counting"),
             ("rules.plan.quota_of", "apps.work.lines.quotas_done", "engine.counts.counts")),
    Practice(53, "工作量随管户数缩放", ("today",), ("rules.plan.quota_for",)),
    Practice(54, "消息按人按天只算一次", ("today", "counting"),
             ("rules.contact.counts_for_quota", "apps.work.counting.recount.recounted")),
    Practice(55, "有效电话", ("today", "brief", "counting", "flag"),
             ("rules.contact.is_effective", "apps.work.actions.record_touch", "rules.flags.flags_of")),
    Practice(56, "各层的维护频次，和排不排得下", ("today", "fit"),
             ("rules.cadence.frequency_days", "rules.cadence.routine_due_day", "rules.value.waiting_fen",
              "rules.feasibility.feasible")),
    Practice(57, "岗位与出勤折算", ("today",), ("rules.plan.quota_for", "rules.plan.post_factor_bp")),
    Practice(58, "下一步已约定，客户要哪天就排在哪天", ("brief", "week", "arrange"),
             ("apps.work.playbook.next_steps", "apps.work.actions.record_touch",
              "apps.work.arranging.actions.arrange")),
    Practice(62, "一日之计在于昨夜：约好的按点摆好，差多少看得见", ("tomorrow", "tomorrow_confirm"),
             ("apps.work.arranging.queries.tomorrow", "apps.work.arranging.actions.confirm_tomorrow")),
    Practice(63, "今日事，今日毕：做完、改天或放下，各有原因", ("review", "settle", "review_rest"),
             ("apps.work.evening.actions.move_line", "apps.work.evening.actions.drop_line",
              "apps.work.evening.actions.move_rest", "rules.evening.may_drop")),
    Practice(65, "每天检讨当天的工作，负责人看得到、评得了", ("review", "review_write", "reviews", "comment"),
             ("apps.work.evening.actions.write_review", "apps.work.evening.actions.comment",
              "apps.work.evening.reading.queries.team")),
    Practice(67, "工作日志：按天、按钟点、按结果", ("log", "colleague_log"),
             ("apps.work.daybook.queries.own_log", "apps.work.daybook.queries.log_of")),
    Practice(68, "目标、计划、约见，一周一环", ("week", "week_goal", "week_find", "arrange"),
             ("apps.work.arranging.actions.set_goal", "apps.work.arranging.queries.week")),
    Practice(70, "突击业绩时才想起客户", ("habits",), ("rules.habits.rhythm_of", "apps.work.habits.queries.years")),
    Practice(71, "东一榔头西一棒槌：计划了多少、做了多少", ("habits",),
             ("engine.counts.counts", "night.counting.count")),
    Practice(77, "五个关系阶段逐级走", ("customer", "stage", "stage_move"), ("rules.stages.may_move_stage",)),
    Practice(101, "初次联系不推销", ("brief",), ("apps.catalog.scripts.script_for",)),
    Practice(103, "每种结果各有下文与冷静期", ("record", "brief"), ("rules.contact.cool_down_days",)),
    Practice(111, "轻互动不算有效联系", ("today",), ("rules.contact.is_effective",)),
    Practice(116, "不打扰：拒绝与频次", ("brief", "marketing"),
             ("rules.contact.may_contact", "apps.work.silence.silences")),
    Practice(127, "到期前提醒", ("today", "brief"),
             ("rules.signals.maturity_step", "engine.signals.maturity.build")),
    Practice(128, "到期前一天再确认", ("today", "brief"), ("rules.signals.is_maturity_duty",)),
    Practice(129, "到期未转存要回访", ("today", "brief"), ("rules.signals.maturity_step",)),
    Practice(131, "权益等级", ("customer", "book"), ("rules.entitlements.entitlement_of",)),
    Practice(132, "离权益线还差多少", ("today", "customer"),
             ("rules.entitlements.gap_fen", "engine.signals.near_line.build")),
    Practice(133, "30 万到 50 万的一步", ("today", "brief"), ("rules.entitlements.is_near_line",)),
    Practice(134, "大额异动关怀", ("today", "brief"),
             ("rules.signals.is_large_move", "engine.signals.large_move.build")),
    Practice(135, "大额转出先问安全", ("brief",), ("rules.signals.is_fraud_check",)),
    Practice(136, "生日与纪念日，公历农历", ("customer", "today"),
             ("rules.lunar.next_birthday", "engine.signals.dates.build")),
    Practice(138, "资金流失关怀", ("today", "brief"),
             ("rules.signals.is_outflow", "engine.signals.outflow.build")),
    Practice(140, "与他行的往来", ("today", "brief"),
             ("rules.signals.is_other_bank", "engine.signals.other_bank.build")),
    Practice(153, "维持性与激励性需求", ("facts",), ("apps.customers.living.actions.keep_fact",)),
    Practice(154, "显性与隐性需求", ("facts",), ("apps.customers.living.actions.keep_fact",)),
    Practice(155, "困扰、额外利益与提前准备", ("facts",), ("apps.customers.living.actions.keep_fact",)),
    Practice(174, "一户一策", ("course", "keep_course"),
             ("apps.customers.serving.actions.keep_course", "apps.customers.serving.queries.course_of")),
    Practice(176, "亲近的人与关系", ("customer_rest", "relations",),
             ("apps.customers.living.actions.keep_fact", "rules.living.may_be_a_child")),
    Practice(181, "投诉及时答复", ("today",), ("rules.complaints.answer_by",)),
    Practice(196, "投诉期间不营销", ("brief",), ("rules.complaints.is_complaint_quiet",)),
    Practice(197, "久未往来即将流失", ("today", "brief"),
             ("rules.signals.is_dormant", "engine.signals.dormant.build")),
    Practice(265, "人人都有的服务底线", ("today",),
             ("rules.cadence.frequency_days", "night.planning.plan_days")),
    Practice(266, "有求必答，按时答复", ("today",), ("night.planning.plan_days",)),
)  # fmt: skip


def page() -> str:
    """The reference page; raises ``SystemExit`` where what we say and what there is differ."""
    tests = marked(TESTS)
    wrong = [*faults(PRACTICES, tests)]
    if wrong:
        raise SystemExit("\n".join(wrong))
    parts = ["# 做法 · Practices\n", "| P | 做法 | 页面 | 规则或动作 | 由哪些测试说明 |\n|---|---|---|---|---|"]
    for each in sorted(PRACTICES, key=lambda one: one.number):
        shown = "<br>".join(f"{one.sentence} · `{one.file}`" for one in tests[each.number])
        pages, does = (" ".join(f"`{name}`" for name in names) for names in (each.pages, each.does))
        parts.append(f"| P{each.number} | {each.word} | {pages or '—'} | {does} | {shown} |")
    return "\n".join(parts) + "\n"


def faults(practices: tuple[Practice, ...], tests: Mapping[int, list[Shown]]) -> Iterator[str]:
    """Where the table, the program and the tests differ: a test without a place, a place that is not, one untested."""
    known = {each.number for each in practices}
    addresses = _addresses()
    for number in sorted(tests.keys() - known):
        yield f"P{number}: {tests[number][0].sentence}: no screen and no action is named in guanhu/cli/practices.py"
    for each in practices:
        if not each.does:
            yield f"P{each.number}: no rule and no action"
        if each.number not in tests:
            yield f"P{each.number}: no test holds it up"
        yield from (f"P{each.number}: no address is called {name}" for name in each.pages if name not in addresses)
        yield from (f"P{each.number}: there is no guanhu.{name}" for name in each.does if not _is_there(name))


def marked(folder: Path) -> Mapping[int, list[Shown]]:
    """The tests below a folder by the practice they name, by file and place."""
    found: dict[int, list[Shown]] = defaultdict(list)
    for file in sorted(folder.rglob("test_*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        of_file = [number for node in tree.body if isinstance(node, ast.Assign) for number in _named(node)]
        for test in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
            if test.name.startswith("test_"):
                told = Shown(file.relative_to(folder.parent).as_posix(), test.name[5:].replace("_", " "))
                own = [number for decorator in test.decorator_list for number in _named(decorator)]
                for number in dict.fromkeys([*of_file, *own]):
                    found[number].append(told)
    return found


def _named(node: ast.AST) -> list[int]:
    """The numbers that ``mark.practice`` is called with below this node."""
    calls = (one for one in ast.walk(node) if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute))
    return [
        int(str(word.value)[1:])
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "practice"
        for word in call.args
        if isinstance(word, ast.Constant)
    ]


def _addresses() -> set[str]:
    from guanhu.cli.rights import all_routes

    return {route["name"] for route in all_routes()}


def _is_there(name: str) -> bool:
    module, _, attribute = f"guanhu.{name}".rpartition(".")
    try:
        return hasattr(import_module(module), attribute)
    except ModuleNotFoundError:
        return False
