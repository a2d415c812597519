import importlib.util
import os
import pkgutil
import shutil
from inspect import getmembers, isfunction
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanhu import rules
from guanhu.rules.columns import fill, pick, whole
from guanhu.rules.kinds import Tier
from tests.agree.readings import (
    COUNT,
    DAY_ONLY,
    FLAG,
    MONEY,
    READINGS,
    TIER,
    WORDS,
    Engine,
    Reading,
    disagreements,
)

EXAMPLES = int(os.environ.get("GUANHU_EXAMPLES", "12"))
QUICK = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize="GUANHU_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)


def _name(reading: Reading) -> str:
    return f"{reading.rule.__module__.rpartition('.')[2]}.{reading.rule.__name__}"


def _edges(reading: Reading) -> list[tuple[Any, ...]]:
    """Every edge of every field once, the others standing at a null and at their first edge."""
    fields = list(reading.fields.values())
    rows: list[tuple[Any, ...]] = []
    for n, one in enumerate(fields):
        for edge in (None, *one.edges):
            for rest in (tuple(None for _ in fields), tuple(other.edges[0] for other in fields)):
                rows.append((*rest[:n], edge, *rest[n + 1 :]))
    return rows


@pytest.mark.slow
@pytest.mark.parametrize("reading", READINGS, ids=_name)
@QUICK
@given(data=st.data())
def test_a_rule_says_the_same_of_a_value_and_of_a_column(reading: Reading, data: st.DataObject) -> None:
    assert disagreements(reading, data.draw(reading.rows())) == []


@pytest.mark.parametrize("reading", READINGS, ids=_name)
def test_a_rule_says_the_same_on_every_edge(reading: Reading) -> None:
    assert disagreements(reading, _edges(reading)) == []


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost"])
def test_a_rule_says_the_same_on_the_large_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    if importlib.util.find_spec("pyspark") is None or shutil.which("java") is None:
        pytest.skip("PySpark or Java is not here: the rules are read on Polars alone")
    from pyspark.sql import SparkSession

    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    quiet = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "1", "spark.driver.host": "127.0.0.1"}
    spark = SparkSession.builder.master("local[1]").config(map=quiet).getOrCreate()
    names = {pl.Int64: "bigint", pl.Int32: "int", pl.String: "string", pl.Boolean: "boolean"}

    def frame(table: pl.DataFrame) -> Any:
        schema = ", ".join(f"`{name}` {names[type(dtype)]}" for name, dtype in table.schema.items())
        return spark.createDataFrame(table.rows(), schema)

    engine = Engine(frame, lambda told: [row["answer"] for row in told.collect()])
    try:
        assert [told for one in READINGS for told in disagreements(one, _edges(one), engine)] == []
    finally:
        spark.stop()


def test_every_public_rule_is_in_the_table_or_is_for_the_day_alone() -> None:
    public = {
        f"{module.name}.{name}"
        for module in pkgutil.iter_modules(rules.__path__)
        for name, function in getmembers(_module(module.name), isfunction)
        if not name.startswith("_") and function.__module__ == f"guanhu.rules.{module.name}"
    }
    told = {_name(reading) for reading in READINGS}
    assert public == told | DAY_ONLY | WORDS
    assert not told & DAY_ONLY


def _module(name: str) -> Any:
    return pkgutil.resolve_name(f"guanhu.rules.{name}")


# ---------------------------------------------------------------- the twin: faults sown on purpose


def _asks_with_if(average_fen: Any) -> Any:
    if average_fen is not None and average_fen >= 5:
        return Tier.A
    return Tier.B


def _says_and(granted: Any, quiet: Any) -> Any:
    return fill(granted, False) and not fill(quiet, False)


def _forgets_null(average_fen: Any) -> Any:
    return average_fen >= 5


def _lets_null_decide(tier: Any) -> Any:
    return pick(tier != Tier.A, 1, 2)


def _takes_the_smaller(one: Any, other: Any) -> Any:
    return min(fill(one, 0), fill(other, 0))


def _multiplies_a_narrow_count(customers: Any) -> Any:
    return fill((0 if customers is None else customers) * 2_000, 0)


def _is_right(customers: Any) -> Any:
    return fill(whole(customers), 0) * 2_000


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        (_asks_with_if, {"average_fen": MONEY}),
        (_says_and, {"granted": FLAG, "quiet": FLAG}),
        (_forgets_null, {"average_fen": MONEY}),
        (_lets_null_decide, {"tier": TIER}),
        (_takes_the_smaller, {"one": MONEY, "other": MONEY}),
        (_multiplies_a_narrow_count, {"customers": COUNT}),
    ],
)
def test_a_rule_that_reads_differently_is_caught(rule: Any, fields: Any) -> None:
    reading = Reading(rule, fields)
    assert disagreements(reading, _edges(reading)) != []


def test_a_rule_written_in_the_words_is_not() -> None:
    reading = Reading(_is_right, {"customers": COUNT})
    assert disagreements(reading, _edges(reading)) == []
