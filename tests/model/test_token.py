"""Signed links: bound to a purpose, expiring, rotating, and not to be forged."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import token
from digest.model.errors import TokenExpired, TokenWrong

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
KEY, OLD_KEY = b"k" * 32, b"o" * 32


@given(st.text(max_size=80))
def test_what_was_signed_is_read_back(payload: str) -> None:
    signed = token.sign("unsubscribe", payload, key=KEY)

    assert token.read("unsubscribe", signed, keys=[KEY], now=NOW) == payload


def test_a_link_for_one_purpose_opens_nothing_else() -> None:
    signed = token.sign("unsubscribe", "42", key=KEY)

    with pytest.raises(TokenWrong):
        token.read("erase", signed, keys=[KEY], now=NOW)


def test_a_link_ends_when_its_time_is_over() -> None:
    signed = token.sign("confirm", "42", key=KEY, expires=NOW + timedelta(days=2))

    assert token.read("confirm", signed, keys=[KEY], now=NOW) == "42"
    with pytest.raises(TokenExpired):
        token.read("confirm", signed, keys=[KEY], now=NOW + timedelta(days=3))


def test_a_retired_key_still_reads_until_it_is_taken_away() -> None:
    signed = token.sign("unsubscribe", "42", key=OLD_KEY)

    assert token.read("unsubscribe", signed, keys=[KEY, OLD_KEY], now=NOW) == "42"
    with pytest.raises(TokenWrong):
        token.read("unsubscribe", signed, keys=[KEY], now=NOW)


@given(st.data())
def test_no_changed_character_goes_unnoticed(data: st.DataObject) -> None:
    signed = token.sign("unsubscribe", "42:morning", key=KEY)
    at = data.draw(st.integers(0, len(signed) - 1))
    other = data.draw(st.sampled_from("ABCabc012-_."))
    changed = signed[:at] + other + signed[at + 1 :]

    if changed != signed:
        with pytest.raises(TokenWrong):
            token.read("unsubscribe", changed, keys=[KEY], now=NOW)


@given(st.text(max_size=60))
def test_anything_else_is_refused_without_another_error(rubbish: str) -> None:
    with pytest.raises(TokenWrong):
        token.read("unsubscribe", rubbish, keys=[KEY], now=NOW)


def test_an_address_cannot_be_tried_against_a_hash_without_the_key() -> None:
    assert token.keyed_hash(KEY, "ada@harbour.example") != token.keyed_hash(OLD_KEY, "ada@harbour.example")
