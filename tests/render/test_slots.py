"""A reader's values stand where they belong, in the form that the place asks for."""

import html
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.errors import RenderError
from digest.model.mail import Encoding, token
from digest.render.slots import fill

NONCE = "n0nce-4f2a9c"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
@settings(deadline=None, max_examples=100)
def test_a_value_is_read_back_from_html_text_and_address(value: str) -> None:
    text = f"<{token(NONCE, 'name')}>"
    address = f"<{token(NONCE, 'name', Encoding.URL)}>"

    in_html = fill(text, NONCE, {"name": value}, html=True)[1:-1]
    in_text = fill(text, NONCE, {"name": value}, html=False)[1:-1]
    in_address = fill(address, NONCE, {"name": value}, html=True)[1:-1]

    assert html.unescape(in_html) == value or "\r" in value or not value.isprintable()
    assert in_text == value
    assert unquote(html.unescape(in_address)) == value
    assert not set("<>\"'") & set(in_html)


def test_every_slot_is_filled_and_nothing_else() -> None:
    text = f"{token(NONCE, 'email')} and {token('other-nonce', 'email')} and {token(NONCE, 'view_url')}"

    filled = fill(text, NONCE, {"email": "a@b.example", "view_url": "https://v.example/"}, html=False)

    assert filled == f"a@b.example and {token('other-nonce', 'email')} and https://v.example/"


def test_a_value_that_looks_like_a_slot_is_not_filled_again() -> None:
    trick = token(NONCE, "unsubscribe_url")

    assert (
        fill(token(NONCE, "name"), NONCE, {"name": trick, "unsubscribe_url": "secret"}, html=False) == trick
    )


def test_a_slot_without_a_value_is_named() -> None:
    with pytest.raises(RenderError, match="slot city: no value for it: there are email"):
        fill(token(NONCE, "city"), NONCE, {"email": "x"}, html=False)
