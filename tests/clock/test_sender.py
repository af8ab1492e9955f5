"""The senders inside `serve`: started when something is due, left alone while it is not."""

from datetime import datetime, timedelta
from pathlib import Path

from delivery.faulty import Moment, Relay
from digest.clock.sender import Senders
from digest.flows.compose import occasion_named
from digest.flows.release import approve_by_policy, release, take_turn
from digest.store import editions
from digest.wiring import House
from newsroom import MORNING, NOW, SCHEDULE, Clock, build, open_newsroom

MINUTE = timedelta(minutes=1)


class Serving:
    """A newsroom with senders, whose clock is set by the test."""

    def __init__(self, folder: Path, relay: Relay, rules: str = "{}") -> None:
        schedule = SCHEDULE.replace("defaults:", f"relays:\n  main: {rules}\ndefaults:\n  send_through: main")
        address = f"smtp://127.0.0.1:{relay.address().port}?tls=none"
        self.house: House = open_newsroom(
            folder, schedule=schedule, environment={"DIGEST_RELAY_MAIN": address}
        )
        self.said: list[str] = []
        self.senders = Senders(self.house, report=self.said.append, stop=lambda: False)
        build(self.house)
        digest, when = self.house.schedule.digests[0], occasion_named(self.house.schedule.digests[0], MORNING)
        approve_by_policy(self.house.store, self.house.newsroom, digest, MORNING, now=NOW)
        turn = take_turn(self.house.store, when, now=NOW, owner="t")
        release(self.house.store, self.house.schedule, digest, turn, now=NOW, who="test")

    def look(self, after: timedelta) -> list[str]:
        """Look at what is due so long after the beginning; return what was reported."""
        self.house.clock = Clock(NOW + after)
        before = len(self.said)
        self.senders.look()
        self.senders.join(timedelta(minutes=10))
        return self.said[before:]

    def history(self) -> list[str]:
        with self.house.store.read() as connection:
            return [line.what for line in editions.history(connection, MORNING)]


def greeted(relay: Relay) -> int:
    return len([line for line in relay.heard if line.startswith("EHLO")])


def test_what_is_deferred_is_left_alone_until_its_time(tmp_path: Path) -> None:
    def script(moment: Moment) -> str | None:
        return "450 4.2.0 greylisted" if moment.phase == "rcpt" and moment.count < 2 else None

    relay = Relay(script)
    with relay:
        serving = Serving(tmp_path, relay, "{connections: 1}")
        first = serving.look(MINUTE * 0)
        again = [serving.look(MINUTE), serving.look(4 * MINUTE)]
        due = serving.look(8 * MINUTE)
    serving.house.close()

    assert first == []
    assert again == [[], []]
    assert due == [f"{MORNING}: sent: 2 of 2 sent"]
    assert greeted(relay) == 2


def test_a_used_up_day_is_reported_once_and_waited_for(tmp_path: Path) -> None:
    with Relay() as relay:
        serving = Serving(tmp_path, relay, "{per_day: 1}")
        told = [serving.look(MINUTE * minute) for minute in range(3)]
        assert told == [[f"{MORNING}: later: 1 of 2 sent: main: 1 a day are used up"], [], []]
        assert len(relay.recipients) == 1
    serving.house.close()


def test_why_an_edition_was_paused_is_reported(tmp_path: Path) -> None:
    def script(moment: Moment) -> str | None:
        if moment.phase == "ehlo":
            return "250-faulty\r\n250 AUTH PLAIN"
        return "535 5.7.8 who are you" if moment.phase == "auth" else None

    with Relay(script) as relay:
        serving = Serving(tmp_path, relay)
        address = f"smtp://desk:wrong@127.0.0.1:{relay.address().port}?tls=none"
        serving.house.environment = {"DIGEST_RELAY_MAIN": address}
        serving.house.clock = Ticking()
        serving.senders.look()
        serving.senders.join(timedelta(minutes=10))
    serving.house.close()

    why = "main: the relay does not accept our login: 535 5.7.8 who are you"
    assert serving.said == [f"{MORNING}: paused: {why}"]
    assert serving.history()[-1] == f"paused: {why}"
    assert "wrong" not in why


class Ticking(Clock):
    """A clock that goes on by a second each time somebody looks."""

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now
