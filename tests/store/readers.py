"""Readers for the tests of the roster."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection

from digest.model.subscriber import Consent, Saying, Standing, Subscriber, Word
from digest.model.token import keyed_hash
from digest.store.roster import bringing, people

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
PAPER = Consent(at=datetime(2024, 3, 1, tzinfo=UTC), source="paper form", wording="Yes, please")
KEY = b"k" * 32


def who(address: str) -> str:
    return keyed_hash(KEY, address)


def reader(address: str = "ada@post.example", **more: object) -> Subscriber:
    return Subscriber(email=address, key=address, envelope=address, **more)  # type: ignore[arg-type]  # its fields


def bring(
    connection: Connection,
    *readers: Subscriber,
    standings: Mapping[str, Standing] | None = None,
    number: int = 0,
) -> list[int]:
    """Bring readers in, confirmed for `morning` unless told otherwise; return their ids."""
    given = {"morning": Standing.CONFIRMED} if standings is None else standings
    number = number or bringing.begin(connection, "readers.csv", now=NOW)
    bringing.bring_in(
        connection,
        [bringing.Newcomer(subscriber=one, who=who(one.key), subscribe=given) for one in readers],
        number=number,
        now=NOW,
    )
    held = people.held(connection, [one.key for one in readers])
    return [held[one.key].subscriber.id for one in readers]


def said(
    word: Word, scope: str, address: str = "ada@post.example", *, minute: int = 0, source: str = "page"
) -> Saying:
    return Saying(at=NOW.replace(minute=minute), who=who(address), scope=scope, word=word, source=source)


def standings(connection: Connection, address: str = "ada@post.example") -> dict[str, Standing]:
    held = people.find(connection, address)
    return dict(held.standings) if held else {}
