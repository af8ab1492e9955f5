"""Passwords of editors: kept as Argon2id (RFC 9106), checked in the same time whoever asks.

The cost is fixed here, not guessed at each start: about 50 ms and 32 MiB for one check on the slow
machine it was measured on (`bench/signing_in.py`), above the 19 MiB and two passes that OWASP
asks for at least. A hash made with other costs still opens, and `outdated` says so: it is made anew at that
moment, the only one at which the password is known.
"""

import re
import threading
import unicodedata
from functools import lru_cache
from secrets import token_urlsafe

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=32 * 1024, parallelism=1)
#: Checks at the same time; more would only wait for the processor, each with its 32 MiB.
_AT_ONCE = threading.BoundedSemaphore(4)

#: Characters that a password must have at least.
SHORTEST = 12
#: Characters that are read at most: a longer one only costs time.
LONGEST = 256
#: What is left of a password without its obvious parts: characters, and different ones among them.
_LEAST_LEFT, _LEAST_DIFFERENT = 8, 5
_OBVIOUS = (
    "password", "passwort", "motdepasse", "matkhau", "qwertyuiop", "qwerty", "azerty", "qwertz", "asdfghjkl",
    "zxcvbnm", "letmein", "welcome", "iloveyou", "changeme", "secret", "admin", "editor", "newsroom",
    "newsletter", "digest", "abcdefghijklmnopqrstuvwxyz", "01234567890", "9876543210",
)  # fmt: skip


def hashed(password: str) -> str:
    """Return what `password` is kept as: the salt and the costs are in it."""
    with _AT_ONCE:
        return _HASHER.hash(_read(password))


def matches(stored: str, password: str) -> bool:
    """Whether `password` is the one kept as `stored`; with an empty `stored` never, after the same time.

    So an answer does not tell by its time whether there is such an account.
    """
    decoy = _decoy()  # made before either answer, so that the first one is no slower
    with _AT_ONCE:
        try:
            return _HASHER.verify(stored or decoy, _read(password)) and bool(stored)
        except VerificationError:
            return False


def outdated(stored: str) -> bool:
    """Whether `stored` was made with other costs than today's."""
    return _HASHER.check_needs_rehash(stored)


def weakness(password: str, *, known: tuple[str, ...] = ()) -> str:
    """Return why `password` will not do, fit for the person who chose it; empty when it will.

    Length is what counts; beyond it only what anybody would try first is refused.

    Args:
        known: what others know: the person's name and address, the newsroom's name.
    """
    if len(password) < SHORTEST:
        return f"it needs {SHORTEST} characters or more; a few words do well"
    if len(password) > LONGEST:
        return f"it has more than {LONGEST} characters"
    left = _plain(password)
    words = {word for text in known for word in re.split(r"[^\w]+|_", _plain(text)) if len(word) > 2}
    for word in sorted({*words, *_OBVIOUS}, key=len, reverse=True):
        left = left.replace(word, "")
    left = _without_runs(left)
    if len(left) < _LEAST_LEFT or len(set(left)) < _LEAST_DIFFERENT:
        return "it is among the first that somebody would try: names, rows of keys, repetitions"
    return ""


@lru_cache(maxsize=1)
def _decoy() -> str:
    return hashed(token_urlsafe())


def _read(password: str) -> str:
    """Return `password` as it is hashed: the same from every keyboard (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password[: 4 * LONGEST])


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _without_runs(text: str) -> str:
    """Return `text` without characters that go on from the one before: 1234, dcba, aaaa."""
    return "".join(
        sign for before, sign in zip("\0" + text, text, strict=False) if abs(ord(sign) - ord(before)) > 1
    )
