"""One-time codes are those of the RFCs, good once, and for a clock that is half a minute off."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.access.one_time import (
    PERIOD,
    RECOVERY_CODES,
    accepted,
    address,
    code,
    new_secret,
    period_of,
    picture,
    recovery_codes,
    recovery_spelling,
)

#: The secret of both RFCs' examples.
SECRET = base64.b32encode(b"12345678901234567890").decode()
NOW = datetime(2026, 11, 23, 6, 40, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "expected"),
    list(
        enumerate(
            [
                "755224",
                "287082",
                "359152",
                "969429",
                "338314",
                "254676",
                "287922",
                "162583",
                "399871",
                "520489",
            ]
        )
    ),
)
def test_codes_are_those_of_rfc_4226_appendix_d(count: int, expected: str) -> None:
    assert code(SECRET, count) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
     (2_000_000_000, "279037"), (20_000_000_000, "353130")],
)  # fmt: skip
def test_codes_are_those_of_rfc_6238_appendix_b_in_six_digits(seconds: int, expected: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)

    assert code(SECRET, period_of(now)) == expected
    assert accepted(SECRET, expected, now=now, last=0) == seconds // PERIOD


@pytest.mark.parametrize(("late", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_good_for_its_half_minute_and_its_neighbours(late: int, good: bool) -> None:
    typed = code(SECRET, period_of(NOW) + late)

    assert (accepted(SECRET, typed, now=NOW, last=0) is not None) is good


def test_a_code_that_was_accepted_is_not_accepted_again_nor_is_an_earlier_one() -> None:
    today = period_of(NOW)

    used = accepted(SECRET, code(SECRET, today), now=NOW, last=0)

    assert used == today
    assert accepted(SECRET, code(SECRET, today), now=NOW, last=used) is None
    assert accepted(SECRET, code(SECRET, today - 1), now=NOW, last=used) is None
    assert accepted(SECRET, code(SECRET, today + 1), now=NOW + timedelta(seconds=30), last=used) == today + 1


def test_a_code_may_be_typed_with_a_space() -> None:
    typed = code(SECRET, period_of(NOW))

    assert accepted(SECRET, f" {typed[:3]} {typed[3:]} ", now=NOW, last=0) is not None


@given(st.text())
def test_no_other_text_is_a_code(typed: str) -> None:
    good = {code(SECRET, period_of(NOW) + late) for late in (-1, 0, 1)}

    assert (accepted(SECRET, typed, now=NOW, last=0) is not None) is ("".join(typed.split()) in good)


def test_secrets_and_recovery_codes_are_never_the_same() -> None:
    assert len({new_secret() for _ in range(50)}) == 50
    codes = [one for _ in range(20) for one in recovery_codes()]
    assert len(set(codes)) == 20 * RECOVERY_CODES


def test_a_recovery_code_may_be_typed_as_one_likes() -> None:
    assert recovery_spelling(" ABCDE fghjk ") == recovery_spelling("abcde-fghjk")


def test_the_address_names_newsroom_and_person() -> None:
    parts = urlsplit(address(SECRET, name="björn", issuer="Harbour Post: desk"))

    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == "/Harbour Post: desk:björn"
    assert parse_qs(parts.query) == {"secret": [SECRET], "issuer": ["Harbour Post: desk"]}


def test_the_picture_is_an_svg_that_a_page_may_show_by_itself() -> None:
    drawn = picture(address(SECRET, name="ida", issuer="Harbour Post"))

    assert drawn.startswith("data:image/svg+xml")
    assert "script" not in drawn
