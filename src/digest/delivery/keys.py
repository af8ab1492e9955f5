"""Makes DKIM keys and says what to publish for them (RFC 6376, 3.6; RFC 8463, 4)."""

import base64
import re

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from digest.delivery.dkim import DkimKey
from digest.model.errors import RelayUnusable

#: Gmail and Yahoo recommend 2048 bits; less than 1024 is not verified at all (RFC 8301, 3.2).
RSA_BITS = 2048
_LEAST_BITS = 1024
_LABELS = re.compile(
    r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*"
)
_STRING = 255  # a string in a TXT record holds no more (RFC 1035, 3.3)


def new_key(algorithm: str) -> bytes:
    """Return a new private key as PEM text; `algorithm` is rsa or ed25519."""
    match algorithm:
        case "rsa":
            key: RSAPrivateKey | Ed25519PrivateKey = generate_private_key(65537, RSA_BITS)
        case "ed25519":
            key = Ed25519PrivateKey.generate()
        case _:
            raise ValueError(f"{algorithm}: not an algorithm for DKIM: rsa or ed25519")
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def load_key(domain: str, selector: str, pem: bytes) -> DkimKey:
    """Return the key in `pem`.

    Raises:
        RelayUnusable: it is no usable key, or domain and selector are no names of the DNS.
    """
    name = f"{selector}._domainkey.{domain}"
    if not _LABELS.fullmatch(name) or len(name) > 253:
        raise RelayUnusable(f"dkim: not a name in the DNS: {name!r}")
    try:
        private = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise RelayUnusable(f"dkim: the key for {name} cannot be read: no private key in PEM form") from error
    if isinstance(private, RSAPrivateKey):
        if private.key_size < _LEAST_BITS:
            raise RelayUnusable(f"dkim: the key for {name} is too short: {private.key_size} bits")
    elif not isinstance(private, Ed25519PrivateKey):
        raise RelayUnusable(f"dkim: the key for {name} is neither RSA nor Ed25519")
    return DkimKey(domain=domain, selector=selector, private=private)


def public_record(key: DkimKey) -> str:
    """Return the text of the TXT record that publishes `key`."""
    public = key.private.public_key()
    if isinstance(key.private, RSAPrivateKey):
        kind, raw = "rsa", public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    else:
        kind, raw = "ed25519", public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"v=DKIM1; k={kind}; p={base64.b64encode(raw).decode('ascii')}"


def zone_line(key: DkimKey) -> str:
    """Return the record as a zone file wants it, long texts in several strings."""
    text = public_record(key)
    strings = " ".join(f'"{text[at : at + _STRING]}"' for at in range(0, len(text), _STRING))
    return f"{key.selector}._domainkey.{key.domain}. IN TXT ( {strings} )"
