"""Lanes keep every limit in every span, slow down when told, and come back step by step."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.delivery.alarm import Alarm
from digest.delivery.lanes import Grant, Lanes, Wait, warm_up_cap
from digest.delivery.pace import LONGEST, QUIET, Pace
from digest.delivery.replies import Action, Verdict, judge
from digest.delivery.windows import Window
from digest.model.delivery import Phase, Reply
from digest.model.digest import RelayRules, WarmUp

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
UNUSUAL_RATE = Reply(code=421, enhanced="4.7.28", text="unusual rate", phase=Phase.DOT)
REFUSED = Reply(code=0, text="Connection refused", phase=Phase.CONNECT)
GOOD = Reply(code=250, text="ok", phase=Phase.DOT)


def relay(name: str = "main", **rules: object) -> RelayRules:
    return RelayRules(name=name, **rules)  # type: ignore[arg-type]  # the keys are the fields


def granted(answer: Grant | Wait) -> Grant:
    assert isinstance(answer, Grant)
    return answer


def waiting(answer: Grant | Wait) -> Wait:
    assert isinstance(answer, Wait)
    return answer


def ask(lanes: Lanes, now: datetime, wanted: int = 1, provider: str = "other") -> Grant | Wait:
    """Ask, and start all that is granted."""
    answer = lanes.grant(provider, wanted, now)
    if isinstance(answer, Grant):
        lanes.started(answer.relay, answer.messages, now)
    return answer


@given(
    limit=st.integers(1, 20),
    steps=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 8)), min_size=1, max_size=60),
)
@settings(max_examples=100, deadline=None)
def test_no_span_of_time_holds_more_than_its_limit(limit: int, steps: list[tuple[int, int]]) -> None:
    window, now, sent = Window(MINUTE), NOW, []

    for seconds, wanted in steps:
        now += timedelta(seconds=seconds)
        number = max(0, min(wanted, limit - window.used(now)))
        window.count(number, now)
        sent += [now] * number

    for end in sent:
        assert len([at for at in sent if end - MINUTE < at <= end]) <= limit
    free = window.free_at(limit, now)
    assert window.used(free) < limit
    assert free <= now + MINUTE + MINUTE / 32


@pytest.mark.parametrize("rate", [0.2, 1, 1.5, 7, 55, 200])
def test_a_rate_is_kept_in_every_second_and_used_up(rate: float) -> None:
    lanes, now, sent = Lanes([relay(per_second=rate)]), NOW, list[datetime]()

    while now < NOW + timedelta(seconds=20):
        answer = ask(lanes, now, wanted=50)
        if isinstance(answer, Wait):
            assert answer.until > now
            assert "a second" in answer.why
            now = answer.until
        else:
            sent += [now] * answer.messages

    second = timedelta(seconds=max(1, 1 / rate))
    for end in sent:
        assert len([at for at in sent if end - second < at <= end]) <= max(1, -(-rate // 1))
    assert len(sent) >= 0.85 * rate * 20 - 1


def test_a_day_holds_no_more_than_allowed() -> None:
    lanes = Lanes([relay(per_day=1000)])
    lanes.remember("main", 900, NOW - timedelta(hours=20))

    assert granted(ask(lanes, NOW, wanted=500)).messages == 100

    wait = waiting(ask(lanes, NOW))
    assert "1000 a day" in wait.why
    assert timedelta(hours=4) <= wait.until - NOW <= timedelta(hours=4.5)
    assert granted(ask(lanes, wait.until, wanted=5000)).messages == 900


def test_a_new_relay_is_warmed_up() -> None:
    warm_up = WarmUp(begins=date(2026, 11, 21), start=500, double_every=timedelta(days=2))
    lanes = Lanes([relay(warm_up=warm_up)])

    caps = [warm_up_cap(warm_up, date(2026, 11, day)) for day in (20, 21, 22, 23, 25, 27)]

    assert caps == [500, 500, 500, 1000, 2000, 4000]
    assert granted(ask(lanes, NOW, wanted=5000)).messages == 1000
    assert "warming up, 1000 a day" in waiting(ask(lanes, NOW)).why


def test_gmails_unusual_rate_means_ten_minutes_then_one_connection_then_one_more_at_a_time() -> None:
    lanes = Lanes([relay(connections=4)])

    lanes.heard("main", "google", UNUSUAL_RATE, judge(UNUSUAL_RATE, provider="google"), NOW)

    wait = waiting(lanes.grant("google", 10, NOW))
    assert wait.until == NOW + 10 * MINUTE
    assert "Gmail" in wait.why
    assert granted(lanes.grant("yahoo", 10, NOW)).connections == 4
    after = [granted(lanes.grant("google", 10, wait.until + QUIET * spell)).connections for spell in range(5)]
    assert after == [1, 2, 3, 4, 4]


def test_a_lane_told_again_while_it_recovers_rests_longer_each_time() -> None:
    pace, verdict = Pace(10), judge(UNUSUAL_RATE, provider="google")
    now, rests = NOW, []

    for _ in range(7):
        pace.heard(verdict, now)
        pace.heard(verdict, now + timedelta(seconds=1))  # what was under way already
        rests.append(pace.resumes(now) - now)
        now = pace.resumes(now)

    assert rests == [10 * MINUTE * 2**times for times in range(5)] + [160 * MINUTE + 80 * MINUTE, LONGEST]


def test_a_lane_that_has_recovered_begins_anew() -> None:
    pace, verdict = Pace(2), judge(UNUSUAL_RATE, provider="google")
    pace.heard(verdict, NOW)

    later = NOW + timedelta(hours=1)
    assert pace.connections(later) == 2
    pace.heard(verdict, later)

    assert pace.resumes(later) == later + 10 * MINUTE


def test_other_verdicts_do_not_slow_a_lane() -> None:
    pace = Pace(5)

    for action in set(Action) - {Action.SLOW}:
        pace.heard(Verdict(rule="x", cause="x", action=action, again=True), NOW)

    assert pace.connections(NOW) == 5


def test_relays_share_the_work_by_weight() -> None:
    lanes, shares = Lanes([relay("a", weight=3), relay("b")]), Counter[str]()

    for number in range(400):
        shares[granted(ask(lanes, NOW + timedelta(seconds=number), wanted=1)).relay] += 1

    assert shares == {"a": 300, "b": 100}


def test_a_relay_that_cannot_be_reached_is_stood_in_for_and_tried_again() -> None:
    lanes = Lanes([relay("a", weight=100), relay("b")])

    lanes.heard("a", "other", REFUSED, judge(REFUSED), NOW)

    assert {granted(ask(lanes, NOW, wanted=5)).relay for _ in range(10)} == {"b"}
    assert granted(lanes.grant("other", 5, NOW + MINUTE)).relay == "a"


def test_a_relay_that_stays_away_is_asked_ever_less_often() -> None:
    lanes, now, waits = Lanes([relay()]), NOW, []

    for _ in range(8):
        lanes.heard("main", "other", REFUSED, judge(REFUSED), now)
        wait = waiting(lanes.grant("other", 1, now))
        waits.append((wait.until - now).total_seconds())
        now = wait.until

    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]
    assert "not reachable: Connection refused" in wait.why
    lanes.heard("main", "other", GOOD, None, now)
    lanes.heard("main", "other", REFUSED, judge(REFUSED), now)
    assert waiting(lanes.grant("other", 1, now)).until == now + timedelta(seconds=30)


def test_a_full_relay_makes_way_for_one_with_room() -> None:
    lanes = Lanes([relay("a", per_day=10, weight=1000), relay("b", per_day=5)])

    used = [granted(ask(lanes, NOW, wanted=10)) for _ in range(2)]

    assert [(grant.relay, grant.messages) for grant in used] == [("a", 10), ("b", 5)]
    assert waiting(ask(lanes, NOW)).until > NOW + timedelta(hours=23)


def test_slow_lanes_are_told_in_words() -> None:
    lanes = Lanes([relay(connections=3)])
    lanes.heard("main", "google", UNUSUAL_RATE, judge(UNUSUAL_RATE, provider="google"), NOW)

    assert lanes.slow(NOW) == ["main to google: more mail from us than Gmail expects: no connections"]
    assert lanes.slow(NOW + 10 * MINUTE) == [
        "main to google: more mail from us than Gmail expects: 1 connection"
    ]
    assert lanes.slow(NOW + timedelta(hours=2)) == []


def test_without_a_relay_there_are_no_lanes() -> None:
    with pytest.raises(ValueError, match="no relay"):
        Lanes([])
    with pytest.raises(ValueError, match="not a number"):
        Lanes([relay()]).grant("other", 0, NOW)


PAUSE = judge(Reply(code=550, enhanced="5.7.26", text="unauthenticated", phase=Phase.DOT), provider="google")
DEAD = judge(Reply(code=550, enhanced="5.1.1", text="no such user", phase=Phase.RCPT))


def test_one_strict_receiver_does_not_pause_an_edition_and_many_do() -> None:
    alarm = Alarm()
    for _ in range(1000):
        alarm.heard("other", None, NOW)
    for _ in range(10):
        alarm.heard("google", PAUSE, NOW)
    assert not alarm.must_pause(NOW)

    alarm.heard("google", PAUSE, NOW)

    assert alarm.must_pause(NOW)
    assert alarm.cause == PAUSE.cause
    assert not alarm.must_pause(NOW + timedelta(minutes=6))


def test_the_first_three_answers_about_us_pause_at_once() -> None:
    alarm = Alarm()

    for _ in range(3):
        assert not alarm.must_pause(NOW)
        alarm.heard("google", PAUSE, NOW)

    assert alarm.must_pause(NOW)


def test_a_burst_of_dead_addresses_at_one_provider_is_not_believed() -> None:
    alarm = Alarm()
    for number in range(100):
        alarm.heard("google", DEAD if number % 4 == 0 else None, NOW)
        alarm.heard("yahoo", DEAD if number % 20 == 0 else None, NOW)

    assert not alarm.believes("google", NOW)
    assert alarm.believes("yahoo", NOW)
    assert alarm.believes("other", NOW)
    assert alarm.believes("google", NOW + DAY)
