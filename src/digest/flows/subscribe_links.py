"""The links by which a person speaks: each bound to one purpose, so that none can be used as another.

The one-click and preferences links stand in every mail and are made by `sending/addressing`; the
links here stand in letters, and on the page that answers.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from digest.flows.sending.means import Heading
from digest.model.errors import TokenWrong
from digest.model.subscriber import Subscriber
from digest.model.token import read, sign

CONFIRM = "confirm"
UNDO = "undo"  #: of an unsubscribe, on the page that answered it
EXPORT = "export"
ERASE = "erase"

#: How long a confirmation letter can be answered.
CONFIRM_FOR = timedelta(days=30)
#: How long an unsubscribe can be undone on its page.
UNDO_FOR = timedelta(hours=1)
#: How long a mailed link to one's data works.
DATA_FOR = timedelta(days=2)

_CONFIRM_LETTER = "letter/confirm"


def confirm_letter(digests: Sequence[str], language: str, day: date) -> str:
    """Return the id of the built-in edition that asks for a yes to `digests`, in `language`.

    The day is part of it, so that a second letter to the same reader is a delivery of its own.
    """
    return f"{_CONFIRM_LETTER}/{'+'.join(digests)}/{language}/{day.isoformat()}"


def letter_values(reader: Subscriber, heading: Heading, *, key: bytes, pages: str) -> Mapping[str, str]:
    """Return the slots that a letter has beside those of every mail: `confirm_url`.

    The same at every attempt: the link's end is told by the day of the letter.
    """
    if not heading.id.startswith(f"{_CONFIRM_LETTER}/"):
        return {}
    digests, _, day = heading.id.removeprefix(f"{_CONFIRM_LETTER}/").split("/")
    until = datetime.combine(date.fromisoformat(day), time(), UTC) + CONFIRM_FOR
    link = sign(CONFIRM, f"{reader.id} {digests}", key=key, expires=until)
    return {"confirm_url": f"{pages}/c/{link}"}


def confirming(token: str, *, keys: Sequence[bytes], now: datetime) -> tuple[int, tuple[str, ...]]:
    """Return (subscriber id, digests) from a confirmation link.

    Raises:
        TokenWrong: not ours, damaged, or for another purpose.
        TokenExpired: it was ours, and its time is over.
    """
    subscriber, _, digests = read(CONFIRM, token, keys=keys, now=now).partition(" ")
    return int(subscriber), tuple(digests.split("+"))


def undo_link(subscriber: int, scope: str, *, key: bytes, now: datetime) -> str:
    """Return the token that takes an unsubscribe back, for as long as its page is likely to be open."""
    return sign(UNDO, f"{subscriber} {scope}", key=key, expires=now + UNDO_FOR)


def undoing(token: str, *, keys: Sequence[bytes], now: datetime) -> tuple[int, str]:
    """Return (subscriber id, scope) from `undo_link`; raises as `confirming` does."""
    subscriber, _, scope = read(UNDO, token, keys=keys, now=now).partition(" ")
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
