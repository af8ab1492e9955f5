"""Sending an edition: a real database, real SMTP to a sink that writes down what it accepts."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import update

from crash.newsroom import EDITION, LETTERBOX, WORDS, enrol, means, published, readers
from digest.flows.send import Halt, send_due, send_edition
from digest.flows.sending.addressing import message_id
from digest.flows.sending.control import Settlement, cancel, correct, pause, resume, settle
from digest.flows.sending.letters import enlist_letter
from digest.flows.sending.means import Limits
from digest.flows.sending.tally import Progress
from digest.model.delivery import DeliveryState
from digest.model.digest import UnknownPolicy
from digest.model.edition import EditionState
from digest.model.errors import StepForbidden
from digest.store.editions import edition
from digest.store.engine import Store, open_store
from digest.store.ledger.history import Delivery, deliveries
from digest.store.ledger.names import versions
from digest.store.ledger.retries import Retries
from digest.store.ledger.who import did_get, who_got
from digest.store.tables.roster import subscriptions
from flows.conftest import Listening
from flows.roads import Clock

SOON = Limits(
    window=6, retries=Retries(first=timedelta(milliseconds=50), longest=timedelta(milliseconds=100), jitter=0)
)
FEW = Limits(window=4)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An SQLite database in a file of its own."""
    with open_store(f"sqlite:///{tmp_path / 'digest.db'}") as opened:
        yield opened


def now() -> datetime:
    return datetime.now(UTC)


def told(store: Store, key: int) -> dict[str, Delivery]:
    """Return what the history says, by state and subscriber."""
    with store.read() as connection:
        return {f"{row.state}-{row.subscriber}": row for row in deliveries(connection, key, now=now())}


def states(store: Store, key: int) -> dict[DeliveryState, int]:
    """Return how often each state is there."""
    found = [row.state for row in told(store, key).values()]
    return {state: found.count(state) for state in set(found)}


def test_everybody_gets_the_edition_once_and_the_history_says_so(
    store: Store, tmp_path: Path, sink: Listening
) -> None:
    key = published(store, readers(25), now=now())

    with means(store, tmp_path, sink.port) as sending:
        report = send_edition(store, EDITION, means=sending)

    assert (report.halt, report.exit_code) == (Halt.SENT, 0)
    assert (report.counts.sent, report.counts.total) == (25, 25)
    assert sorted(mail.recipient for mail in sink.accepted()) == sorted(readers(25))
    with store.read() as connection:
        assert edition(connection, EDITION).state is EditionState.SENT
    rows = told(store, key).values()
    assert {row.state for row in rows} == {DeliveryState.SENT}
    assert len({row.queue_id for row in rows}) == 25
    assert all(row.reply.startswith("250 2.0.0 Ok: queued as") for row in rows)


def test_the_history_tells_who_got_it_when_in_which_version_and_under_which_message_id(
    store: Store, tmp_path: Path, sink: Listening
) -> None:
    published(store, readers(3), now=now())
    names = partial(message_id, EDITION, key=LETTERBOX.key, domain="harbourpost.example")

    with means(store, tmp_path, sink.port) as sending:
        send_edition(store, EDITION, means=sending)

    with store.read() as connection:
        got = list(who_got(connection, EDITION, now=now(), message_id=names))
        hers = did_get(connection, EDITION, 2, now=now(), message_id=names)
        nobody = did_get(connection, EDITION, 77, now=now(), message_id=names)
    assert [row.email for row in got] == readers(3)
    assert {(mail.recipient, mail.message_id) for mail in sink.accepted()} == {
        (row.email, row.message_id) for row in got
    }
    assert hers == got[1]
    assert (hers.variant, hers.version) == ("en", 1)
    assert nobody is None


def test_sending_what_is_sent_already_sends_nothing(store: Store, tmp_path: Path, sink: Listening) -> None:
    published(store, readers(4), now=now())

    for _ in range(2):
        with means(store, tmp_path, sink.port) as sending:
            report = send_edition(store, EDITION, means=sending)

    assert (report.halt, report.sent_now, report.counts.sent) == (Halt.SENT, 0, 4)
    assert len(sink.accepted()) == 4


def test_two_senders_at_once_share_the_work_and_mail_nobody_twice(
    any_store: Store, tmp_path: Path, sink: Listening
) -> None:
    published(any_store, readers(1100), now=now())
    reports = []

    def work() -> None:
        with means(any_store, tmp_path, sink.port, connections=2) as sending:
            reports.append(send_edition(any_store, EDITION, means=sending, limits=FEW))

    senders = [threading.Thread(target=work) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert [report.halt for report in reports] == [Halt.SENT, Halt.SENT]
    assert sum(report.sent_now for report in reports) == 1100
    assert all(report.sent_now for report in reports)
    assert sorted(mail.recipient for mail in sink.accepted()) == sorted(readers(1100))


def test_what_is_deferred_is_tried_again_and_what_is_refused_is_not(
    store: Store, tmp_path: Path, sink: Listening
) -> None:
    addresses = ["a@readers.example", "later-2-b@readers.example", "never-c@readers.example",
                 "dataless-d@readers.example"]  # fmt: skip
    key = published(store, addresses, now=now())

    with means(store, tmp_path, sink.port) as sending:
        report = send_edition(store, EDITION, means=sending, limits=SOON, patience=timedelta(seconds=60))

    assert (report.halt, report.exit_code) == (Halt.SENT, 3)
    assert [mail.recipient for mail in sink.accepted()].count("later-2-b@readers.example") == 1
    rows = told(store, key)
    assert sorted(rows) == ["refused-3", "refused-4", "sent-1", "sent-2"]
    assert rows["sent-2"].attempt == 3
    assert rows["refused-3"].reply == "550 5.1.1 no such person"
    assert rows["refused-4"].reply == "554 5.7.1 we do not like it"


def test_a_retry_that_lies_too_far_ahead_is_left_for_later_and_the_report_says_when(
    store: Store, tmp_path: Path, sink: Listening
) -> None:
    key = published(store, ["a@readers.example", "later-1-b@readers.example"], now=now())

    with means(store, tmp_path, sink.port) as sending:
        report = send_edition(store, EDITION, means=sending)

    assert (report.halt, report.exit_code) == (Halt.LATER, 3)
    assert report.next_due is not None
    assert timedelta(minutes=4) < report.next_due - report.ended < timedelta(minutes=7), (
        "greylisting asks for five"
    )
    assert states(store, key) == {DeliveryState.SENT: 1, DeliveryState.QUEUED: 1}


def test_a_delivery_that_is_always_deferred_is_given_up_and_refused(
    store: Store, tmp_path: Path, sink: Listening
) -> None:
    clock = Clock(speed=1000)
    key = published(store, ["later-99-a@readers.example"], now=clock.now)
    limits = Limits(window=6, retries=Retries(give_up=timedelta(hours=4)))

    with means(store, tmp_path, sink.port, clock=clock) as sending:
        slow = replace(sending, pause=clock.wait, chance=lambda: 0.0)
        report = send_edition(store, EDITION, means=slow, limits=limits, patience=timedelta(days=1))

    assert report.halt is Halt.SENT
    (row,) = told(store, key).values()
    assert (row.state, row.settled_by) == (DeliveryState.REFUSED, "gave up")
    assert row.attempt == 6, "after 5, 10, 20, 40 and 80 minutes, and not after 160"
    assert row.reply == "451 4.7.1 greylisted, come back later"


@pytest.mark.parametrize("policy", UnknownPolicy)
def test_a_line_cut_between_dot_and_answer_is_unknown_and_the_policy_decides(
    store: Store, tmp_path: Path, sink: Listening, policy: UnknownPolicy
) -> None:
    key = published(store, ["a@readers.example", "cut-b@readers.example"], policy=policy, now=now())

    with means(store, tmp_path, sink.port) as sending:
        report = send_edition(store, EDITION, means=sending, limits=SOON)

    mails = [mail for mail in sink.accepted() if mail.recipient.startswith("cut")]
    if policy is UnknownPolicy.HOLD:
        assert (report.halt, report.exit_code, len(mails)) == (Halt.SENT, 4, 1)
        assert states(store, key) == {DeliveryState.SENT: 1, DeliveryState.UNKNOWN: 1}
    else:
        assert (report.halt, report.exit_code, len(mails)) == (Halt.SENT, 0, 2)
        assert states(store, key) == {DeliveryState.SENT: 2}
        assert len({mail.message_id for mail in mails}) == 1


def test_an_editor_settles_what_is_unknown_as_sent(store: Store, tmp_path: Path, sink: Listening) -> None:
    key = published(store, ["a@readers.example", "cut-b@readers.example"], now=now())
    with means(store, tmp_path, sink.port) as sending:
        send_edition(store, EDITION, means=sending)

        count = settle(store, EDITION, Settlement.SENT, who="Maja", now=now())
        report = send_edition(store, EDITION, means=sending)

    assert (count, report.exit_code, report.sent_now) == (1, 0, 0)
    assert report.counts.sent == 2
    assert told(store, key)["sent-2"].settled_by == "Maja"


def test_an_editor_has_what_is_unknown_sent_again_under_the_same_message_id(
    store: Store, tmp_path: Path, sink: Listening
) -> None:
    key = published(store, ["a@readers.example", "cut-b@readers.example"], now=now())
    with means(store, tmp_path, sink.port) as sending:
        send_edition(store, EDITION, means=sending)

        count = settle(store, EDITION, Settlement.RESEND, who="Maja", now=now())
        again = settle(store, EDITION, Settlement.RESEND, who="Maja", now=now())
        report = send_edition(store, EDITION, means=sending)

    assert (count, again, report.sent_now, report.exit_code) == (1, 0, 1, 0)
    assert states(store, key) == {DeliveryState.SENT: 2}
    twice = [mail for mail in sink.accepted() if mail.recipient.startswith("cut")]
    assert len(twice) == 2
    assert len(set(twice)) == 1


def test_what_is_sent_again_after_a_correction_has_the_corrected_words(
    any_store: Store, tmp_path: Path, sink: Listening
) -> None:
    key = published(any_store, ["a@readers.example", "cut-b@readers.example"], now=now())
    with means(any_store, tmp_path, sink.port) as sending:
        send_edition(any_store, EDITION, means=sending)
        better = replace(WORDS, subject="The ferry is not back")
        correct(any_store, EDITION, {"en": better}, who="Maja", clock=now)

        settle(any_store, EDITION, Settlement.RESEND, who="Maja", now=now())
        send_edition(any_store, EDITION, means=sending)

    with any_store.read() as connection:
        known = versions(connection, EDITION)
        got = {row.subscriber: known[row.rendering][1] for row in deliveries(connection, key, now=now())}
    assert states(any_store, key) == {DeliveryState.SENT: 2}
    assert got == {1: 1, 2: 2}
    assert len([mail for mail in sink.accepted() if mail.recipient.startswith("cut")]) == 2


def test_who_unsubscribed_after_publishing_is_not_mailed(
    store: Store, tmp_path: Path, sink: Listening
) -> None:
    key = published(store, readers(5), now=now())
    with store.write() as connection:
        hers = subscriptions.c.subscriber == 3
        connection.execute(update(subscriptions).where(hers).values(standing="unsubscribed"))

    with means(store, tmp_path, sink.port) as sending:
        report = send_edition(store, EDITION, means=sending)

    assert (report.halt, report.counts.cancelled, report.counts.sent) == (Halt.SENT, 1, 4)
    assert readers(5)[2] not in [mail.recipient for mail in sink.accepted()]
    assert told(store, key)["cancelled-3"].reply == "unsubscribed"


def test_nothing_leaves_after_its_time(store: Store, tmp_path: Path, sink: Listening) -> None:
    published(store, readers(5), valid_for=timedelta(hours=4), now=now() - timedelta(hours=5))

    with means(store, tmp_path, sink.port) as sending:
        report = send_edition(store, EDITION, means=sending)

    assert (report.halt, report.counts.cancelled) == (Halt.SENT, 5)
    assert sink.accepted() == []


def test_a_paused_edition_is_not_sent_and_cannot_be_paused_twice(
    store: Store, tmp_path: Path, sink: Listening
) -> None:
    published(store, readers(1), now=now())
    with means(store, tmp_path, sink.port) as sending:
        pause(store, EDITION, who="Maja", now=now())

        report = send_edition(store, EDITION, means=sending)

        assert (report.halt, report.exit_code, report.sent_now) == (Halt.PAUSED, 4, 0)
        with pytest.raises(StepForbidden):
            pause(store, EDITION, who="Maja", now=now())


@pytest.mark.parametrize("stop", [pause, cancel])
def test_pause_and_cancel_take_effect_within_one_batch(
    any_store: Store, tmp_path: Path, sink: Listening, stop: Callable[..., None]
) -> None:
    key = published(any_store, readers(300), now=now())
    at_stop: list[int] = []

    def watch(progress: Progress) -> None:
        if progress.sent_now >= 40 and not at_stop:
            stop(any_store, EDITION, who="Maja", now=now())
            at_stop.append(progress.sent_now)

    with means(any_store, tmp_path, sink.port, connections=2) as sending:
        report = send_edition(any_store, EDITION, means=sending, limits=FEW, on_progress=watch)

    assert report.halt is (Halt.PAUSED if stop is pause else Halt.CANCELLED)
    assert 0 <= report.sent_now - at_stop[0] <= FEW.window
    assert len(sink.accepted()) == report.counts.sent == report.sent_now
    rest = DeliveryState.QUEUED if stop is pause else DeliveryState.CANCELLED
    assert states(any_store, key) == {DeliveryState.SENT: report.sent_now, rest: 300 - report.sent_now}


def test_a_paused_edition_goes_on_where_it_was(store: Store, tmp_path: Path, sink: Listening) -> None:
    published(store, readers(60), now=now())

    def watch(progress: Progress) -> None:
        if progress.sent_now == 0 and progress.counts.queued == 60 and not stopped:
            stopped.append(True)
            pause(store, EDITION, who="Maja", now=now())

    stopped: list[bool] = []
    with means(store, tmp_path, sink.port) as sending:
        send_edition(store, EDITION, means=sending, limits=FEW, on_progress=watch)
        resume(store, EDITION, who="Maja", now=now())
        report = send_edition(store, EDITION, means=sending, limits=FEW)

    assert (report.halt, report.counts.sent) == (Halt.SENT, 60)
    assert sorted(mail.recipient for mail in sink.accepted()) == sorted(readers(60))


def test_a_sender_that_is_asked_to_stop_leaves_nothing_unknown(
    any_store: Store, tmp_path: Path, sink: Listening
) -> None:
    key = published(any_store, readers(200), now=now())
    seen: list[Progress] = []

    with means(any_store, tmp_path, sink.port, stop=lambda: bool(seen and seen[-1].sent_now > 20)) as sending:
        report = send_edition(any_store, EDITION, means=sending, limits=FEW, on_progress=seen.append)

    assert report.halt is Halt.STOPPED
    assert 20 < report.sent_now < 200
    assert len(sink.accepted()) == report.sent_now
    assert states(any_store, key) == {
        DeliveryState.SENT: report.sent_now, DeliveryState.QUEUED: 200 - report.sent_now
    }  # fmt: skip


def test_a_relay_that_cannot_be_reached_costs_nobody_a_try(
    store: Store, tmp_path: Path, sink: Listening
) -> None:
    key = published(store, readers(8), now=now())
    limits = Limits(window=4, relay_patience=timedelta(milliseconds=300))

    with means(store, tmp_path, 1) as nowhere:
        report = send_edition(store, EDITION, means=nowhere, limits=limits)
    assert (report.halt, report.exit_code) == (Halt.RELAY, 1)
    assert report.relay_said is not None
    assert states(store, key) == {DeliveryState.QUEUED: 8}

    with means(store, tmp_path, sink.port) as sending:
        assert send_edition(store, EDITION, means=sending).counts.sent == 8


def test_a_letter_goes_before_editions_and_also_to_who_unsubscribed(
    store: Store, tmp_path: Path, sink: Listening
) -> None:
    published(store, readers(3), now=now())
    with store.write() as connection:
        enrol(connection, ["zoe@readers.example"], first=9)
        hers = subscriptions.c.subscriber == 9
        connection.execute(update(subscriptions).where(hers).values(standing="unsubscribed"))
        name = enlist_letter(connection, "confirm", "morning", WORDS, 9, "other", now=now())
        enlist_letter(connection, "confirm", "morning", replace(WORDS, text="Other"), 9, "other", now=now())

    with means(store, tmp_path, sink.port, connections=1) as sending:
        send_due(store, "morning", means=sending, limits=Limits(window=1))

    mails = sink.accepted()
    assert [mail.recipient for mail in mails[:2]] == ["zoe@readers.example"] * 2
    assert mails[0].message_id != mails[1].message_id
    assert len(mails) == 5
    with store.read() as connection:
        assert edition(connection, name).state is EditionState.SENDING
        assert edition(connection, EDITION).state is EditionState.SENT
