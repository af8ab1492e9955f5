"""Who got what: the history with names. For `edition show --deliveries` and for a reader who asks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection

from digest.store.ledger import names
from digest.store.ledger.history import Delivery, deliveries, delivery
from digest.store.roster.pages import BATCH
from digest.store.roster.people import get_many


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """One delivery, with the address it went to and the words that stood in it."""

    delivery: Delivery
    email: str  #: empty once the person was forgotten
    variant: str
    version: int
    message_id: str


def who_got(
    connection: Connection, edition: str, *, now: datetime, message_id: Callable[[int], str]
) -> Iterator[Got]:
    """Yield every delivery of `edition`; memory stays flat.

    Args:
        message_id: subscriber id -> the Message-ID, which is derived and not kept.
    """
    versions = names.versions(connection, edition)
    found = deliveries(connection, names.edition_key(connection, edition), now=now)
    while some := list(islice(found, BATCH)):
        people = get_many(connection, [row.subscriber for row in some])
        emails = {id: person.email for id, person in people.items()}
        yield from (_got(row, emails, versions, message_id) for row in some)


def did_get(
    connection: Connection, edition: str, subscriber: int, *, now: datetime, message_id: Callable[[int], str]
) -> Got | None:
    """Return what became of `edition` for one subscriber, None when it was not meant for them."""
    found = delivery(connection, names.edition_key(connection, edition), subscriber, now=now)
    if found is None:
        return None
    people = get_many(connection, [subscriber])
    emails = {id: person.email for id, person in people.items()}
    return _got(found, emails, names.versions(connection, edition), message_id)


def _got(
    row: Delivery,
    emails: Mapping[int, str],
    versions: Mapping[int, tuple[str, int]],
    message_id: Callable[[int], str],
) -> Got:
    variant, version = versions[row.rendering]
    return Got(
        delivery=row,
        email=emails.get(row.subscriber, ""),
        variant=variant,
        version=version,
        message_id=message_id(row.subscriber),
    )
