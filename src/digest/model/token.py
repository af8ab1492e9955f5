"""Signed tokens for links: bound to one purpose, optionally expiring, with keys that rotate.

A token is `base64url(payload) "." base64url(mac)`, the mac being keyed BLAKE2b over purpose,
expiry and payload, 16 bytes of it (RFC 7693; 128 bits). The first key signs, every key reads,
so a key is retired by moving it down the list.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

from digest.model.errors import TokenExpired, TokenWrong

_MAC_BYTES = 16
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def sign(purpose: str, payload: str, *, key: bytes, expires: datetime | None = None) -> str:
    """Return a token that `read` accepts for this `purpose` only, until `expires`."""
    stamp = int(expires.timestamp()) if expires else 0
    body = f"{stamp:x}:{payload}".encode()
    return f"{_encode(body)}.{_encode(_mac(purpose, body, key))}"


def read(purpose: str, token: str, *, keys: Sequence[bytes], now: datetime) -> str:
    """Return the payload of `token`.

    Raises:
        TokenWrong: not signed by any of `keys`, for another purpose, or damaged.
        TokenExpired: signed rightly, but over.
    """
    head, dot, tail = token.partition(".")
    try:
        body, mac = _decode(head), _decode(tail)
    except (binascii.Error, ValueError) as error:
        raise TokenWrong(f"{purpose} link: damaged") from error
    if not dot or not any(hmac.compare_digest(_mac(purpose, body, key), mac) for key in keys):
        raise TokenWrong(f"{purpose} link: not signed by this newsroom")
    stamp, _, payload = body.decode().partition(":")
    if int(stamp, 16) and datetime.fromtimestamp(int(stamp, 16), UTC) < now:
        raise TokenExpired(f"{purpose} link: its time is over")
    return payload


@lru_cache(maxsize=32)
def derive(key: bytes, purpose: str) -> bytes:
    """Return 32 bytes for one use of `key`, so that no two uses share a key (HKDF-like, RFC 5869)."""
    return hmac.digest(key, b"digest/" + purpose.encode(), hashlib.sha256)


def keyed_hash(key: bytes, text: str) -> str:
    """Return a hash of `text` that nobody without `key` can try addresses against.

    40 digits of keyed BLAKE2b (RFC 7693); lists are a million addresses, and HMAC takes eight times as long.
    """
    mac = _hashing(key).copy()
    mac.update(text.encode())
    return mac.hexdigest()


@lru_cache(maxsize=64)
def _hashing(key: bytes) -> hashlib.blake2b:
    return hashlib.blake2b(key=derive(key, "hash"), digest_size=20)


def _mac(purpose: str, body: bytes, key: bytes) -> bytes:
    mac = _begun(purpose, key).copy()
    mac.update(body)
    return mac.digest()


@lru_cache(maxsize=64)
def _begun(purpose: str, key: bytes) -> hashlib.blake2b:
    """Return the mac over `purpose`, begun and kept: every mail has several of them."""
    mac = hashlib.blake2b(key=derive(key, "token"), digest_size=_MAC_BYTES)
    mac.update(purpose.encode() + b"\0")
    return mac


def _encode(raw: bytes) -> str:
    return binascii.b2a_base64(raw, newline=False).translate(_URL_SAFE, b"=").decode()


def _decode(text: str) -> bytes:
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _encode(raw) != text:  # base64 has several spellings of one value; only ours counts
        raise ValueError("not the canonical spelling")
    return raw
