"""The version is what the newest heading of the change log says."""

import pytest

from guanhu.cli.version import VERSION, newest


def test_the_version_is_the_first_heading_of_the_change_log():
    assert newest("# Changes\n\n## 0.2.1 · 2027\n\n## 0.2.0\n") == "0.2.1"


def test_a_change_log_without_a_version_stops_the_start():
    with pytest.raises(ValueError, match="no heading"):
        newest("# Changes\n")


def test_this_tree_has_a_version():
    assert VERSION.count(".") == 2
