"""What a sender works with: handed in, so that the order of things can be read apart from the things."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from digest.model.delivery import Transport
from digest.model.mail import Addressed
from digest.model.subscriber import Subscriber
from digest.store.ledger import gate
from digest.store.ledger.claim import LEASE
from digest.store.ledger.retries import RETRIES, Retries
from digest.store.roster.audience import barred_from_letters


@dataclass(frozen=True, slots=True)
class Heading:
    """Which edition a chunk belongs to."""

    key: int
    id: str  #: `morning/2026-11-23`
    digest: str
    kind: str  #: edition, correction or letter


@dataclass(frozen=True, slots=True)
class Place:
    """Where a delivery stands in the ledger."""

    heading: Heading
    chunk: int
    position: int  #: in the chunk
    began: int  #: when the first attempt was allowed, milliseconds since 1970
    ticket: int  #: what the transport calls it


Gate = Callable[[Connection, Heading, Sequence[int]], Mapping[int, str]]


def at_the_gate(connection: Connection, heading: Heading, ids: Sequence[int]) -> Mapping[int, str]:
    """Return whom the roster does not let through: unsubscribed, paused, suppressed, gone."""
    if heading.kind == "letter":
        return barred_from_letters(connection, ids)
    return gate.barred(connection, heading.digest, ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """The functions that a sender calls."""

    owners: Path  #: folder of the locks that say which senders live: `state/owners`
    transport_for: Callable[[str], Transport]
    """By mailbox provider; may give the same one each time. Whoever made it closes it, after the sender."""
    compile: Callable[[int], Callable[[Addressed], bytes]]  #: a rendering's key -> the mail to be filled
    personalise: Callable[[Subscriber, Place], Addressed]  #: `Addressed.position` is the place's ticket
    clock: Callable[[], datetime]
    gate: Gate = at_the_gate
    stop: Callable[[], bool] = lambda: False  #: asked often; True: drain and end
    pause: Callable[[float], None] = time.sleep  #: seconds, while there is nothing to wait for
    chance: Callable[[], float] = random.random  #: for the jitter of retries


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far a sender may go."""

    window: int = 20  #: sends without a recorded outcome, over all its chunks; twice the connections
    lease: timedelta = LEASE
    retries: Retries = RETRIES
    drain: timedelta = timedelta(seconds=8)  #: from `stop` until what is in flight is cut off
    relay_patience: timedelta = timedelta(minutes=1)  #: without a word from the relay, before giving up
