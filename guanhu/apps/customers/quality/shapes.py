"""What pages are told of how complete files are: values, never rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from guanhu.rules.kinds import FileItem


@dataclass(frozen=True)
class Filled:
    """One item over many files: in how many it counts, in how many it is known, and in how many of these old."""

    item: FileItem
    files: int
    known: int
    stale: int

    @property
    def missing(self) -> int:
        """In how many it is not known."""
        return self.files - self.known


@dataclass(frozen=True)
class Sums:
    """Some files together: how many, their mean completeness, and each item."""

    files: int
    share_bp: int
    items: tuple[Filled, ...]


@dataclass(frozen=True)
class KeeperSums:
    """The files one colleague keeps; ``staff_no`` empty: nobody keeps them."""

    staff_no: str
    name: str
    branch: str
    sums: Sums


@dataclass(frozen=True)
class Report:
    """资料质量: the files in reach, all together and by keeper, and the numbers that stand in more than one file."""

    whole: Sums
    keepers: tuple[KeeperSums, ...]
    doubles: Mapping[str, int]
    """How many files share a phone number or an identity number with another file in reach."""
