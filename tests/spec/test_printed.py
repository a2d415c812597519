"""The specs are the documentation: the printed page says what they say."""

from guanhu.engine.signals import SIGNALS
from guanhu.rules.kinds import SignalKind
from tests.spec import printed


def test_the_page_of_signals_is_printed_from_the_specs():
    assert printed.PAGE.read_text("utf-8") == printed.page(), "run: python -m tests.spec.printed"


def test_every_signal_has_its_spec():
    assert list(SIGNALS) == list(SignalKind)
    for kind in SignalKind:
        assert (printed.HERE / f"test_{kind.value}.py").exists()
