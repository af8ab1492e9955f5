"""dkimpy with Ed25519, whether PyNaCl is installed or not.

dkimpy reads and canonicalises messages by itself, which is what makes it a second opinion;
only the curve's arithmetic comes from elsewhere. Without PyNaCl it is `cryptography`'s.
"""

import base64
import importlib.util
import sys
from types import ModuleType

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class BadSignatureError(Exception):
    """As PyNaCl names it."""


class VerifyKey:
    """The part of PyNaCl's class that dkimpy calls."""

    def __init__(self, key: bytes, encoder: object) -> None:
        self._key = Ed25519PublicKey.from_public_bytes(base64.b64decode(key))

    def verify(self, message: bytes, signature: bytes) -> bytes:
        try:
            self._key.verify(signature, message)
        except InvalidSignature as error:
            raise BadSignatureError from error
        return message


def _stand_in() -> None:
    nacl, signing = ModuleType("nacl"), ModuleType("nacl.signing")
    encoding, exceptions = ModuleType("nacl.encoding"), ModuleType("nacl.exceptions")
    signing.VerifyKey = VerifyKey  # type: ignore[attr-defined]  # a module made by hand
    encoding.Base64Encoder = object  # type: ignore[attr-defined]
    exceptions.BadSignatureError = BadSignatureError  # type: ignore[attr-defined]
    nacl.signing, nacl.encoding, nacl.exceptions = signing, encoding, exceptions  # type: ignore[attr-defined]
    for module in (nacl, signing, encoding, exceptions):
        sys.modules[module.__name__] = module


if importlib.util.find_spec("nacl") is None:
    _stand_in()

from dkim import DKIM, ValidationError  # noqa: E402  # it looks for PyNaCl when it is imported

__all__ = ["DKIM", "ValidationError"]
