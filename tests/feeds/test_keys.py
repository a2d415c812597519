"""Surrogate keys: always the same for this bank, different for every other, and silent about the number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanhu.engine import backend
from guanhu.feeds.keys import Keys

ONE, OTHER = Keys(b"the first bank's secret"), Keys(b"the second bank's secret")


@given(st.text(min_size=1))
def test_a_key_is_positive_and_fits_63_bits(number: str) -> None:
    assert 0 < ONE.key("account", number) < 2**63


def test_the_same_number_has_one_key_per_bank_and_kind() -> None:
    assert ONE.key("account", "62220001") == ONE.key("account", "62220001")
    keys = {ONE.key("account", "62220001"), ONE.key("customer", "62220001"), OTHER.key("account", "62220001")}
    assert len(keys) == 3


def test_a_hundred_thousand_numbers_share_no_key() -> None:
    keys = ONE.keys("account", (str(number) for number in range(100_000)))
    assert len(set(keys)) == 100_000


def test_a_column_gets_the_keys_one_by_one() -> None:
    frame = backend.series({"account_no": ["1", "2", "1"]}, {"account_no": "text"})
    keyed = ONE.add(frame, "account_no", "account")
    assert keyed.get_column("account").to_list() == [ONE.key("account", number) for number in ("1", "2", "1")]


@pytest.mark.parametrize("secret", [b"", b"short", b"x" * 15, b"x" * 65])
def test_a_secret_that_could_be_guessed_is_refused(secret: bytes) -> None:
    with pytest.raises(ValueError, match="密钥"):
        Keys(secret)


def test_the_secret_is_never_shown() -> None:
    assert "secret" not in repr(ONE)
