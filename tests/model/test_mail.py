"""Slots: tokens that no author can type and that end themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import mail
from digest.model.mail import Encoding, Rendering

NONCE = "n7c1e5a90"
NAMES = st.from_regex(r"[a-z][a-z0-9]{0,5}(_[a-z0-9]{1,5}){0,2}", fullmatch=True)


@given(st.lists(st.tuples(NAMES, st.sampled_from(Encoding)), max_size=6))
def test_every_token_is_found_again_with_its_name(slots: list[tuple[str, Encoding]]) -> None:
    page = "".join(mail.token(NONCE, name, encoding) for name, encoding in slots)

    found = [(mail.name_in(match[2]), Encoding(match[1])) for match in mail.pattern(NONCE).finditer(page)]
    assert found == slots


def test_a_token_is_made_of_letters_digits_and_hyphens() -> None:
    token = mail.token(NONCE, "unsubscribe_url", Encoding.URL)

    assert token.replace("-", "").isalnum()


@pytest.mark.parametrize("name", ["", "Name", "a b", "1st", "name\r\nBcc: x", "å"])
def test_a_name_that_could_break_out_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a name for a slot"):
        mail.token(NONCE, name)


def test_the_hash_names_exactly_these_words() -> None:
    one = Rendering(subject="s", preheader="p", html="<p>h</p>", text="t", nonce=NONCE)
    other = Rendering(subject="s", preheader="p", html="<p>H</p>", text="t", nonce=NONCE)

    assert one.hash != other.hash


def test_a_rendering_knows_which_slots_it_uses() -> None:
    page = f"<a href='{mail.token(NONCE, 'unsubscribe_url')}'>x</a>"

    rendering = Rendering(subject="s", preheader="", html=page, text=mail.token(NONCE, "name"), nonce=NONCE)

    assert rendering.slots == {
        "unsubscribe_url", "name",
    }  # fmt: skip
