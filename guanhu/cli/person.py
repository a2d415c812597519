"""``guanhu person …``: everything about the person of a case, for the privacy officer's machine."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console

from guanhu.cli.bank import open_bank
from guanhu.cli.progress import Steps
from guanhu.cli.sheets import print_json, print_rows, stop
from guanhu.cli.standby import this_standby

app = typer.Typer(help="个人信息请求：按个案查找一个人的全部数据", no_args_is_help=True)


@app.callback()
def person() -> None:
    """One verb below this one for each thing that is done for a person."""


@app.command()
def find(
    case: Annotated[str, typer.Option("--case", help="个案号")],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """在业务库、数据湖每一天、隔离区和留痕里查找个案当事人；结果与副本存入个案"""
    with open_bank():
        from guanhu.apps.customers.cases.queries import key_of_case
        from guanhu.night import finding

        here, key = this_standby(), key_of_case(case)
        if key is None:
            stop(f"没有个案 {case}")
        with Steps(Console(stderr=True)) as steps:
            advance = steps.begin(f"查找 {case}")
            found = finding.search(
                key, case, here.lake, here.policy, now=here.now, say=lambda what, done, of: advance(done, of, what)
            )
            steps.end()
        rows = [_row(hit) for hit in found.hits]
        if as_json:
            print_json({"case": case, "found": rows, "same_identity": list(found.same_person)})
            return
        print_rows(rows)
        if found.same_person:
            typer.echo(f"同一证件下还有客户号：{'、'.join(found.same_person)}（各开各的个案）")
        if found.copy:
            typer.echo("副本已做好并封存，在「个人信息请求」页面交付")


def _row(hit: Any) -> dict[str, Any]:
    return {
        "所在": hit.place.zh, "表": hit.table, "名称": hit.title, "行数": hit.rows, "最早": hit.first_on,
        "最晚": hit.last_on, "确认": "按号码" if hit.sure else "仅姓名相同",
    }  # fmt: skip
