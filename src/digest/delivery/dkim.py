"""Signs messages (DKIM, RFC 6376; Ed25519: RFC 8463), relaxed for headers and simple for the body.

Our bodies are 7-bit lines of at most 76 columns that end in one CRLF, which no relay touches,
so the simple body costs nothing but its hash. Both List-Unsubscribe headers are covered, as
one-click demands (RFC 8058, 4), and names in `OVERSIGNED` once more than they occur, so that
nobody can add a second From.
"""

import base64
import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

#: What is signed where it occurs, in this order.
SIGNED = (
    b"from", b"to", b"subject", b"date", b"message-id", b"reply-to", b"mime-version", b"content-type",
    b"content-language", b"list-id", b"list-unsubscribe", b"list-unsubscribe-post", b"list-archive",
    b"list-help", b"feedback-id", b"auto-submitted", b"precedence", b"cfbl-address", b"cfbl-feedback-id",
)  # fmt: skip
OVERSIGNED = frozenset((b"from", b"to", b"subject", b"date", b"reply-to", b"list-unsubscribe"))
_COLUMNS = 72
_REMEMBERED = 512  # header lines that all readers share; far more than an edition has


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimKey:
    """A private key and where its public half is published: `selector._domainkey.domain`."""

    domain: str
    selector: str
    private: RSAPrivateKey | Ed25519PrivateKey = field(repr=False)

    @property
    def algorithm(self) -> str:
        """Return the name of the algorithm in a signature."""
        return "rsa-sha256" if isinstance(self.private, RSAPrivateKey) else "ed25519-sha256"

    def sign(self, data: bytes) -> bytes:
        """Return the signature over `data` (RFC 8463, 3: Ed25519 signs the hash)."""
        if isinstance(self.private, RSAPrivateKey):
            return self.private.sign(data, PKCS1v15(), SHA256())
        return self.private.sign(hashlib.sha256(data).digest())


class Signer:
    """Adds a signature for each of its keys; one or two (RSA for everybody, Ed25519 beside it)."""

    def __init__(self, keys: Sequence[DkimKey]) -> None:
        self._keys = tuple(keys)
        self._canonical: dict[bytes, tuple[bytes, bytes]] = {}  #: header line -> name, relaxed form
        self._lists: dict[tuple[bytes, ...], str] = {}  #: names of headers -> value of h=
        slow = any(isinstance(key.private, RSAPrivateKey) for key in self._keys)
        self._cores = len(os.sched_getaffinity(0)) if slow and hasattr(os, "sched_getaffinity") else 1
        self._others: ThreadPoolExecutor | None = None  #: threads, one for each core but ours

    def signed(self, message: bytes, *, at: datetime | None = None) -> bytes:
        """Return `message` under its signatures.

        Args:
            message: with CRLF and an end of one CRLF, as `Compiled.wire` gives it.
            at: when it is signed, for the tag `t`; aware.
        """
        end = message.index(b"\r\n\r\n")
        body_hash = hashlib.sha256(memoryview(message)[end + 4 :]).digest()
        text, names = self._signed_headers(message[:end])
        stamp = "" if at is None else f" t={int(at.timestamp())};"
        signatures = []
        for key in self._keys:
            begin = (
                f"v=1; a={key.algorithm}; c=relaxed/simple; d={key.domain};\r\n s={key.selector};{stamp}\r\n"
                f" h={names};\r\n bh={base64.b64encode(body_hash).decode('ascii')};\r\n b="
            )
            canonical = begin.replace("\r\n", "").encode("ascii")
            signature = key.sign(b"%bdkim-signature:%b" % (text, canonical))
            signatures.append(f"DKIM-Signature: {begin}{_folded(signature)}\r\n".encode("ascii"))
        return b"".join((*signatures, message))

    def signed_all(
        self, messages: Sequence[bytes], *, at: datetime | None = None, senders: int = 1
    ) -> Sequence[bytes]:
        """Return several messages under their signatures, in order; with RSA on several cores.

        An RSA signature takes a quarter of a millisecond, in which the interpreter is free for others.

        Args:
            senders: that share the machine: each takes its part of the cores, or they only fight for them.
        """
        parts = min(self._cores // senders, len(messages))
        if parts <= 1:
            return self._part(messages, at)
        if self._others is None:
            self._others = ThreadPoolExecutor(self._cores - 1, thread_name_prefix="dkim")
        size = -(-len(messages) // parts)
        mine, *rest = (messages[start : start + size] for start in range(0, len(messages), size))
        working = [self._others.submit(self._part, part, at) for part in rest]
        signed = self._part(mine, at)
        for each in working:
            signed += each.result()
        return signed

    def _part(self, messages: Sequence[bytes], at: datetime | None) -> list[bytes]:
        return [self.signed(message, at=at) for message in messages]

    def _signed_headers(self, head: bytes) -> tuple[bytes, str]:
        """Return the headers to be signed, relaxed and in order, and the value of h=."""
        found: dict[bytes, list[bytes]] = {}
        for line in head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").split(b"\r\n"):
            name, relaxed = self._canonical.get(line) or self._relaxed(line)
            found.setdefault(name, []).append(relaxed)
        names = tuple(found)
        listed = self._lists.get(names)
        if listed is None or len(found) != head.count(b"\r\n") + 1:
            listed = self._lists[names] = _names(found)
        # Of a repeated header the last one is meant first (RFC 6376, 5.4.2).
        text = b"".join([b"".join(found[name][::-1]) for name in SIGNED if name in found])
        return text, listed

    def _relaxed(self, line: bytes) -> tuple[bytes, bytes]:
        """Return a header's name and its relaxed form (RFC 6376, 3.4.2), and remember them."""
        name, _, value = line.partition(b":")
        name = name.strip().lower()
        result = name, b"%b:%b\r\n" % (name, b" ".join(value.split()))
        if len(self._canonical) < _REMEMBERED:
            self._canonical[line] = result
        return result


def _names(found: dict[bytes, list[bytes]]) -> str:
    """Return the value of h=, folded, with one name too many for those that must not be added."""
    names = []
    for signed in SIGNED:
        times = len(found.get(signed, ())) + (signed in OVERSIGNED)
        names += [signed.decode("ascii")] * times
    lines = [""]
    for name in names:
        if len(lines[-1]) + len(name) + 1 > _COLUMNS:
            lines.append("")
        lines[-1] += f"{name}:"
    return "\r\n ".join(lines).rstrip(":")


def _folded(signature: bytes) -> str:
    text = base64.b64encode(signature).decode("ascii")
    return "\r\n ".join(text[at : at + _COLUMNS] for at in range(0, len(text), _COLUMNS))
