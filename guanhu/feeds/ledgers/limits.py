"""How much a ledger may weigh, and the words in which one is refused."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from guanhu.feeds.errors import Problem
from guanhu.rules.policy import Policy

SAFE = "什么也没有写入"


@dataclass(frozen=True)
class Limits:
    """What a file may weigh before, while and after it is unpacked; from the policy. Reliability A13."""

    bytes: int
    rows: int
    columns: int
    cell_signs: int
    unpacked_bytes: int
    ratio: int
    members: int
    seconds: int
    memory_bytes: int

    @classmethod
    def of(cls, policy: Policy) -> Limits:
        """The limits this bank has set."""
        return cls(**{name: getattr(policy, f"ledger_{name}") for name in cls.__dataclass_fields__})

    def plain(self) -> dict[str, int]:
        """For the reader, which lives in a process of its own."""
        return asdict(self)


class LedgerRefused(Exception):
    """The file is not read at all: nothing of it was kept. The message never carries a value of the file."""

    def __init__(self, problem: Problem) -> None:
        """Keep the problem beside its words."""
        super().__init__(f"{problem}。{SAFE}")
        self.problem = problem


def refusal(file: str, rule: str, says: str, suggestion: str = "") -> LedgerRefused:
    """The refusal of a whole ledger, ready to be raised."""
    return LedgerRefused(Problem(file, None, None, f"ledger/{rule}", says, None, suggestion))
