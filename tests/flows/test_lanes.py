"""Lanes at work: limits are kept, receivers are obeyed, relays stand in for each other. Real SMTP."""

import itertools
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from crash.newsroom import EDITION, published
from delivery.faulty import Drop, Moment, Relay
from digest.flows.send import Halt, send_edition
from digest.flows.sending.control import resume
from digest.flows.sending.lanes_now import LanesNow, lanes_now
from digest.flows.sending.means import Limits
from digest.model.delivery import DeliveryState
from digest.model.digest import RelayRules
from digest.model.edition import EditionState
from digest.store.editions import edition, history
from digest.store.engine import Store, open_store
from digest.store.ledger import lanes as book
from flows.roads import NOW, PATIENT, Clock, answering, people, roads, states, told

SENT, QUEUED, REFUSED = DeliveryState.SENT, DeliveryState.QUEUED, DeliveryState.REFUSED
MAIN, SPARE = RelayRules(name="main", connections=4), RelayRules(name="spare", connections=4)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'digest.db'}") as opened:
        yield opened


def test_gmails_block_in_mid_edition_stops_gmail_for_ten_minutes_and_nobody_else(
    any_store: Store, tmp_path: Path
) -> None:
    key = published(any_store, [*people(60, "google"), *people(60, "yahoo")], now=NOW)
    clock, at, blocked = Clock(), dict[str, timedelta](), list[str]()

    def script(moment: Moment) -> str | None:
        if moment.phase != "dot":
            return None
        if "google" in moment.line and len(at) > 20 and clock.now < NOW + MINUTE:
            blocked.append(moment.line)
            return "421 4.7.28 unusual rate of mail from you"
        at[moment.line] = clock.now - NOW
        return None

    with Relay(script) as relay, roads(any_store, tmp_path, [(MAIN, relay.address())], clock) as means:
        report = send_edition(any_store, EDITION, means=means, limits=PATIENT)

    assert (report.halt, report.exit_code) == (Halt.SENT, 0)
    assert states(any_store, key, clock.now) == {SENT: 120}
    assert blocked
    google = [when for who, when in at.items() if "google" in who]
    assert all(when < MINUTE or when >= 10 * MINUTE for when in google)
    assert all(when < MINUTE for who, when in at.items() if "yahoo" in who)
    assert {row.attempt for row in told(any_store, key, clock.now)} == {1}, "a block costs no reader a try"
    assert len(relay.recipients) == len(set(relay.recipients)) == 120


def through(relay: Relay) -> int:
    return len(relay.recipients)


def test_relays_share_an_edition_by_weight(store: Store, tmp_path: Path) -> None:
    readers = [person for provider in "abcdefghij" for person in people(30, provider)]
    key = published(store, readers, now=NOW)
    main = RelayRules(name="main", weight=2, per_day=10_000)
    spare = RelayRules(name="spare", weight=1, per_day=10_000)

    with Relay() as one, Relay() as other:
        ways = [(main, one.address()), (spare, other.address())]
        with roads(store, tmp_path, ways, Clock()) as means:
            report = send_edition(store, EDITION, means=means, limits=PATIENT)

    assert report.halt is Halt.SENT
    assert states(store, key, NOW) == {SENT: 300}
    assert sorted([*one.recipients, *other.recipients]) == sorted(readers)
    assert 150 <= through(one) <= 240


def test_a_relay_that_is_down_at_the_start_is_stood_in_for(store: Store, tmp_path: Path) -> None:
    key = published(store, people(50), now=NOW)
    with Relay() as gone:
        nowhere = gone.address()

    with (
        Relay() as spare,
        roads(store, tmp_path, [(MAIN, nowhere), (SPARE, spare.address())], Clock()) as way,
    ):
        report = send_edition(store, EDITION, means=way, limits=PATIENT)

    assert (report.halt, report.exit_code) == (Halt.SENT, 0)
    assert states(store, key, NOW) == {SENT: 50}
    assert {row.attempt for row in told(store, key, NOW)} == {1}


def test_a_relay_that_goes_down_in_mid_edition_is_stood_in_for_and_used_again_when_it_is_back(
    store: Store, tmp_path: Path
) -> None:
    readers = [person for provider in "abcdefgh" for person in people(50, provider)]
    key = published(store, readers, now=NOW)
    clock, down = Clock(speed=10), list[bool]()
    main = RelayRules(name="main", connections=4, weight=100)

    def dies(moment: Moment) -> str | None:
        if len(relay.recipients) >= 60 and not (down and clock.now > NOW + MINUTE):
            down.append(True)
            raise Drop
        return None

    def waits(moment: Moment) -> str | None:
        if moment.phase == "dot" and clock.now < NOW + 2 * MINUTE:
            clock.wait(1)  # so that time goes by while the spare is at work
        return None

    relay = Relay(dies)
    with relay, Relay(waits) as spare:
        ways = [(main, relay.address()), (SPARE, spare.address())]
        with roads(store, tmp_path, ways, clock) as means:
            report = send_edition(store, EDITION, means=means, limits=PATIENT)

    got = [*relay.recipients, *spare.recipients]
    assert len(got) == len(set(got)), "nobody twice"
    assert report.halt is Halt.SENT
    unknown = report.counts.unknown
    assert unknown <= 4, "those whose dot was out when it died, one a connection"
    assert states(store, key, clock.now).get(SENT) == 400 - unknown
    assert through(spare) > 0
    assert through(relay) > 60, "the relay that came back has got mail again"


def test_a_single_relay_that_is_down_keeps_everybody_and_says_why(any_store: Store, tmp_path: Path) -> None:
    key = published(any_store, people(8), now=NOW)
    with Relay() as gone:
        nowhere = gone.address()
    clock = Clock()

    with roads(any_store, tmp_path, [(MAIN, nowhere)], clock) as means:
        report = send_edition(any_store, EDITION, means=means, limits=PATIENT)

    assert (report.halt, report.exit_code, str(report.relay_said)) == (Halt.RELAY, 1, "Connection refused")
    assert states(any_store, key, clock.now) == {QUEUED: 8}
    assert clock.now - NOW > MINUTE


def test_a_refusal_is_told_after_its_sender_has_ended_and_until_mail_is_taken_again(
    any_store: Store, tmp_path: Path
) -> None:
    published(any_store, people(8), now=NOW)
    with Relay() as gone:
        nowhere = gone.address()
    clock, found = Clock(), []
    for _ in range(2):  # what a second sender meets with later does not make it any younger
        with roads(any_store, tmp_path, [(MAIN, nowhere)], clock) as means:
            assert send_edition(any_store, EDITION, means=means, limits=PATIENT).halt is Halt.RELAY
        with any_store.read() as connection:
            found.append(lanes_now(connection, [MAIN], now=clock.now))
    with Relay() as relay, roads(any_store, tmp_path, [(MAIN, relay.address())], clock) as means:
        assert send_edition(any_store, EDITION, means=means, limits=PATIENT).halt is Halt.SENT
    with any_store.read() as connection:
        back, kept = lanes_now(connection, [MAIN], now=clock.now), book.away(connection, ["main"])

    first, second = found
    assert first.failing
    assert second.failing
    assert first.relays[0].away_since is not None
    assert first.relays[0].away_since == second.relays[0].away_since
    assert second.lines[0].startswith("main: the relay does not let us in: Connection refused, since ")
    assert (back.failing, back.lines, kept) == (False, [], {})


def test_a_relay_whose_name_cannot_be_found_says_so(store: Store, tmp_path: Path) -> None:
    key = published(store, people(3), now=NOW)
    with Relay() as relay:
        lost = relay.address(host="no-such-host.invalid")
        clock = Clock()
        with roads(store, tmp_path, [(MAIN, lost)], clock) as means:
            report = send_edition(store, EDITION, means=means, limits=PATIENT)

    assert report.halt is Halt.RELAY
    assert str(report.relay_said).startswith("no-such-host.invalid: ")
    assert states(store, key, clock.now) == {QUEUED: 3}


def test_a_quota_reached_in_mid_edition_leaves_the_rest_for_the_next_day_and_says_when(
    store: Store, tmp_path: Path
) -> None:
    key = published(store, people(50), now=NOW)
    rules, clock = RelayRules(name="main", per_day=30), Clock()

    with Relay() as relay:
        for _ in range(2):  # another process, the same day: what was sent is remembered
            with roads(store, tmp_path, [(rules, relay.address())], clock) as means:
                report = send_edition(store, EDITION, means=means)
            assert (report.halt, report.exit_code) == (Halt.LATER, 3)
            assert report.why == "main: 30 a day are used up"
            assert report.next_due is not None
            assert timedelta(hours=23) < report.next_due - NOW < timedelta(hours=25)
            assert states(store, key, clock.now) == {SENT: 30, QUEUED: 20}
        clock.now = report.next_due
        with roads(store, tmp_path, [(rules, relay.address())], clock) as means:
            assert send_edition(store, EDITION, means=means).halt is Halt.SENT

    assert sorted(relay.recipients) == sorted(people(50))


def test_what_a_relay_that_was_away_never_got_does_not_count(store: Store, tmp_path: Path) -> None:
    published(store, people(50), now=NOW)
    rules = RelayRules(name="main", per_day=30, connections=4)
    with Relay() as gone:
        nowhere = gone.address()
    with roads(store, tmp_path, [(rules, nowhere)], Clock()) as means:
        assert send_edition(store, EDITION, means=means).halt is Halt.RELAY

    with Relay() as relay, roads(store, tmp_path, [(rules, relay.address())], Clock()) as means:
        report = send_edition(store, EDITION, means=means)

    assert (report.halt, report.sent_now) == (Halt.LATER, 30)


def test_a_used_up_quota_is_stood_in_for(store: Store, tmp_path: Path) -> None:
    readers = [person for provider in "abcde" for person in people(10, provider)]
    published(store, readers, now=NOW)
    main = RelayRules(name="main", per_day=17, weight=1000)

    with Relay() as relay, Relay() as spare:
        ways = [(main, relay.address()), (RelayRules(name="spare", weight=0), spare.address())]
        with roads(store, tmp_path, ways, Clock()) as means:
            report = send_edition(store, EDITION, means=means)

    assert (report.halt, through(relay), through(spare)) == (Halt.SENT, 17, 33)


def test_two_senders_do_not_use_a_quota_twice(any_store: Store, tmp_path: Path) -> None:
    readers = [person for provider in "abcdef" for person in people(30, provider)]
    key = published(any_store, readers, now=NOW)
    rules = RelayRules(name="main", per_day=100, connections=3)
    reports = []

    def work() -> None:
        with roads(any_store, tmp_path, [(rules, relay.address())], Clock()) as means:
            reports.append(send_edition(any_store, EDITION, means=means, limits=Limits(window=6)))

    with Relay() as relay:
        senders = [threading.Thread(target=work) for _ in range(2)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()

    assert through(relay) == 100
    assert states(any_store, key, NOW) == {SENT: 100, QUEUED: 80}
    assert sum(report.sent_now for report in reports) == 100


def test_a_rate_is_kept_in_every_second_and_mail_flows_all_the_same(store: Store, tmp_path: Path) -> None:
    published(store, people(60), now=NOW)
    clock, at = Clock(speed=1), list[datetime]()

    def script(moment: Moment) -> None:
        if moment.phase == "dot":
            at.append(clock.now)

    with Relay(script) as relay:
        rules = RelayRules(name="main", per_second=20)
        with roads(store, tmp_path, [(rules, relay.address())], clock) as means:
            report = send_edition(store, EDITION, means=means, limits=PATIENT)

    assert report.halt is Halt.SENT
    started = sorted(at)
    for first, later in zip(started, started[25:], strict=False):
        assert later - first > timedelta(seconds=0.9), "25 within a second"
    assert clock.now - NOW < timedelta(seconds=6)


def test_a_refused_login_pauses_the_edition_and_nobody_is_lost(store: Store, tmp_path: Path) -> None:
    key = published(store, people(8), now=NOW)
    clock = Clock()

    def script(moment: Moment) -> str | None:
        if moment.phase == "ehlo":
            return "250-faulty\r\n250 AUTH PLAIN"
        return "535 5.7.8 bad user or password" if moment.phase == "auth" and not mended else None

    mended: list[bool] = []
    with Relay(script) as relay:
        address = relay.address(user="desk", password="secret")
        with roads(store, tmp_path, [(MAIN, address)], clock) as means:
            report = send_edition(store, EDITION, means=means, limits=PATIENT)
            assert (report.halt, report.exit_code) == (Halt.PAUSED, 4)
            assert report.why == ("main: the relay does not accept our login: 535 5.7.8 bad user or password")
            assert states(store, key, clock.now) == {QUEUED: 8}
            mended.append(True)
            resume(store, EDITION, who="Maja", now=clock.now)
            report = send_edition(store, EDITION, means=means, limits=PATIENT)

    assert (report.halt, report.counts.sent) == (Halt.SENT, 8)


def test_a_refused_login_at_one_relay_is_stood_in_for(store: Store, tmp_path: Path) -> None:
    key = published(store, people(30), now=NOW)

    def script(moment: Moment) -> str | None:
        return "535 5.7.8 no" if moment.phase == "auth" else None

    with Relay(lambda m: "250-faulty\r\n250 AUTH PLAIN" if m.phase == "ehlo" else script(m)) as strict:
        with Relay() as spare:
            ways = [
                (MAIN, strict.address(user="desk", password="secret")),
                (SPARE, spare.address()),
            ]
            with roads(store, tmp_path, ways, Clock()) as means:
                report = send_edition(store, EDITION, means=means, limits=PATIENT)

    assert (report.halt, report.exit_code) == (Halt.SENT, 0)
    assert states(store, key, NOW) == {SENT: 30}


def test_answers_that_are_our_fault_pause_the_edition_and_are_held_against_nobody(
    store: Store, tmp_path: Path
) -> None:
    key = published(store, people(90, "google"), now=NOW)
    clock, mended = Clock(), list[bool]()

    def script(moment: Moment) -> str | None:
        if moment.phase == "dot" and len(relay.recipients) >= 30 and not mended:
            return "550 5.7.26 your mail is unauthenticated"
        return None

    relay = Relay(script)
    with relay, roads(store, tmp_path, [(MAIN, relay.address())], clock) as means:
        report = send_edition(store, EDITION, means=means, limits=PATIENT)

        assert (report.halt, report.exit_code) == (Halt.PAUSED, 4)
        assert report.why == "a requirement for senders is not met: SPF, DKIM, DMARC alignment, PTR or TLS"
        assert report.counts.refused == 0
        assert states(store, key, clock.now) == {SENT: 30, QUEUED: 60}
        with store.read() as connection:
            assert edition(connection, EDITION).state is EditionState.PAUSED
            assert history(connection, EDITION)[-1].what == f"paused: {report.why}"

        mended.append(True)
        resume(store, EDITION, who="Maja", now=clock.now)
        report = send_edition(store, EDITION, means=means, limits=PATIENT, patience=timedelta(hours=1))

    assert (report.halt, report.counts.sent) == (Halt.SENT, 90)
    assert sorted(relay.recipients) == sorted(people(90, "google"))


def test_a_relay_that_hangs_up_after_every_dot_is_left_alone_before_all_are_unknown(
    store: Store, tmp_path: Path
) -> None:
    key = published(store, people(200), now=NOW)
    clock = Clock()

    def script(moment: Moment) -> None:
        if moment.phase == "dot":
            raise Drop

    with Relay(script) as relay, roads(store, tmp_path, [(MAIN, relay.address())], clock) as means:
        report = send_edition(store, EDITION, means=means, limits=PATIENT)

    assert report.halt in (Halt.PAUSED, Halt.RELAY)
    assert 3 <= report.counts.unknown <= 30
    assert report.counts.queued == 200 - report.counts.unknown
    assert sum(states(store, key, clock.now).values()) == 200


def test_a_relay_that_hangs_up_on_every_message_costs_few_of_them_a_try(store: Store, tmp_path: Path) -> None:
    key = published(store, people(200), now=NOW)
    clock = Clock()

    def script(moment: Moment) -> None:
        if moment.phase == "rcpt":
            raise Drop

    with Relay(script) as relay, roads(store, tmp_path, [(MAIN, relay.address())], clock) as means:
        report = send_edition(store, EDITION, means=means, limits=PATIENT)

    assert report.halt is Halt.RELAY
    again = [row for row in told(store, key, clock.now) if row.attempt > 1]
    assert len(again) <= 40
    assert states(store, key, clock.now) == {QUEUED: 200}


def test_nothing_leaves_after_its_time_however_long_a_lane_was_closed(store: Store, tmp_path: Path) -> None:
    key = published(store, people(20, "google"), now=NOW, valid_for=timedelta(minutes=9))
    clock = Clock()

    def script(moment: Moment) -> str | None:
        return "421 4.7.28 unusual rate" if moment.phase == "dot" and len(relay.recipients) >= 5 else None

    relay = Relay(script)
    with relay, roads(store, tmp_path, [(MAIN, relay.address())], clock) as means:
        report = send_edition(store, EDITION, means=means, limits=PATIENT)

    assert report.halt is Halt.SENT
    found = states(store, key, clock.now)
    assert found[SENT] == 5
    assert found[SENT] + found[DeliveryState.CANCELLED] + found.get(REFUSED, 0) == 20
    assert len(relay.recipients) == 5


def test_a_retry_of_each_reader_is_drawn_by_chance_and_grows(store: Store, tmp_path: Path) -> None:
    key = published(store, people(30), now=NOW)
    chances = itertools.cycle([0.0, 0.25, 0.5, 0.75, 0.99])
    clock = Clock()

    with Relay(answering({"@": "451 4.3.0 local error"})) as relay:
        with roads(store, tmp_path, [(MAIN, relay.address())], clock) as means:
            lucky = replace(means, chance=lambda: next(chances))
            send_edition(store, EDITION, means=lucky, limits=PATIENT)

    with store.read() as connection:
        rows = connection.execute(text("SELECT not_before, size FROM chunks WHERE attempt = 2")).all()
    waits = sorted((row.not_before / 1000 - NOW.timestamp()) / 60 for row in rows)
    assert sum(row.size for row in rows) == 30
    assert 3 <= len(rows) <= 5, "those whose time comes within two minutes go together"
    assert 29 < waits[0] < waits[-1] < 38
    assert states(store, key, clock.now) == {QUEUED: 30}


def test_whoever_asks_is_told_the_lanes_while_mail_is_on_the_road(any_store: Store, tmp_path: Path) -> None:
    published(any_store, [*people(30, "google"), *people(30, "yahoo")], now=NOW)
    clock, seen = Clock(), list[LanesNow]()

    def script(moment: Moment) -> str | None:
        blocked = moment.phase == "dot" and "google3" in moment.line and clock.now < NOW + MINUTE
        return "421 4.7.28 unusual rate" if blocked else None

    def look(now: datetime) -> None:
        with any_store.read() as connection:
            seen.append(lanes_now(connection, [MAIN], now=now, edition=EDITION))

    with Relay(script) as relay, roads(any_store, tmp_path, [(MAIN, relay.address())], clock) as means:
        clock.on_wait = look
        send_edition(any_store, EDITION, means=means, limits=PATIENT)

    resting = [lane for lanes in seen for lane in lanes.lanes if lane.rests_until]
    assert {(lane.relay, lane.provider) for lane in resting} == {("main", "google")}
    assert resting[0].why == "more mail from us than Gmail expects"
    with any_store.read() as connection:
        assert book.in_use(connection, now=clock.now) == [], "a sender that has ended is at nothing"
