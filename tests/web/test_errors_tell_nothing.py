"""An error is logged with its place and never with what was in the hands of the code at that moment."""

import logging
import sys

from guanhu.config.logs import configure_logs


def told(capsys, secret: str) -> str:
    """What the log says about a fault while a phone lies in a variable."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        configure_logs("error")
        try:
            phone = secret
            raise ValueError(len(phone))
        except ValueError:
            logging.getLogger("guanhu.test").error("fault", exc_info=sys.exc_info())
        return capsys.readouterr().err
    finally:
        for handler in [each for each in root.handlers if each not in before]:
            root.removeHandler(handler)
        for handler in before:
            if handler not in root.handlers:
                root.addHandler(handler)
        root.setLevel(level)


def test_a_fault_is_logged_without_the_values_around_it(capsys):
    said = told(capsys, "13812342716")
    assert "ValueError" in said
    assert "13812342716" not in said
