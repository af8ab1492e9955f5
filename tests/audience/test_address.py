"""Addresses as people write them."""

import pytest
from email_validator import validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.audience.address import Address, clean_name, hint, normalise
from digest.audience.suspicions import Suspicion
from digest.model.errors import AddressWrong


@pytest.mark.parametrize(
    ("text", "email", "name"),
    [
        ("ada@post.example", "ada@post.example", ""),
        ("  ada@post.example ; ", "ada@post.example", ""),
        ("\ufeffada@post.example\u200b", "ada@post.example", ""),
        ("Ada Byron <ada@post.example>", "ada@post.example", "Ada Byron"),
        ('"Byron, Ada" <ada@post.example>', "ada@post.example", "Byron, Ada"),
        ("<ada@post.example>", "ada@post.example", ""),
        ("mailto:ada@post.example?subject=hello", "ada@post.example", ""),
        ("MAILTO:Ada@Post.Example", "Ada@Post.Example", ""),
        ("o'brien+news@post.example", "o'brien+news@post.example", ""),
    ],
)
def test_an_address_is_read_as_people_write_it(text: str, email: str, name: str) -> None:
    address = normalise(text)

    assert (address.email, address.name) == (email, name)


def test_two_spellings_of_one_mailbox_share_a_key_and_keep_what_was_typed() -> None:
    upper, lower = normalise("Ada@POST.Example"), normalise("ada@post.example")

    assert upper.key == lower.key == "ada@post.example"
    assert upper.email == "Ada@POST.Example"
    assert upper.envelope == "Ada@post.example"


def test_a_domain_in_another_script_is_mailed_by_its_a_labels() -> None:
    address = normalise("ada@bücher.example")

    assert address.envelope == address.key == "ada@xn--bcher-kva.example"
    assert address.email == "ada@bücher.example"
    assert normalise("ada@xn--bcher-kva.example").key == address.key


@pytest.mark.parametrize(
    "text",
    [
        "", "ada", "ada@", "@post.example", "ada@post", "a..b@post.example", ".a@post.example",
        "a.@post.example", "ada@post..example", "ada@-post.example", "ada post@post.example",
        "a@b@post.example", "ada@[127.0.0.1]", "ada@post.test", "ada@localhost", "x" * 65 + "@post.example",
        "a@" + "b." * 130 + "example",
        "ada\r\nBcc: eve@post.example", "a\u200bda@post.example", "ada@post.example, eve@post.example",
        "abuse@post.example", "Postmaster@post.example", "ada@post.example\0", "x" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_in_words(text: str) -> None:
    with pytest.raises(AddressWrong) as caught:
        normalise(text)

    assert caught.value.why
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("info@post.example", Suspicion.ROLE),
        ("ada@mailinator.com", Suspicion.DISPOSABLE),
        ("ada@gmial.com", Suspicion.MISTYPED),
        ("p\u0435ter@post.example", Suspicion.MIXED_SCRIPTS),
        ("анна@post.example", Suspicion.NEEDS_SMTPUTF8),
    ],
)
def test_what_deserves_a_second_look_is_warned_of_and_not_refused(text: str, warning: Suspicion) -> None:
    assert warning in normalise(text).warnings


def test_a_slip_of_the_finger_gets_a_question() -> None:
    assert hint(normalise("ada@gmial.com")) == "did you mean ada@gmail.com?"
    assert hint(normalise("ada@gmail.com")) == ""


def test_tags_and_dots_stay_in_the_key_and_go_only_for_the_person() -> None:
    address = normalise("Ada.Byron+news@googlemail.com")

    assert address.key == "ada.byron+news@googlemail.com"
    assert address.person == "adabyron@gmail.com"
    assert normalise("a.b+c@post.example").person == "a.b@post.example"


def test_the_mailbox_provider_is_told_by_the_domain() -> None:
    providers = [normalise(f"ada@{domain}").provider for domain in ("gmail.com", "live.com", "post.example")]

    assert providers == ["google", "microsoft", "other"]


def test_a_name_can_never_hold_a_line_end_or_turn_the_line_around() -> None:
    assert clean_name("Ada\r\nBcc: eve@post.example") == "Ada Bcc: eve@post.example"
    assert clean_name("\u202eadA\u0000 \u200bB.") == "adA B."
    assert clean_name("a" * 1000) == "a" * 120


_LOCAL = st.text("abcXYZ019._+-", min_size=1, max_size=66)
_DOMAIN = st.text("abXY09-.", min_size=1, max_size=70).map(lambda text: f"{text}.example")


@settings(max_examples=300, deadline=None)
@given(_LOCAL, _DOMAIN)
def test_the_fast_path_says_what_the_library_says(local: str, domain: str) -> None:
    text = f"{local}@{domain}"
    try:
        expected = validate_email(text, check_deliverability=False, strict=True)
    except ValueError:
        expected = None

    try:
        found: Address | None = normalise(text)
    except AddressWrong:
        found = None

    if expected is None:
        assert found is None
    elif found is not None:
        assert found.key == expected.normalized.lower()
        assert found.envelope == expected.ascii_email


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_gives_an_address_or_a_reason_and_reading_it_again_changes_nothing(text: str) -> None:
    try:
        address = normalise(text)
    except AddressWrong:
        return

    again = normalise(address.email)

    assert again.key == address.key
    assert again.envelope == address.envelope
    assert normalise(address.envelope).key == address.key
    assert not set(address.envelope) & set("\r\n\0 <>,;")
