"""A reader's own values: Message-ID, return path, links. Everything is derived, so a resend has the same.

Links carry signed tokens bound to one purpose; the one-click link also to one digest, so that a
forwarded mail gives away no more than the way out of that digest.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr

from digest.flows.sending.means import Heading, Place
from digest.model.errors import TokenWrong
from digest.model.mail import Addressed
from digest.model.subscriber import Subscriber
from digest.model.token import keyed_hash, read, sign

UNSUBSCRIBE = "unsubscribe"
PREFERENCES = "preferences"
_BOUNCE = re.compile(r"\+d([0-9a-z]+)-([0-9a-z]+)-([0-9a-f]{12})@", re.IGNORECASE)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Makes `Addressed` for each delivery of one digest; `personalise` is what a sender is given."""

    key: bytes  #: signs the tokens and the return path
    sender: str  #: `Name <address>`; its domain stands in the Message-ID
    return_path: str  #: the delivery's token is added behind a plus; empty: the sender's address
    pages: str  #: public address of our pages, without a slash at the end
    greeting: Callable[[Subscriber], str] = lambda reader: ""  #: for `{{ slot('greeting') }}`
    more: Callable[[Subscriber, Heading], Mapping[str, str]] = lambda reader, heading: {}  #: other slots
    _domain: str = field(init=False)
    _path: tuple[str, str] = field(init=False)

    def __post_init__(self) -> None:
        address = parseaddr(self.sender)[1]
        local, _, domain = (self.return_path or address).rpartition("@")
        object.__setattr__(self, "_domain", address.rpartition("@")[2] or "localhost")
        object.__setattr__(self, "_path", (local, domain))

    def personalise(self, reader: Subscriber, place: Place) -> Addressed:
        """Return the reader's own values for one delivery."""
        heading = place.heading
        mark = self._mark(place)
        local, domain = self._path
        way_out = f"{self.pages}/u/{sign(UNSUBSCRIBE, f'{reader.id} {heading.digest}', key=self.key)}"
        values = {
            "unsubscribe_url": way_out,
            "preferences_url": f"{self.pages}/p/{sign(PREFERENCES, str(reader.id), key=self.key)}",
            "view_url": f"{self.pages}/archive/{heading.id}",
            "greeting": self.greeting(reader),
            **reader.attributes,
            **self.more(reader, heading),
        }
        return Addressed(
            position=place.ticket,
            email=reader.email,
            envelope_to=reader.envelope,
            mail_from=f"{local}+{mark}@{domain}",
            message_id=message_id(_name(place), reader.id, key=self.key, domain=self._domain),
            unsubscribe_url=way_out,
            name=reader.name,
            values=values,
            envid=mark,
        )

    def _mark(self, place: Place) -> str:
        return bounce_mark(place.chunk, place.position, key=self.key)


def message_id(edition: str, subscriber: int, *, key: bytes, domain: str) -> str:
    """Return the Message-ID of a delivery, without angle brackets: the same at every attempt."""
    return f"{keyed_hash(key, f'message {edition} {subscriber}')[:32]}@{domain}"


def bounce_mark(chunk: int, position: int, *, key: bytes) -> str:
    """Return what stands behind the plus of a return path: a place in the ledger that nobody can make up."""
    seal = keyed_hash(key, f"bounce {chunk} {position}")[:12]
    return f"d{_base36(chunk)}-{_base36(position)}-{seal}"


def bounced(address: str, *, keys: Sequence[bytes]) -> tuple[int, int]:
    """Return (chunk, position) from a return path that a report came back to.

    Raises:
        TokenWrong: the address is not one of ours.
    """
    found = _BOUNCE.search(address)
    if found is not None:
        chunk, position = int(found[1], 36), int(found[2], 36)
        mine = f"d{found[1]}-{found[2]}-{found[3]}".lower()
        if any(bounce_mark(chunk, position, key=key) == mine for key in keys):
            return chunk, position
    raise TokenWrong("return path: not one of this newsroom's")


def leaving(token: str, *, keys: Sequence[bytes], now: datetime) -> tuple[int, str]:
    """Return (subscriber id, digest) from the token of a one-click link.

    Raises:
        TokenWrong: not signed by this newsroom, or for another purpose.
    """
    subscriber, _, digest = read(UNSUBSCRIBE, token, keys=keys, now=now).partition(" ")
    return int(subscriber), digest


def preferring(token: str, *, keys: Sequence[bytes], now: datetime) -> int:
    """Return the subscriber id from the token of a preferences link; raises as `leaving` does."""
    return int(read(PREFERENCES, token, keys=keys, now=now))


def _name(place: Place) -> str:
    """Return what is delivered. The same letter may be asked for again, and is another one then."""
    heading = place.heading
    return f"{heading.id} {place.began}" if heading.kind == "letter" else heading.id


def _base36(number: int) -> str:
    digits = ""
    while number or not digits:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits
