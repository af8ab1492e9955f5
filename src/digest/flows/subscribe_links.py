"""The links by which a person speaks: each bound to one purpose, so that none can be used as another.

The one-click and preferences links stand in every mail and are made by `sending/addressing`; the
links here stand in letters, and on the page that answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from digest.flows.sending.means import Heading
from digest.model.errors import TokenWrong
from digest.model.subscriber import Subscriber
from digest.model.token import read, sign

CONFIRM = "confirm"
UNDO = "undo"  #: of an unsubscribe, on the page that answered it
REASON = "reason"  #: why somebody left, on the same page
EXPORT = "export"
ERASE = "erase"

#: How long a confirmation letter can be answered.
CONFIRM_FOR = timedelta(days=30)
#: How long an unsubscribe can be undone on its page.
UNDO_FOR = timedelta(hours=1)
#: How long a mailed link to one's data works.
DATA_FOR = timedelta(days=2)

_CONFIRM_LETTER = "letter/confirm"
_DATA_LETTER = "letter/data"


def confirm_letter(digests: Sequence[str], language: str, day: date) -> str:
    """Return the id of the built-in edition that asks for a yes to `digests`, in `language`.

    The day is part of it, so that a second letter to the same reader is a delivery of its own.
    """
    return f"{_CONFIRM_LETTER}/{'+'.join(digests)}/{language}/{day.isoformat()}"


def data_letter(digest: str, language: str, day: date) -> str:
    """Return the id of the built-in edition that brings the links to one's data; `digest` lends its relay."""
    return f"{_DATA_LETTER}/{digest}/{language}/{day.isoformat()}"


def letter_values(reader: Subscriber, heading: Heading, *, key: bytes, pages: str) -> Mapping[str, str]:
    """Return the slots that a letter has beside those of every mail: the links it is written for.

    The same at every attempt: a link's end is told by the day of the letter.
    """
    name, _, rest = heading.id.rpartition("/")
    if name.startswith(f"{_CONFIRM_LETTER}/"):
        link = sign(CONFIRM, f"{reader.id} {heading.id}", key=key, expires=_morning(rest) + CONFIRM_FOR)
        return {"confirm_url": f"{pages}/c/{link}"}
    if name.startswith(f"{_DATA_LETTER}/"):
        until = _morning(rest) + timedelta(days=1) + DATA_FOR
        show, erase = (sign(name, str(reader.id), key=key, expires=until) for name in (EXPORT, ERASE))
        return {"export_url": f"{pages}/d/{show}", "erase_url": f"{pages}/e/{erase}"}
    return {}


def _morning(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), UTC)


@dataclass(frozen=True, slots=True)
class Asking:
    """What a confirmation link says."""

    subscriber: int
    letter: str  #: its id, kept with the yes

    @property
    def digests(self) -> tuple[str, ...]:
        """Return what the letter asks about."""
        return tuple(self.letter.split("/")[2].split("+"))


def confirming(token: str, *, keys: Sequence[bytes], now: datetime) -> Asking:
    """Return what a confirmation link says.

    Raises:
        TokenWrong: not ours, damaged, or for another purpose.
        TokenExpired: it was ours, and its time is over.
    """
    subscriber, _, letter = read(CONFIRM, token, keys=keys, now=now).partition(" ")
    return Asking(int(subscriber), letter)


def undo_link(subscriber: int, scope: str, *, key: bytes, now: datetime) -> str:
    """Return the token that takes an unsubscribe back, for as long as its page is likely to be open."""
    return sign(UNDO, f"{subscriber} {scope}", key=key, expires=now + UNDO_FOR)


def undoing(token: str, *, keys: Sequence[bytes], now: datetime) -> tuple[int, str]:
    """Return (subscriber id, scope) from `undo_link`; raises as `confirming` does."""
    subscriber, _, scope = read(UNDO, token, keys=keys, now=now).partition(" ")
    return int(subscriber), scope


def reason_link(subscriber: int, scope: str, *, key: bytes, now: datetime) -> str:
    """Return the token by which somebody who left may say why, on the page that answered it."""
    return sign(REASON, f"{subscriber} {scope}", key=key, expires=now + UNDO_FOR)


def reasoning(token: str, *, keys: Sequence[bytes], now: datetime) -> tuple[int, str]:
    """Return (subscriber id, scope) from `reason_link`; raises as `confirming` does."""
    subscriber, _, scope = read(REASON, token, keys=keys, now=now).partition(" ")
    return int(subscriber), scope


def data_link(purpose: str, subscriber: int, *, key: bytes, now: datetime) -> str:
    """Return the token of a freshly mailed link to one's data (EXPORT) or to being forgotten (ERASE).

    A mail that was forwarded must not give these away: they are never in an edition.
    """
    if purpose not in (EXPORT, ERASE):
        raise ValueError(f"{purpose}: not a purpose for a link to somebody's data")
    return sign(purpose, str(subscriber), key=key, expires=now + DATA_FOR)


def about(purpose: str, token: str, *, keys: Sequence[bytes], now: datetime) -> int:
    """Return the subscriber id from `data_link`; raises as `confirming` does."""
    payload = read(purpose, token, keys=keys, now=now)
    if not payload.isdecimal():
        raise TokenWrong(f"{purpose} link: not one of ours")
    return int(payload)
