"""Mails written before their turn: once each, a few at a time, and dropped for whoever leaves meanwhile."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from crash.newsroom import EDITION, LETTERBOX, means, published, readers
from digest.flows.send import Halt, send_edition
from digest.flows.sending.course import Course
from digest.flows.sending.means import Heading, Place, unsigned
from digest.flows.sending.writing import Writing
from digest.model.delivery import DeliveryState
from digest.model.errors import AddressWrong
from digest.model.mail import Addressed
from digest.model.subscriber import Subscriber
from digest.store.engine import Store, open_store
from digest.store.ledger.chunk import Claimed, Terms
from digest.store.ledger.fates import blank
from digest.store.tables.roster import subscriptions
from flows.conftest import Listening

TERMS = Terms(edition=1, rendering=1, provider="other", not_before=0, valid_until=1 << 60, began=0)
HEADING = Heading(1, EDITION, "morning", "edition")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An SQLite database in a file of its own."""
    with open_store(f"sqlite:///{tmp_path / 'digest.db'}") as opened:
        yield opened


def person(id: int) -> Subscriber:
    address = f"reader{id}@readers.example"
    return Subscriber(id=id, email=address, key=address, envelope=address)


def course(*people: Subscriber, size: int) -> Course:
    """Return a chunk of readers 1 to `size`, of whom only `people` are still there."""
    claimed = Claimed(id=7, fence=1, terms=TERMS, ids=range(1, size + 1), mark=0, bits=blank(size))
    return Course(
        claimed=claimed,
        readers={each.id: each for each in people},
        heading=HEADING,
        variant="en",
        relay="sink",
        wire=lambda addressed: addressed.email.encode(),
        sign=unsigned,
    )


def test_a_mail_that_was_written_before_its_turn_is_not_written_again() -> None:
    written: list[int] = []

    def personalise(reader: Subscriber, place: Place) -> Addressed:
        written.append(reader.id)
        return LETTERBOX.personalise(reader, place)

    pen, chunk = Writing(personalise), course(*map(person, range(1, 11)), size=10)

    steps = 0
    while pen.ahead([chunk], 6):
        steps += 1
    plan = pen.plan(chunk, chunk.next(8))

    assert steps > 1
    assert written == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [plan.mails[at].wire for at in range(8)] == [person(at + 1).email.encode() for at in range(8)]
    assert len({mail.position for mail in plan.mails.values()}) == 8


def test_nothing_is_written_ahead_for_a_chunk_that_has_to_wait() -> None:
    pen, chunk = Writing(LETTERBOX.personalise), course(person(1), size=1)
    chunk.halted = True

    assert not pen.ahead([chunk], 6)
    assert chunk.written == {}


def test_who_cannot_be_addressed_or_has_gone_is_struck_and_the_others_go_on() -> None:
    def personalise(reader: Subscriber, place: Place) -> Addressed:
        if reader.id == 2:
            raise AddressWrong(reader.email, "made up")
        return LETTERBOX.personalise(reader, place)

    pen, chunk = Writing(personalise), course(person(1), person(2), size=3)

    plan = pen.plan(chunk, [0, 1, 2])

    assert set(plan.mails) == {0}
    assert {at: state for at, (state, _) in plan.unfit.items()} == {
        1: DeliveryState.REFUSED,
        2: DeliveryState.CANCELLED,
    }


def test_who_unsubscribes_after_the_mail_was_written_is_not_mailed(
    store: Store, tmp_path: Path, sink: Listening
) -> None:
    published(store, readers(30), now=datetime.now(UTC))

    with means(store, tmp_path, sink.port) as sending:

        def personalise(reader: Subscriber, place: Place) -> Addressed:
            hers = subscriptions.c.subscriber == reader.id
            if reader.id in (1, 25):
                with store.write() as connection:
                    connection.execute(update(subscriptions).where(hers).values(standing="unsubscribed"))
            return sending.personalise(reader, place)

        report = send_edition(store, EDITION, means=replace(sending, personalise=personalise))

    assert (report.halt, report.counts.cancelled, report.counts.sent) == (Halt.SENT, 2, 28)
    assert len(sink.accepted()) == 28
