"""Whatever is kept of a person falls due under a rule: a personal field no rule names is found here."""

from collections import defaultdict
from datetime import date

import pytest
from django.apps import apps

from guanhu.apps.people.falling import Falling
from guanhu.engine import expiry
from guanhu.engine.tables import TABLES, Column, Table
from guanhu.night.clearing import RULES

KEYS = {"customer", "account", "holding", "move", "contact", "complaint"}


def forgotten(models, rules) -> list[str]:
    """Personal fields that stand in no rule of their model and keeping."""
    named = defaultdict(list)
    for rule in rules:
        named[rule.model].append(rule)
    return [
        f"{model._meta.label}.{name}"
        for model in models
        for name, told in getattr(model, "PERSONAL", {}).items()
        if not any(covers(rule, name, told.keep) for rule in named[model])
    ]


def covers(rule: Falling, name: str, keep: str) -> bool:
    """Does the rule end this field's days, or say why it stays?"""
    return rule.keep == keep and (rule.blank is None or name in rule.blank or name in rule.stays)


def ours() -> list:
    return [model for model in apps.get_models() if model.__module__.startswith("guanhu.")]


def test_every_personal_field_falls_due_under_a_rule():
    assert forgotten(ours(), RULES) == []


@pytest.mark.parametrize("left_out", range(0, len(RULES), 3))
def test_a_rule_taken_away_leaves_fields_that_are_found(left_out):
    rule = RULES[left_out]
    alone = sum(one.model is rule.model and one.keep is rule.keep for one in RULES) == 1
    personal = any(told.keep is rule.keep for told in getattr(rule.model, "PERSONAL", {}).values())
    found = forgotten(ours(), [one for one in RULES if one is not rule])
    assert bool(found) is (alone and personal)


def test_a_field_that_is_not_blanked_says_why():
    stays = {name: why for rule in RULES for name, why in rule.stays.items()}
    assert all(stays.values())


def test_every_rule_counts_from_a_field_that_is_there_and_ends_at_a_customer_where_it_says_so():
    for rule in RULES:
        if rule.since:
            rule.model._base_manager.filter(rule.before(date(2026, 1, 1))).query.sql_with_params()
        if rule.person:
            rule.model._base_manager.values_list(rule.person).query.sql_with_params()


def kept_without_rule(tables) -> list[str]:
    """Tables of the lake that hold keys of persons or their accounts and are kept for ever."""
    return [table.path for table in tables
            if KEYS & {column.name for column in table.columns} and expiry.keep_of(table) is None]  # fmt: skip


def test_every_table_of_the_lake_that_speaks_of_persons_falls_due():
    assert kept_without_rule(TABLES) == []
    planted = Table("bank", "cards", "snapshot", ("account",), "卡", (Column("account", "key", "账户的代理键"),))
    assert kept_without_rule([*TABLES, planted]) == ["bank/cards"]
