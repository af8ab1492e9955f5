"""From the relay's greeting to a connection that takes mail: EHLO, STARTTLS, AUTH.

A script of what to say, written as a generator: it yields what to send and is sent the
reply. So it reads like the dialogue itself and needs no connection to be tested.
"""

import base64
import ipaddress
from collections.abc import Generator
from dataclasses import dataclass

from digest.delivery.envelope import Offers
from digest.delivery.reading import reply
from digest.model.delivery import Phase, RelayAddress, Reply, TlsMode

Heard = tuple[int, list[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Send these bytes (perhaps none) and come back with the reply."""

    phase: Phase
    command: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encrypt:
    """Start TLS and come back when it stands; the reply sent in is of no meaning."""

    phase: Phase = Phase.TLS
    verify: bool = True


class NotLoggedIn(Exception):
    """The relay does not let us in, or cannot be trusted with what we would tell it."""

    def __init__(self, answer: Reply) -> None:
        super().__init__(str(answer))
        self.answer = answer


Script = Generator[Say | Encrypt, Heard, Offers]


def log_in(address: RelayAddress, *, hello: str) -> Script:
    """Say what is needed before the first message; return what the relay offers.

    Raises:
        NotLoggedIn: it said no, or offers no TLS where TLS is required.
    """
    if address.tls is TlsMode.IMPLICIT:
        yield Encrypt()
    code, lines = yield Say(phase=Phase.CONNECT)
    if code != 220:
        raise NotLoggedIn(reply(code, lines, Phase.CONNECT))
    encrypted = address.tls is TlsMode.IMPLICIT
    offers = yield from _greet(hello)
    if address.tls is TlsMode.STARTTLS and not offers.starttls:
        raise _cannot(Phase.TLS, "the relay offers no STARTTLS, which is required")
    if offers.starttls and address.tls in (TlsMode.STARTTLS, TlsMode.OPPORTUNISTIC):
        code, lines = yield Say(phase=Phase.TLS, command=b"STARTTLS\r\n")
        if code == 220:
            yield Encrypt(verify=address.tls is TlsMode.STARTTLS)
            encrypted = True
            offers = yield from _greet(hello)  # what was said in the clear counts for nothing now
        elif address.tls is TlsMode.STARTTLS:
            raise NotLoggedIn(reply(code, lines, Phase.TLS))
    if address.user:
        if not encrypted and address.tls is not TlsMode.NONE and not _on_this_machine(address.host):
            raise _cannot(Phase.AUTH, "no password is sent over a connection that is not encrypted")
        yield from _authenticate(address, offers)
    return offers


def _greet(hello: str) -> Script:
    code, lines = yield Say(phase=Phase.EHLO, command=f"EHLO {hello}\r\n".encode("ascii"))
    if 200 <= code < 300:
        return Offers.read([line.decode("ascii", "replace") for line in lines[1:]])
    if code in (500, 501, 502, 504, 550, 554):  # an old server: RFC 5321, 3.2
        code, lines = yield Say(phase=Phase.EHLO, command=f"HELO {hello}\r\n".encode("ascii"))
        if 200 <= code < 300:
            return Offers()
    raise NotLoggedIn(reply(code, lines, Phase.EHLO))


def _authenticate(address: RelayAddress, offers: Offers) -> Generator[Say | Encrypt, Heard, None]:
    wanted = address.auth.upper()
    method = wanted or next((each for each in ("PLAIN", "LOGIN") if each in offers.auth), "")
    if not method or method not in offers.auth:
        offered = ", ".join(offers.auth).lower() or "no login at all"
        raise _cannot(Phase.AUTH, f"no way to log in: the relay offers {offered}")
    if method == "PLAIN":
        code, lines = yield _auth(b"AUTH PLAIN " + _encoded(f"\0{address.user}\0{address.password}"))
    elif method == "XOAUTH2":
        token = f"user={address.user}\1auth=Bearer {address.password}\1\1"
        code, lines = yield _auth(b"AUTH XOAUTH2 " + _encoded(token))
        if code == 334:  # the error comes first, the refusal after an empty answer
            code, lines = yield _auth(b"")
    elif method == "LOGIN":
        code, lines = yield _auth(b"AUTH LOGIN")
        if code == 334:
            code, lines = yield _auth(_encoded(address.user))
        if code == 334:
            code, lines = yield _auth(_encoded(address.password))
    else:
        raise _cannot(Phase.AUTH, f"{method.lower()}: not a way to log in that is known here")
    if not 200 <= code < 300:
        raise NotLoggedIn(reply(code, lines, Phase.AUTH))


def _auth(line: bytes) -> Say:
    return Say(phase=Phase.AUTH, command=line + b"\r\n")


def _encoded(text: str) -> bytes:
    return base64.b64encode(text.encode())


def _cannot(phase: Phase, why: str) -> NotLoggedIn:
    return NotLoggedIn(Reply(code=0, text=why, phase=phase))


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
