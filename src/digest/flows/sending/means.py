"""What a sender works with: handed in, so that the order of things can be read apart from the things."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from digest.audience.optouts import OptOuts
from digest.model.classes import EVERYBODY
from digest.model.delivery import Transport
from digest.model.digest import RelayRules
from digest.model.mail import Addressed
from digest.model.subscriber import Subscriber
from digest.store.ledger import gate
from digest.store.ledger.claim import LEASE
from digest.store.ledger.retries import LETTERS, RETRIES, Retries
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
    variant: str = EVERYBODY  #: of the words that are delivered


Wire = Callable[[Addressed], bytes]  #: a reader's values -> the message as it goes out
Gate = Callable[[Connection, Heading, Sequence[int]], Mapping[int, str]]


def at_the_gate(connection: Connection, heading: Heading, ids: Sequence[int]) -> Mapping[int, str]:
    """Return whom the roster does not let through: unsubscribed, paused, suppressed, gone."""
    if heading.kind == "letter":
        return barred_from_letters(connection, ids)
    return gate.barred(connection, heading.digest, ids)


Sign = Callable[[Sequence[bytes], int], Sequence[bytes]]  #: messages, how many senders share the machine


def unsigned(wires: Sequence[bytes], senders: int = 1) -> Sequence[bytes]:
    """Return messages as they are: the relay signs, or nobody."""
    return wires


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One relay as a sender uses it. Whoever made the transport closes it, after the sender."""

    rules: RelayRules
    transport: Transport
    sign: Sign = unsigned  #: several messages at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """The functions that a sender calls."""

    owners: Path  #: folder of the locks that say which senders live: `state/owners`
    ways: Sequence[Way]  #: the relays, at least one: they share the work and stand in for each other
    compile: Callable[[int], Wire]  #: a rendering's key -> the mail to be filled
    personalise: Callable[[Subscriber, Place], Addressed]  #: `Addressed.position` is the place's ticket
    clock: Callable[[], datetime]
    gate: Gate = at_the_gate
    opt_outs: OptOuts | None = None  #: where a dead address is written down first; None: nobody is suppressed
    stop: Callable[[], bool] = lambda: False  #: asked often; True: drain and end
    pause: Callable[[float], None] = time.sleep  #: seconds, while there is nothing to wait for
    chance: Callable[[], float] = random.random  #: for the jitter of retries


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far a sender may go."""

    window: int = 20  #: sends without a recorded outcome, over all its chunks; twice the connections
    lease: timedelta = LEASE
    retries: Retries = RETRIES
    letters: Retries = LETTERS  #: for letters: somebody sits and waits for them
    drain: timedelta = timedelta(seconds=6)  #: from `stop` until what is in flight is cut off
    relay_patience: timedelta = timedelta(minutes=1)  #: without a word from any relay, before giving up
    lane_patience: timedelta = timedelta(minutes=1)  #: how long closed lanes are waited for
