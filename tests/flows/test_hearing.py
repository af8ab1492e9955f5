"""What single answers lead to: for the message, for the lane, for the edition, and for letters."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crash.newsroom import EDITION, WORDS, enrol, published
from delivery.faulty import Moment, Relay
from digest.flows.send import Halt, SendReport, send_edition
from digest.flows.sending.letters import enlist_letter
from digest.flows.sending.means import Limits
from digest.model.delivery import DeliveryState
from digest.model.digest import RelayRules
from digest.model.edition import EditionState
from digest.store.editions import edition
from digest.store.engine import Store, open_store
from digest.store.ledger import lanes
from digest.store.ledger.history import Delivery
from flows.roads import NOW, Clock, answering, people, roads, told

MAIN = RelayRules(name="main", connections=2)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'digest.db'}") as opened:
        yield opened


def send(store: Store, folder: Path, relay: Relay, name: str = EDITION) -> SendReport:
    with roads(store, folder, [(MAIN, relay.address())], Clock()) as means:
        return send_edition(store, name, means=means, limits=Limits(window=4))


def what_became(
    store: Store, folder: Path, answer: str, phase: str, provider: str = "other"
) -> tuple[Delivery, dict[tuple[str, str], timedelta]]:
    """Send one mail that is answered so; return what became of it, and which lanes rest for how long."""
    key = published(store, people(1, provider), now=NOW)
    with Relay(answering({"@": answer}, phase)) as relay:
        send(store, folder, relay)
    (delivery,) = told(store, key, NOW)
    with store.read() as connection:
        rests = lanes.slow(connection, ["main"])
    return delivery, {lane: rest.until - NOW for lane, rest in rests.items()}


@pytest.mark.parametrize(
    ("phase", "answer", "provider", "minutes", "counts"),
    [
        ("rcpt", "450 4.2.0 Greylisted", "other", 5, True),
        ("rcpt", "450 4.2.0 Greylisted, come back in 00:08:30", "other", 8.5, True),
        ("dot", "451 4.3.0 local error", "other", 30, True),
        ("dot", "451 4.3.0 local error, try again in 600 seconds", "other", 10, True),
        ("rcpt", "452 4.2.2 mailbox full", "other", 30, True),
        ("dot", "421 4.7.28 unusual rate", "google", 10, False),
        ("mail", "421 4.7.0 [TSS04] temporarily deferred", "yahoo", 120, False),
        ("dot", "454 4.3.0 Throttling failure: Daily message quota exceeded", "other", 15, False),
        ("dot", "550 5.7.26 unauthenticated", "google", 30, False),
    ],
)
def test_a_message_that_may_go_again_waits_as_long_as_its_answer_asks(
    store: Store, tmp_path: Path, phase: str, answer: str, provider: str, minutes: float, counts: bool
) -> None:
    delivery, _ = what_became(store, tmp_path, answer, phase, provider)

    assert delivery.state is DeliveryState.QUEUED
    assert delivery.due == NOW + minutes * MINUTE
    assert delivery.attempt == (2 if counts else 1), "what is our fault costs the reader no try"


@pytest.mark.parametrize(
    ("phase", "answer", "provider", "rule"),
    [
        ("rcpt", "550 5.1.1 no such user", "other", "no-such-mailbox-by-code"),
        ("rcpt", "552 5.2.2 mailbox full", "other", "mailbox-full"),
        ("dot", "554 5.7.1 rejected as spam", "other", "looks-like-spam"),
        ("dot", "550 5.7.1 very low reputation of your domain", "google", "refused-for-reputation"),
        ("dot", "552 5.3.4 message too large", "other", "message-too-large"),
    ],
)
def test_a_message_that_may_not_is_refused_and_the_rule_is_kept(
    store: Store, tmp_path: Path, phase: str, answer: str, provider: str, rule: str
) -> None:
    delivery, _ = what_became(store, tmp_path, answer, phase, provider)

    assert (delivery.state, delivery.rule) == (DeliveryState.REFUSED, rule)


@pytest.mark.parametrize(
    ("answer", "provider", "rests"),
    [
        ("421 4.7.28 unusual rate", "google", {("main", "google"): 10 * MINUTE}),
        ("421 4.7.0 You are sending too fast, slow down", "google", {("main", ""): 5 * MINUTE}),
        ("550 5.7.1 very low reputation of your domain", "google", {("main", "google"): 120 * MINUTE}),
        ("451 4.3.0 local error", "google", {}),
        ("550 5.7.26 unauthenticated", "google", {}),
    ],
)
def test_only_what_asks_for_it_slows_down(
    store: Store, tmp_path: Path, answer: str, provider: str, rests: dict[tuple[str, str], timedelta]
) -> None:
    _, resting = what_became(store, tmp_path, answer, "dot", provider)

    assert resting == rests


def letters(store: Store, count: int) -> str:
    with store.write() as connection:
        enrol(connection, people(count, "google"))
        for reader in range(1, count + 1):
            name = enlist_letter(connection, "confirm", "morning", WORDS, reader, "google", now=NOW)
    return name


def test_letters_are_never_paused_and_tried_again_soon(store: Store, tmp_path: Path) -> None:
    name = letters(store, 6)

    with Relay(answering({"@": "550 5.7.26 your mail is unauthenticated"})) as relay:
        report = send(store, tmp_path, relay, name)

    assert (report.halt, report.counts.queued, report.counts.refused) == (Halt.LATER, 6, 0)
    assert report.next_due == NOW + 5 * MINUTE
    with store.read() as connection:
        assert edition(connection, name).state is EditionState.SENDING


def test_a_letter_comes_back_when_it_was_asked_to(store: Store, tmp_path: Path) -> None:
    name = letters(store, 1)

    with Relay(answering({"@": "450 4.7.1 greylisted, try again in 90 seconds"}, "rcpt")) as relay:
        report = send(store, tmp_path, relay, name)

    assert report.next_due == NOW + timedelta(seconds=90)


def test_spam_refusals_from_everybody_pause_the_edition_with_the_reason(store: Store, tmp_path: Path) -> None:
    published(store, people(300), now=NOW)

    def script(moment: Moment) -> str | None:
        return "554 5.7.1 rejected as spam" if moment.phase == "dot" and moment.count % 10 == 9 else None

    with Relay(script) as relay:
        report = send(store, tmp_path, relay)

    assert report.halt is Halt.PAUSED
    assert "were refused: the receiver takes the message for spam" in report.why
    assert 10 <= report.counts.refused <= 12
    assert report.counts.queued > 150
