"""One-time codes: TOTP (RFC 6238) with what every authenticator app does, SHA-1, 30 s, six digits.

Written out, for it is HOTP (RFC 4226, 5.3) of a count of half minutes; the RFCs' own vectors are
its test. A code is good for its own half minute and the one before and after it (clocks differ),
and only once: `accepted` gives the half minute, which the caller keeps and hands in next time.
"""

import base64
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

#: Seconds that a code is shown for.
PERIOD = 30
DIGITS = 6
#: Periods that a clock may be early or late.
DRIFT = 1
#: Recovery codes that a person is given.
RECOVERY_CODES = 10


def new_secret() -> str:
    """Return a new shared secret as apps read it: 160 bits (RFC 4226, 4: R6) in base32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code(secret: str, period: int) -> str:
    """Return the code of `secret` for one period (RFC 4226, 5.3)."""
    mac = hmac.digest(base64.b32decode(secret), period.to_bytes(8, "big"), "sha1")
    start = mac[-1] & 0x0F
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def period_of(now: datetime) -> int:
    """Return the number of the period that `now` is in."""
    return int(now.timestamp()) // PERIOD


def accepted(secret: str, typed: str, *, now: datetime, last: int) -> int | None:
    """Return the period that `typed` is the code of, or None when it is none that may be used.

    Args:
        last: the period of the code that was accepted last; it and earlier ones are used up
            (RFC 6238, 5.2).
    """
    given = "".join(typed.split())
    today = period_of(now)
    found = None
    for period in range(today - DRIFT, today + DRIFT + 1):
        same = hmac.compare_digest(code(secret, period).encode(), given.encode())
        if same and period > last:
            found = period
    return found


def address(secret: str, *, name: str, issuer: str) -> str:
    """Return the `otpauth:` address that an app reads from the picture."""
    label = f"{quote(issuer, safe='')}:{quote(name, safe='')}"
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"


def picture(text: str) -> str:
    """Return a QR code of `text` as an SVG in a `data:` address, dark on white with its quiet zone."""
    import segno

    drawn = segno.make_qr(text, error="m")
    return drawn.svg_data_uri(scale=5, border=4, dark="#000", light="#fff")


def recovery_codes() -> tuple[str, ...]:
    """Return new recovery codes: 50 random bits each, in letters and digits that nobody confuses."""
    return tuple(_recovery_code() for _ in range(RECOVERY_CODES))


def recovery_spelling(typed: str) -> str:
    """Return a recovery code as it is kept, however it was typed."""
    return "".join(sign for sign in typed.casefold() if sign.isalnum())


def _recovery_code() -> str:
    drawn = "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(10))
    return f"{drawn[:5]}-{drawn[5:]}"
