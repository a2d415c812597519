"""What is wrong with a delivery: a fault with an address, or a reason to refuse the whole of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One fault: in which file, row and column, against which rule, in words the branch understands."""

    file: str
    row: int | None
    """The line of the file, the header being line 1 (Parquet: the row, from 1); none when the whole file is meant."""
    column: str | None
    rule: str
    says: str
    value: str | None = None
    suggestion: str = ""

    def __str__(self) -> str:
        """One line in Chinese, without the value."""
        place = self.file + (f" 第 {self.row} 行" if self.row is not None else "")
        where = f"{place} {self.column}" if self.column else place
        return f"{where}：{self.says}" + (f"（{self.suggestion}）" if self.suggestion else "")


class DeliveryRefused(Exception):
    """The delivery is not taken: the day is not published and yesterday's plan stays."""

    def __init__(self, problem: Problem) -> None:
        """Keep the problem beside its words."""
        super().__init__(str(problem))
        self.problem = problem


def refused(file: str, rule: str, says: str, *, column: str | None = None, suggestion: str = "") -> DeliveryRefused:
    """A refusal of a whole file or delivery, ready to be raised; it never carries a value."""
    return DeliveryRefused(Problem(file, None, column, rule, says, None, suggestion))
