"""An error is logged with its place and never with what was in the hands of the code at that moment."""

import logging
import sys

import pytest

from guanhu.config.logs import configure_logs
from tests.cast import Cast
from tests.web.conftest import signed_in, text


def told(capsys, secret: str) -> str:
    """What the log says about a fault while a phone lies in a variable."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        configure_logs("error")
        try:
            phone = secret
            raise ValueError(f"no such phone {phone}")
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


@pytest.mark.parametrize(("language", "says"), [("zh-hans", "出错了"), ("en", "Something went wrong")])
def test_a_page_that_breaks_says_so_without_a_trace(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, language: str, says: str
):
    def broken(*_: object, **__: object) -> None:
        raise ValueError("13812342716")

    monkeypatch.setattr("guanhu.web.desks.today.queries.today", broken)
    shen = signed_in()
    shen.raise_request_exception = False
    shen.post("/language", {"language": language})
    answer = shen.get("/today/")
    assert answer.status_code == 500
    assert says in text(answer)
    assert not any(word in text(answer) for word in ("Traceback", "ValueError", "13812342716", "desks"))
