"""A reader's own values: Message-ID, return path, links. Everything is derived, so a resend has the same.

Links carry signed tokens bound to one purpose; the one-click link also to one digest, so that a
forwarded mail gives away no more than the way out of that digest.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parseaddr
from functools import lru_cache

from digest.flows.sending.means import Heading, Place
from digest.model.classes import EVERYBODY, PLAIN
from digest.model.errors import TokenWrong
from digest.model.mail import Addressed
from digest.model.subscriber import Subscriber
from digest.model.token import derive, read, sign

UNSUBSCRIBE = "unsubscribe"
PREFERENCES = "preferences"
#: How long the preferences link of a mail works.
PREFER_FOR = timedelta(days=400)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_BOUNCE = re.compile(r"\+d([0-9a-z]+)-([0-9a-z]+)-([0-9a-f]{12})@", re.IGNORECASE)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_OWN = ("unsubscribe_url", "preferences_url", "view_url", "greeting", "name")


class Letterbox:
    """Makes `Addressed` for each delivery of one digest; `personalise` is what a sender is given.

    Args:
        key: signs the tokens and the return path.
        sender: `Name <address>`; its domain stands in the Message-ID.
        return_path: the delivery's token is added behind a plus; empty: the sender's address.
        pages: public address of our pages, without a slash at the end.
        greeting: for `{{ slot('greeting') }}`.
        more: other slots, by name.
    """

    def __init__(
        self,
        *,
        key: bytes,
        sender: str,
        return_path: str,
        pages: str,
        greeting: Callable[[Subscriber], str] = lambda reader: "",
        more: Callable[[Subscriber, Heading], Mapping[str, str]] | None = None,
    ) -> None:
        address = parseaddr(sender)[1]
        self._local, _, self._bounces = (return_path or address).rpartition("@")
        self.key, self.sender, self.pages = key, sender, pages
        self.domain = address.rpartition("@")[2] or "localhost"
        self._greeting, self._more = greeting, more

    def personalise(self, reader: Subscriber, place: Place) -> Addressed:
        """Return the reader's own values for one delivery."""
        heading = place.heading
        mark = bounce_mark(place.chunk, place.position, key=self.key)
        way_out = sign(UNSUBSCRIBE, f"{reader.id} {heading.digest}", key=self.key)
        way_out = f"{self.pages}/u/{way_out}"
        view = self.pages + view_path(heading.id, place.variant, key=self.key)
        return Addressed(
            position=place.ticket,
            email=reader.email,
            envelope_to=reader.envelope,
            mail_from=f"{self._local}+{mark}@{self._bounces}",
            message_id=message_id(_name(place), reader.id, key=self.key, domain=self.domain),
            unsubscribe_url=way_out,
            name=reader.name,
            values=_Values(self, reader, heading, way_out, view),
            envid=mark,
        )

    def value(self, name: str, reader: Subscriber, heading: Heading) -> str:
        """Return what stands in the slot `name`, or raise KeyError."""
        if name == "preferences_url":
            return f"{self.pages}/p/{preferences_token(reader.id, key=self.key, until=_stale(heading.id))}"
        if name == "greeting":
            return self._greeting(reader)
        if self._more is not None:
            more = self._more(reader, heading)
            if name in more:
                return more[name]
        return reader.attributes[name]


class _Values(Mapping[str, str]):
    """A reader's values, each made when a slot asks for it: most mails use two of them."""

    __slots__ = ("_box", "_heading", "_reader", "_view", "_way_out")

    def __init__(self, box: Letterbox, reader: Subscriber, heading: Heading, way_out: str, view: str) -> None:
        self._box, self._reader, self._heading = box, reader, heading
        self._way_out, self._view = way_out, view

    def __getitem__(self, name: str) -> str:
        if name == "unsubscribe_url":
            return self._way_out
        if name == "view_url":
            return self._view
        if name == "name":
            return self._reader.name
        return self._box.value(name, self._reader, self._heading)

    def __iter__(self) -> Iterator[str]:
        return iter((*_OWN, *self._reader.attributes))

    def __len__(self) -> int:
        return len(_OWN) + len(self._reader.attributes)


@lru_cache(maxsize=1024)
def view_path(edition: str, variant: str, *, key: bytes) -> str:
    """Return where an edition is read in these words; of a reader it tells nothing but the class.

    The words of everybody stand at the edition's own address. A class's are found by a mark that
    nobody can make up, so that only who got them, or got the link from one who did, reads them.
    """
    variant = variant.removesuffix(PLAIN)
    mark = "" if variant == EVERYBODY else f"?words={_view_mark(edition, variant, key)}"
    return f"/archive/{edition}{mark}"


def variant_meant(mark: str, edition: str, variants: Iterable[str], *, keys: Sequence[bytes]) -> str:
    """Return that of `variants` whose `view_path` bears `mark`, EVERYBODY when it is none of theirs."""
    for variant in variants if mark else ():
        if any(_view_mark(edition, variant, key) == mark for key in keys):
            return variant
    return EVERYBODY


def _view_mark(edition: str, variant: str, key: bytes) -> str:
    return _seal(key, f"view {edition} {variant}")[:16]


def message_id(edition: str, subscriber: int, *, key: bytes, domain: str) -> str:
    """Return the Message-ID of a delivery, without angle brackets: the same at every attempt."""
    return f"{_seal(key, f'message {edition} {subscriber}')}@{domain}"


def bounce_mark(chunk: int, position: int, *, key: bytes) -> str:
    """Return what stands behind the plus of a return path: a place in the ledger that nobody can make up."""
    seal = _seal(key, f"bounce {chunk} {position}")[:12]
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


def preferences_token(subscriber: int, *, key: bytes, until: datetime | None) -> str:
    """Return the token that `preferring` reads, `until` then."""
    return sign(PREFERENCES, str(subscriber), key=key, expires=until)


@lru_cache(maxsize=64)
def _stale(edition: str) -> datetime | None:
    """Return when the preferences link of an edition is too old: a mail lies about, and is passed on.

    Told by the day in its id, so that it is the same at every attempt. The way out never ends.
    """
    found = _DAY.search(edition)
    return datetime.combine(date.fromisoformat(found[0]), time(), UTC) + PREFER_FOR if found else None


def leaving(token: str, *, keys: Sequence[bytes], now: datetime) -> tuple[int, str]:
    """Return (subscriber id, digest) from the token of a one-click link.

    Raises:
        TokenWrong: not signed by this newsroom, or for another purpose.
    """
    subscriber, _, digest = read(UNSUBSCRIBE, token, keys=keys, now=now).partition(" ")
    return int(subscriber), digest


def preferring(token: str, *, keys: Sequence[bytes], now: datetime) -> int:
    """Return the subscriber id from the token of a preferences link.

    Raises:
        TokenWrong: not signed by this newsroom, or for another purpose.
        TokenExpired: of a mail that is too old.
    """
    return int(read(PREFERENCES, token, keys=keys, now=now))


def _name(place: Place) -> str:
    """Return what is delivered. The same letter may be asked for again, and is another one then."""
    heading = place.heading
    return f"{heading.id} {place.began}" if heading.kind == "letter" else heading.id


def _seal(key: bytes, text: str) -> str:
    """Return a hash of `text` that nobody without `key` can make (keyed BLAKE2b, RFC 7693): 32 digits."""
    seal = _sealing(key).copy()
    seal.update(text.encode())
    return seal.hexdigest()


@lru_cache(maxsize=8)
def _sealing(key: bytes) -> hashlib.blake2b:
    return hashlib.blake2b(key=derive(key, "delivery"), digest_size=16)


@lru_cache(maxsize=4096)
def _base36(number: int) -> str:
    digits = ""
    while number or not digits:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits
