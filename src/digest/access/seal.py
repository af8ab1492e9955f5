"""Secrets that must be read again, kept so that the database alone does not give them away.

A shared secret of one-time codes cannot be hashed. It is sealed with Fernet (AES-128-CBC and
HMAC-SHA256) under a key derived from the newsroom's signing keys, which stand outside the database.
"""

import base64
from collections.abc import Sequence

from digest.model.errors import TokenWrong
from digest.model.token import derive


def seal(text: str, *, purpose: str, keys: Sequence[bytes]) -> str:
    """Return `text`, sealed with the newest key."""
    from cryptography.fernet import Fernet

    return Fernet(_fernet_key(keys[0], purpose)).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str, keys: Sequence[bytes]) -> str:
    """Return what was sealed with one of `keys`.

    Raises:
        TokenWrong: with none of them: the keys were lost or exchanged.
    """
    from cryptography.fernet import Fernet, InvalidToken, MultiFernet

    opener = MultiFernet([Fernet(_fernet_key(key, purpose)) for key in keys])
    try:
        return opener.decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise TokenWrong(f"{purpose}: sealed with a key that is no longer there") from error


def _fernet_key(key: bytes, purpose: str) -> bytes:
    return base64.urlsafe_b64encode(derive(key, purpose))
