"""Who got an edition, and in which words: one reader's answer, or the whole list to take along."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.utils import parseaddr

from digest.audience.address import normalise
from digest.audience.exporting import protected
from digest.flows.sending.addressing import message_id
from digest.flows.written import moment_json
from digest.model.errors import DigestError
from digest.store.engine import Store
from digest.store.ledger.who import Got, did_get, who_got
from digest.store.renderings import all_renderings
from digest.store.roster import people

COLUMNS = ("email", "state", "version", "at", "attempt", "reply", "queue_id", "message_id", "settled_by")


def deliveries(
    store: Store, edition: str, *, sender: str, key: bytes, now: datetime, only_old: bool = False
) -> Iterator[dict[str, str | int | None]]:
    """Yield every delivery of `edition` under the names of COLUMNS; memory stays flat.

    Args:
        sender: of its digest; the Message-ID is derived from it and from `key`.
        only_old: leave out who has the newest version of the words.

    Raises:
        NotFound: there is no such edition.
    """
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    with store.read() as connection:
        newest: dict[str, int] = {}
        for variant, version in all_renderings(connection, edition):
            newest[variant] = max(version, newest.get(variant, 0))
        named = who_got(
            connection, edition, now=now,
            message_id=lambda subscriber: message_id(edition, subscriber, key=key, domain=domain),
        )  # fmt: skip
        for got in named:
            if not only_old or got.version < newest[got.variant]:
                yield _plain(got)


def as_json(rows: Iterable[dict[str, str | int | None]]) -> Iterator[str]:
    """Yield the list as JSON, one object a line."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"


def as_csv(rows: Iterable[dict[str, str | int | None]]) -> Iterator[str]:
    """Yield the list as CSV; no cell is a formula to a spreadsheet."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS)
    writer.writeheader()
    for row in rows:
        writer.writerow({n: protected(v) if isinstance(v, str) else v for n, v in row.items()})
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def answer_for(store: Store, edition: str, address: str, *, now: datetime) -> str:
    """Say in one sentence what became of an edition for the reader at `address`."""
    try:
        key = normalise(address).key
    except DigestError:
        return f"{address} is no address."
    with store.read() as connection:
        held = people.find(connection, key)
        if held is None:
            return f"{address} is no reader of ours."
        got = did_get(connection, edition, held.subscriber.id, now=now, message_id=lambda subscriber: "")
    if got is None:
        return f"It was not meant for {held.subscriber.email}."
    told = got.delivery
    when = f" at {told.at:%H:%M:%S} UTC" if told.at else ""
    reply = f", the relay’s answer: {told.reply}" if told.reply else ""
    return f"{got.email}: {told.state.value}{when}, in version {got.version} of the words{reply}"


def _plain(got: Got) -> dict[str, str | int | None]:
    told = got.delivery
    return {
        "email": got.email,
        "state": told.state.value,
        "version": f"{got.variant}/{got.version}",
        "at": moment_json(told.at),
        "attempt": told.attempt,
        "reply": told.reply,
        "queue_id": told.queue_id,
        "message_id": got.message_id,
        "settled_by": told.settled_by,
    }
